"""What is said on each way. A text message may be read by whoever holds the phone: it names no reading, no
illness and nobody, and the family's says less than the team's. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from clinician_api.identity.rules import Purpose
from clinician_api.notices.routing import Audience

Language = Literal["zh", "en"]


class Wording(NamedTuple):
    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


TITLE: Final = Wording("家脉", "Hearthline")
CODES: Final[Mapping[Purpose, Wording]] = {
    "login": Wording(
        "您的登录验证码是 {code}，{minutes} 分钟内有效。任何人向您索要验证码都不要给。",
        "Your login code is {code}, good for {minutes} minutes. Give it to nobody, whoever asks.",
    ),
    "help": Wording(
        "有人想帮您使用家脉。您同意的话，把验证码 {code} 告诉身边帮您的人，{minutes} 分钟内有效。"
        "不认识的人问，不要给。",
        "Somebody wants to help you use Hearthline. If you agree, tell whoever is with you {code}, good for"
        " {minutes} minutes; never a stranger.",
    ),
    "sign": Wording(
        "您正在签署家庭医生签约服务协议。看过协议并同意，再把验证码 {code} 告诉窗口人员，"
        "{minutes} 分钟内有效。不是您在签约，请不要告诉任何人。",
        "You are signing the family doctor agreement. If you have read it and agree, tell the desk {code},"
        " good for {minutes} minutes. If it is not you who signs, tell nobody.",
    ),
}
"""A login's code is read out to nobody; the other two are meant to be."""

_OPEN: Final = Wording("您有一条新消息，请打开家脉查看。", "You have a new message. Please open Hearthline.")
_FAMILY: Final = Wording(
    "您关照的家人有一条新消息，请打开家脉查看。",
    "There is a new message for somebody you look after. Please open Hearthline.",
)
_CONTRACTS: Final = Wording("签约页面有一条新消息。", "There is something new on your page of contracts.")
_WORK: Final = Wording("工作台有一条新提醒。", "There is a new alert on your list.")

LETTERS: Final[Mapping[tuple[str, Audience], Wording]] = {
    ("case.opened", "staff"): Wording(
        "有一条新的提醒等待受理，请打开工作台。", "A new alert waits to be claimed. Please open your list."
    ),
    ("case.leader", "staff"): Wording(
        "团队有一条危急提醒超时无人受理，请立即处理。",
        "A critical alert of your team is unclaimed past its time. Please act now.",
    ),
    ("case.supervisor_and_duty", "staff"): Wording(
        "有一条危急提醒仍无人受理，已转到您这里，请立即处理。",
        "A critical alert is still unclaimed and has come to you. Please act now.",
    ),
    ("case.again", "staff"): Wording(
        "危急提醒仍无人受理，请立即处理。", "The critical alert is still unclaimed. Please act now."
    ),
    ("case.contact_overdue", "staff"): Wording(
        "有一位居民应联系而未联系，请立即联系。",
        "A resident was to be contacted and was not. Please call now.",
    ),
    ("reach.call_now", "staff"): Wording(
        "有一条紧急消息没能送达，请立即打电话联系本人。",
        "An urgent message reached nobody. Please call the person now.",
    ),
    ("reach.call", "staff"): Wording(
        "有一条消息没能送达，请打电话联系本人。", "A message reached nobody. Please call the person."
    ),
    ("emergency.opened", "staff"): Wording(
        "有同事紧急查看了一份档案，请在一天之内审查。",
        "A colleague looked at a record in an emergency. Please review it within a day.",
    ),
    ("emergency.overdue", "staff"): Wording(
        "一次紧急查看超过一天未审查，请尽快处理。",
        "A look in an emergency has waited for its review for more than a day.",
    ),
    ("phone.bound", "resident"): Wording(
        "有一部手机绑定到您的家脉。如果不是您本人或家人操作，请马上告诉您的家庭医生团队。",
        "A telephone was bound to your Hearthline. If neither you nor your family did, tell your team now.",
    ),
    ("role.given", "staff"): Wording(
        "本单位有人得到了新的岗位权限，请核对是否属实。",
        "Somebody in your institution was given a role. Please check that it is right.",
    ),
    ("package.behind", "staff"): Wording(
        "有居民的签约服务项目还没用到一半，合同年度快要结束，请安排。",
        "A resident has had less than half of a service, and their year is ending. Please plan it.",
    ),
    ("care.call_us", "resident"): Wording(
        "家庭医生团队需要和您通话，请给团队打电话。胸痛、气短、说话不清，马上打120。",
        "Please call your team now. Chest pain, short of breath, slurred speech: call 120.",
    ),
    ("care.call_us", "family"): Wording(
        "请联系您关照的家人，看看是否安好。有急症请打120。",
        "Please see whether the person you look after is well. In an emergency call 120.",
    ),
    ("care.duty_desk_answers", "resident"): Wording(
        "您的签约已到期，目前由中心值班人员处理危急情况。有急症请打120。",
        "Your contract has ended; for now the duty desk answers in a crisis. In an emergency call 120.",
    ),
    ("care.duty_desk_answers", "family"): Wording(
        "您关照的家人签约已到期，目前由中心值班人员处理危急情况。有急症请打120。",
        "A contract has ended of somebody you look after; the duty desk answers for now. Emergency: 120.",
    ),
    ("care.nobody_watches", "resident"): Wording(
        "没有医生在看您的测量，有急事请打120。",
        "No doctor is watching your readings. In an emergency call 120.",
    ),
    ("care.nobody_watches", "family"): Wording(
        "您关照的家人目前没有签约医生，有急事请打120。",
        "The person you look after has no contracted doctor now. In an emergency call 120.",
    ),
    ("contract.applied", "staff"): Wording(
        "有居民申请签约，请在三个工作日内答复。",
        "A resident has applied. Please answer within three working days.",
    ),
    ("contract.answer", "staff"): Wording(
        "有一份签约申请已等待一天，请答复。", "An application has waited for a day. Please answer it."
    ),
    ("contract.answer_overdue", "staff"): Wording(
        "有一份签约申请超过三个工作日未答复，请处理。",
        "An application has waited for three working days. Please see to it.",
    ),
    ("contract.accepted", "resident"): Wording(
        "团队已同意签约，请打开页面阅读协议并签名。",
        "The team has accepted. Please read the agreement on the page and sign.",
    ),
    ("contract.refused", "resident"): Wording(
        "团队未能接受您的申请，原因和可选团队请看页面。",
        "The team could not accept. The page says why, and which teams have room.",
    ),
    ("contract.lapsed", "resident"): Wording(
        "您的签约申请已过期，如需签约请重新申请。",
        "Your application has lapsed. Please apply again if you want a family doctor.",
    ),
    ("contract.ends_30", "resident"): Wording(
        "您的签约三十天内到期，不会自动续约，请打开页面续约。",
        "Your contract ends within thirty days and does not renew itself. Please renew it on the page.",
    ),
    ("contract.ends_15", "resident"): Wording(
        "您的签约十五天内到期，不会自动续约，请打开页面续约。",
        "Your contract ends within fifteen days and does not renew itself. Please renew it on the page.",
    ),
    ("contract.ends_7", "resident"): Wording(
        "您的签约七天内到期，不会自动续约，请打开页面续约。",
        "Your contract ends within seven days and does not renew itself. Please renew it on the page.",
    ),
    ("contract.ends_1", "resident"): Wording(
        "您的签约明天到期，不会自动续约，请打开页面续约或联系团队。",
        "Your contract ends tomorrow and does not renew itself. Please renew it, or call the team.",
    ),
    ("contract.consent_missing", "resident"): Wording(
        "您已签约，还没有说明是否同意团队使用您的健康信息，请打开页面看一看。",
        "You have a contract and have not said yet whether your team may use your health information."
        " Please read it on the page.",
    ),
    ("contract.ended", "resident"): Wording(
        "您的签约已到期。三十天内由中心值班处理危急情况，之后没有医生看您的测量。急症请打120。",
        "Your contract has ended. For thirty days the duty desk answers in a crisis, then nobody watches."
        " In an emergency call 120.",
    ),
    ("duty.nobody_on_call", "staff"): Wording(
        "值班无人，提醒无人可派，请立即安排。",
        "Nobody is on call and an alert has nobody. Please see to it now.",
    ),
    ("duty.gap_ahead", "staff"): Wording(
        "接下来的值班有空缺，请安排人员。", "A shift ahead has nobody. Please fill it."
    ),
}
_DEFAULTS: Final[Mapping[Audience, Wording]] = {"staff": _WORK, "resident": _OPEN, "family": _FAMILY}


def body(code: str, audience: Audience, language: Language) -> str:
    """A code without words of its own is told of, and read on the page. A contract is no alert."""
    is_contracts = audience == "staff" and code.startswith("contract.")
    plain = _CONTRACTS if is_contracts else _DEFAULTS[audience]
    return LETTERS.get((code, audience), plain).of(language)
