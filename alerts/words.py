"""What the home is told about an episode (rules 5, 8 and 16), in zh and en. Sends nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

from alerts.episodes import Episode
from alerts.rules.rule import Level


class Words(NamedTuple):
    zh: str
    en: str


MEASURE_AGAIN: Final = Words(
    "数字偏高，请坐下休息五分钟再量一次。胸痛、气短、说话不清，马上打120。",
    "The number is rather high. Sit down, rest five minutes and measure again."
    " With chest pain, breathlessness or slurred speech call 120 at once.",
)
MEASURE_AGAIN_LOW: Final = Words(
    "数字少见，请坐下休息五分钟再量一次。胸痛、气短、说话不清，马上打120。",
    "The number is unusual. Sit down, rest five minutes and measure again."
    " With chest pain, breathlessness or slurred speech call 120 at once.",
)
QUESTION: Final = Words(
    "胸痛？气短？说话或手脚不灵？",
    "Chest pain? Breathless? Trouble with speech, hands or feet?",
)
LOW_GLUCOSE: Final = Words(
    "清醒能咽才口服；服阿卡波糖/伏格列波糖者只用葡萄糖；不清醒不喂，打120。十五分钟后再测一次。",
    "Take sugar by mouth only if awake and able to swallow; on acarbose or voglibose only glucose."
    " Never feed somebody who is not awake: call 120. Measure again in 15 minutes.",
)


def to_the_home(episode: Episode) -> tuple[Words, ...]:
    """In the order to be said: what to do, then the question of rule 5."""
    if episode.late:
        return ()  # (10) hours later nobody is told to sit down and measure again
    if episode.cause == "glucose_low":
        return (LOW_GLUCOSE, QUESTION)
    if episode.waiting is not None:
        return (MEASURE_AGAIN if episode.cause == "bp_high" else MEASURE_AGAIN_LOW, QUESTION)
    asks = episode.level is Level.CRITICAL or episode.cause == "bp_low"
    return (QUESTION,) if asks else ()
