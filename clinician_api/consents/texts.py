"""The texts of consent, a row a version. What people have agreed to is never edited: add a row beneath it.

Both languages say the same; a test keeps the hash of each released version.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from clinician_api.consents.wording import Text, Wording

_FIRST: Final = date(2026, 1, 1)

_CARE: Final = Text(
    "care",
    1,
    _FIRST,
    zh=Wording(
        title="使用您的健康信息",
        what="姓名、出生日期、证件和联系方式，病史、用药、检查结果，血压和血糖。这些属于敏感个人信息。",
        why="签约团队凭这些信息了解您的身体，为您随访、给建议。没有它们，签约服务做不了。",
        who="您的签约团队、本机构的主管和值班室。谁看过，您随时查得到。",
        how_long="病历至少保存 15 年，协议和同意书保存到期后至少 3 年，这是法规的要求。",
        refusing="不同意就不能签约，照常看病不受影响。",
        stops=(
            "签约解除。团队从这一刻起看不到您的信息。",
            "今后 30 天，危急的读数仍会送到机构值班室。30 天以后没有人看您的读数，急事请打 120。",
            "已有的病历依法保存，不再用于签约服务。",
        ),
    ),
    en=Wording(
        title="Use of your health information",
        what=(
            "Your name, date of birth, identity document and contact; history, medicines, test results; blood"
            " pressure and glucose. These are sensitive personal information."
        ),
        why="From these your team knows how you are and advises you. There is no contract without.",
        who="Your team, the institution's supervisors and its duty desk. You can always see who looked.",
        how_long=(
            "Medical records for at least 15 years, the agreement and this consent for at least 3 years after"
            " the end, as the regulations ask."
        ),
        refusing="Without it there is no contract. You can be treated here as before.",
        stops=(
            "Your contract ends. From that moment the team no longer sees your information.",
            (
                "For 30 days the duty desk still receives critical readings. After that nobody watches your"
                " readings: in an emergency call 120."
            ),
            "Records made so far are kept as the law asks, and no longer used for the contract.",
        ),
    ),
)
_MONITORING: Final = Text(
    "monitoring",
    1,
    _FIRST,
    zh=Wording(
        title="居家测量",
        what="家里的血压计、血糖仪每次测得的数值、时间和仪器状态。",
        why="团队看得到您在家的血压和血糖，数值不好时会提醒您和医生。",
        who="您的签约团队；危急的读数还会送到值班室。",
        how_long="用于诊疗的读数保存 15 年，仪器的原始数据保存 90 天。",
        refusing="不同意也可以签约，随访时由团队为您测量。",
        stops=(
            "团队的页面不再画出您今后在家测得的数值，也不再为您启用居家测量。",
            "提醒不受影响：只要网关还开着，数值不好仍会提醒医生。要完全停止，请拔下网关并交还团队。",
        ),
    ),
    en=Wording(
        title="Measuring at home",
        what="Each value of your meters at home, its time, and the state of the meter.",
        why="Your team sees your values from home; you and the doctor are told when they are bad.",
        who="Your team; critical readings also go to the duty desk.",
        how_long="Readings used in your care for 15 years, raw data of the meters for 90 days.",
        refusing="You can have a contract without it: the team measures at its follow-ups.",
        stops=(
            "The team's pages no longer draw what you measure at home from now on, and no meter is enabled.",
            (
                "Alerts stay: while the gateway is on a bad value still alerts a doctor. To stop altogether,"
                " unplug the gateway and give it back to the team."
            ),
        ),
    ),
)
_SHARING: Final = Text(
    "sharing",
    1,
    _FIRST,
    zh=Wording(
        title="转诊时把资料给上级医院",
        what="转诊单、与这次转诊有关的病历、用药和测量结果。",
        why="接诊的医生不必让您从头再说、再查。",
        who="转诊单上写明的那一家医院。每次转诊前给您看要送什么。",
        how_long="由接收的医院按病历规定保存。",
        refusing="不同意也可以转诊，请自己带上资料。",
        stops=("今后的转诊不再附上您的资料。", "已经送出的资料由接收的医院依法保存，我们收不回来。"),
    ),
    en=Wording(
        title="Sending papers to a hospital with a referral",
        what="The referral, and the history, medicines and measurements that belong to it.",
        why="The doctor who receives you need not ask and test everything again.",
        who="The one hospital named on the referral. Before each you are shown what is sent.",
        how_long="The receiving hospital keeps it as its medical records.",
        refusing="You can be referred without it and take your papers along yourself.",
        stops=(
            "Later referrals carry none of your papers.",
            "What was sent already is kept by the hospital as the law asks; we cannot take it back.",
        ),
    ),
)
_FAMILY: Final = Text(
    "family",
    1,
    _FIRST,
    zh=Wording(
        title="让家人看和帮忙",
        what="您允许的范围：看读数、代为测量、代为咨询或代为签字。",
        why="子女或护理员帮您看读数、收提醒、办手续。",
        who="只有您指定的家人或护理员，到您定的日期为止。",
        how_long="谁在什么时候代您做了什么，记录保存 3 年。",
        refusing="不同意，签约和看病都不受影响。",
        stops=("家人和护理员从这一刻起看不到您的信息，也收不到关于您的提醒。", "他们以前做过的事仍有记录。"),
    ),
    en=Wording(
        title="Letting family look and help",
        what="As far as you allow: see readings, measure, consult or sign for you.",
        why="Children or a care worker look at readings, receive alerts and deal with forms for you.",
        who="Only those you named, until the day you set.",
        how_long="Who did what for you and when is kept for 3 years.",
        refusing="Contract and treatment are the same without it.",
        stops=(
            "From that moment family and helpers see nothing of yours and are told nothing about you.",
            "What they did before stays on record.",
        ),
    ),
)
_RECORDING: Final = Text(
    "recording",
    1,
    _FIRST,
    zh=Wording(
        title="视频问诊录音录像",
        what="您和医生通话的声音、画面。每次录制前还会再问一遍，录制中屏幕上有字。",
        why="留下诊疗过程，日后可以查对。",
        who="您的医生和机构的主管，看一次记一次，默认不能下载。",
        how_long="至少 3 年，到期删除。",
        refusing="不同意照样可以视频，只留文字记录。",
        stops=("今后的通话不再录制。", "已录的内容依法保存到期，然后删除。"),
    ),
    en=Wording(
        title="Recording of video calls",
        what="Sound and picture of you and the doctor. You are asked before each; the screen says it is on.",
        why="The course of treatment can be checked later.",
        who="Your doctor and the institution's supervisor; each viewing is written down, download is off.",
        how_long="At least 3 years, then it is deleted.",
        refusing="The call takes place without it, with written notes alone.",
        stops=(
            "Later calls are not recorded.",
            "What was recorded is kept until its term as the law asks, then deleted.",
        ),
    ),
)

TEXTS: Final[tuple[Text, ...]] = (_CARE, _MONITORING, _SHARING, _FAMILY, _RECORDING)
