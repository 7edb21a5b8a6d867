"""Every sentence that the home can hear, by name, in Mandarin and English. Chooses none.

Each says what is known to be true at that moment and no more (rule 16: before confirmation no alarm). None
holds a name or a value, so that a stranger in the room learns nothing, and each can be recorded by a human
voice. What rules 5, 8, 16 and 18 word is in their words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from device_drivers.wire.downlink import Phrase, Question

Language = Literal["zh", "en"]

Own = Literal[
    "saved",
    "sent",
    "not_saved",
    "not_accepted",
    "refused",
    "answered_yes",
    "answered_no",
    "answered_me",
    "answered_not_me",
    "answer_received",
    "answer_waits",
    "nothing_asked",
    "hello",
]
"""The names of what the box knows by itself."""

Name = Own | Phrase | Question
"""Those, and what the cloud says by name: only that is true which it has said."""


class Sentence(NamedTuple):
    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


SENTENCES: Final[Mapping[Name, Sentence]] = {
    "saved": Sentence(
        "刚才的数据存在家里的盒子里了，还没有送到。",
        "The reading is saved in the box at home. It has not arrived yet.",
    ),
    "sent": Sentence("刚才的数据已送到，存好了。", "The reading has arrived and is stored."),
    "not_saved": Sentence(
        "刚才的数据没有存下来。请把数字写在纸上，打电话告诉医生团队。有急事，马上打120。",
        "The reading could not be saved. Please write it down and tell the team by telephone."
        " In an emergency call 120 at once.",
    ),
    "not_accepted": Sentence(
        "刚才的数据存在家里，可是系统没有收下。请打电话告诉医生团队。",
        "The reading is saved at home, but the system did not accept it. Please tell the team by telephone.",
    ),
    "refused": Sentence(
        "这个盒子现在不能把数据送给医生团队。有急事请打120。",
        "This box cannot send readings to the team at present. In an emergency call 120.",
    ),
    "measure_now": Sentence(
        "请现在再量一次。胸痛、气短、说话不清，马上打120。",
        "Please measure again now. With chest pain, breathlessness or slurred speech call 120 at once.",
    ),
    "answered_yes": Sentence(
        "您回答了：有。请马上打120。您的回答正在送给医生团队。",
        "You answered yes. Call 120 now. Your answer is on its way to the team.",
    ),
    "answered_no": Sentence(
        "您回答了：没有。要是有了，随时再按一下。",
        "You answered no. Should it begin, press once.",
    ),
    "answered_me": Sentence("您回答了：是本人。", "You answered: it was me."),
    "answered_not_me": Sentence(
        "您回答了：不是本人。谢谢，团队会核对。",
        "You answered: it was somebody else. Thank you, the team will check.",
    ),
    "answer_received": Sentence("您的回答已送到，存好了。", "Your answer has arrived and is stored."),
    "answer_waits": Sentence(
        "您的回答还没有送到。有急事，马上打120。",
        "Your answer has not arrived yet. In an emergency call 120 at once.",
    ),
    "nothing_asked": Sentence(
        "现在没有要回答的问题。有急事请打120。",
        "There is no question to answer at present. In an emergency call 120.",
    ),
    "hello": Sentence(
        "盒子准备好了，可以量血压、测血糖。",
        "The box is ready. You can measure blood pressure and glucose.",
    ),
    "received": Sentence("医生团队收到了刚才的数据。", "The team has received the reading."),
    "looked": Sentence("医生看过您的数据了。", "The doctor has looked at your reading."),
    "contacted": Sentence(
        "医生团队记下了：已经和您联系过。", "The team has noted that it was in touch with you."
    ),
    "resolved": Sentence("医生团队已经处理了这次提醒。", "The team has dealt with this alert."),
    "well_done": Sentence("医生团队说：好，就这样坚持。", "The team says: Good. Keep going like this."),
    "seen": Sentence("医生团队说：看到了。", "The team says: I have seen it."),
    "keep_measuring": Sentence("医生团队说：请继续测量。", "The team says: Please go on measuring."),
    "please_rest": Sentence("医生团队说：请休息。", "The team says: Please rest."),
    "unwatched": Sentence(
        "没有医生在看，有急事请打120。", "No doctor is watching. In an emergency call 120."
    ),
    "duty_desk": Sentence(
        "签约已经到期，值班人员会看到很高或很低的数字。有急事请打120。",
        "Your contract has ended. The duty desk still sees very high or low readings."
        " In an emergency call 120.",
    ),
    "stay_by_phone": Sentence(
        "请坐着别动，电话放在手边。胸痛、气短、说话不清，马上打120。",
        "Stay seated, with your phone near you."
        " With chest pain, breathlessness or slurred speech call 120 at once.",
    ),
    "rest_and_repeat": Sentence(
        "数字偏高，请坐下休息五分钟再量一次。胸痛、气短、说话不清，马上打120。",
        "The number is rather high. Sit down, rest five minutes and measure again."
        " With chest pain, breathlessness or slurred speech call 120 at once.",
    ),
    "rest_and_repeat_low": Sentence(
        "数字少见，请坐下休息五分钟再量一次。胸痛、气短、说话不清，马上打120。",
        "The number is unusual. Sit down, rest five minutes and measure again."
        " With chest pain, breathlessness or slurred speech call 120 at once.",
    ),
    "low_glucose": Sentence(
        "清醒能咽才口服；服阿卡波糖、伏格列波糖者只用葡萄糖；不清醒不喂，打120。十五分钟后再测一次。",
        "Take sugar by mouth only if awake and able to swallow; on acarbose or voglibose only glucose."
        " Never feed somebody who is not awake: call 120. Measure again in 15 minutes.",
    ),
    "red_flag": Sentence(
        "胸痛？气短？说话或手脚不灵？有，按一下。都没有，按两下。",
        "Chest pain? Breathless? Trouble with speech, hands or feet?"
        " If so press once. If none of these press twice.",
    ),
    "was_it_you": Sentence(
        "刚才是您本人量的吗？是，按一下。不是，按两下。",
        "Was it you who measured just now? If so press once. If not press twice.",
    ),
}

_READ_ALOUD: Final = {"120": "幺二零", "再量一次": "再liang2一次", "量血压": "liang2血压", "量的": "liang2的"}
"""Telephone numbers are read digit by digit, with 幺 for one; of 量 the synthesiser takes the wrong tone."""


def aloud(name: Name, language: Language) -> str:
    """As it is given to a synthesiser."""
    text = SENTENCES[name].text(language)
    if language == "en":
        return text.replace("120", "1 2 0")
    for written, spoken in _READ_ALOUD.items():
        text = text.replace(written, spoken)
    return text
