"""What an offer says in both languages: the same on the public page, in the agreement and afterwards.

Beside the pages' catalogues, since an agreement is signed over these very words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from clinician_api.packages.rules import Evidence, Item, Kind, Offer, Payer, Population, Said

Language = Literal["zh", "en"]

KINDS: Final[Mapping[Kind, Said]] = {
    "basic": Said("基础包", "Basic"),
    "personal": Said("个性包", "Personal"),
    "value_added": Said("增值包", "Value-added"),
}
PAYERS: Final[Mapping[Payer, Said]] = {
    "public_health": Said("公共卫生经费", "public health funds"),
    "insurance": Said("医保", "insurance"),
    "hospital": Said("医院", "hospital"),
    "resident": Said("个人", "yourself"),
}
POPULATIONS: Final[Mapping[Population, Said]] = {
    "everyone": Said("所有居民", "everybody"),
    "elderly": Said("65 岁及以上老年人", "people of 65 and older"),
    "hypertension": Said("高血压患者", "people with high blood pressure"),
    "diabetes": Said("2 型糖尿病患者", "people with type 2 diabetes"),
    "copd": Said("慢阻肺患者", "people with COPD"),
    "pregnant": Said("孕产妇", "pregnant women and new mothers"),
    "child": Said("0–6 岁儿童", "children up to 6"),
    "tuberculosis": Said("肺结核患者", "people with tuberculosis"),
    "mental": Said("严重精神障碍患者", "people with severe mental illness"),
    "disabled": Said("残疾人", "people with a disability"),
    "poor": Said("低保、特困、脱贫人口", "people on assistance"),
    "family_planning": Said("计划生育特殊家庭", "families that lost their only child"),
}
EVIDENCE: Final[Mapping[Evidence, Said]] = {
    "visit": Said("面对面", "face to face"),
    "home_visit": Said("上门", "visit at home"),
    "video_call": Said("视频", "video call"),
    "phone_call": Said("电话", "phone call"),
    "advice": Said("图文咨询", "advice by message"),
    "monitoring_week": Said("有测量的一周", "week with readings"),
    "meter_check": Said("血压计、血糖仪比对", "meter compared"),
    "information": Said("已阅读权利与义务", "rights and duties read"),
    "record_kept": Said("档案更新", "record kept"),
    "assessment": Said("评估", "assessment"),
    "education": Said("健康教育", "health education"),
    "checkup": Said("体检", "check-up"),
    "lab_result": Said("化验结果", "laboratory result"),
    "examination": Said("检查", "examination"),
    "medication_review": Said("用药核对", "medicines reviewed"),
    "referral": Said("转诊", "referral"),
    "appointment": Said("预约", "appointment"),
    "prescription": Said("处方", "prescription"),
    "equipment": Said("设备借出", "equipment lent"),
    "medicine_delivery": Said("药品送达", "medicines brought"),
    "treatment": Said("理疗", "treatment"),
    "specialist": Said("专家意见", "specialist's opinion"),
}
_OR: Final = Said("或", " or ")
_AND: Final = Said("、", ", ")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an offer as it is read and signed."""

    package: str
    item: str
    times: str
    payer: str
    note: str


def say(said: Said, language: Language) -> str:
    return said.zh if language == "zh" else said.en


def frequency(item: Item, language: Language) -> str:
    """How often in a year of the contract."""
    is_zh = language == "zh"
    if item.unit == "weeks":
        return f"每年 {item.promised} 周" if is_zh else f"{item.promised} weeks a year"
    if item.promised == 0:
        least = "按需" if is_zh else "as needed"
        return least if item.most is None else f"{least}，{_at_most(item.most, language)}"
    if item.most is None:
        return f"每年至少 {item.promised} 次" if is_zh else f"at least {_times(item.promised)} a year"
    if item.most > item.promised:
        most = f"{item.promised}–{item.most}"
        return f"每年 {most} 次" if is_zh else f"{most} times a year"
    return f"每年 {item.promised} 次" if is_zh else f"{_times(item.promised)} a year"


def _at_most(most: int, language: Language) -> str:
    return f"每年最多 {most} 次" if language == "zh" else f"at most {_times(most)} a year"


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def payers(item: Item, language: Language) -> str:
    return say(_OR, language).join(say(PAYERS[each], language) for each in item.payers)


def people(population: Iterable[Population], language: Language) -> str:
    return say(_AND, language).join(say(POPULATIONS[each], language) for each in population)


def price(amount: Decimal, language: Language) -> str:
    """Of a year."""
    yearly = {"zh": "/年", "en": " a year"}[language] if amount else ""
    return fee(amount, language) + yearly


def fee(amount: Decimal, language: Language) -> str:
    """Of a whole contract."""
    if amount == 0:
        return "免费" if language == "zh" else "free"
    plain = f"{amount:.2f}".removesuffix(".00")
    return f"{plain} 元" if language == "zh" else f"{plain} yuan"


def rows(offers: Iterable[Offer], language: Language) -> tuple[Row, ...]:
    """Of every item, in order: what a visitor reads and what the agreement's table says."""
    return tuple(
        Row(
            package=say(offer.name, language),
            item=say(item.name, language),
            times=frequency(item, language),
            payer=payers(item, language),
            note=say(item.note, language),
        )
        for offer in offers
        for item in offer.items
    )
