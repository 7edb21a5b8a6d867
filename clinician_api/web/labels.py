"""Words for the codes that rooms deal in. A code without a word here fails a test, not a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from alerts.rules.rule import Cause
from clinician_api.web.charts.pressure import Severity
from clinician_api.web.words import later

SEVERITIES: Final[Mapping[str, str]] = {
    "critical": later("Critical"),
    "high": later("High"),
    "watch": later("Watch"),
    "data": later("Data"),
}
TABS: Final[Mapping[str, str]] = {
    "open": later("To do"),
    "mine": later("Mine"),
    "snoozed": later("Snoozed"),
    "data": later("Data issues"),
    "done": later("Done today"),
}
ROLES: Final[Mapping[str, str]] = {
    "doctor": later("doctor"),
    "nurse": later("nurse"),
    "leader": later("team leader"),
    "supervisor": later("supervisor"),
    "duty": later("duty desk"),
    "resident": later("resident"),
}
SEXES: Final[Mapping[str, str]] = {"female": later("F"), "male": later("M"), "unknown": later("–")}
CONTEXTS: Final[Mapping[str | None, str]] = {
    "fasting": later("Fasting"),
    "pre_meal": later("Before a meal"),
    "post_meal": later("2 h after a meal"),
    "bedtime": later("Bedtime"),
    "random": later("Other time"),
    None: later("Not said"),
}
SLOTS: Final[Mapping[str, str]] = {
    "morning": later("morning"),
    "evening": later("evening"),
    "other": later("other time"),
    "office": later("clinic"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    "adjusted": later("Treatment adjusted"),
    "educated": later("Advice given"),
    "referred": later("Referred"),
    "false": later("False alert"),
    "device": later("Meter or gateway"),
}
SNOOZE_REASONS: Final[Mapping[str, str]] = {
    "awaiting_readings": later("Waiting for more readings"),
    "appointment": later("Appointment is made"),
    "unreachable": later("Not reached, will try again"),
    "other": later("Other reason"),
}
CHANNELS: Final[Mapping[str, str]] = {
    "phone": later("Phone"),
    "video": later("Video"),
    "visit": later("Home visit"),
    "office": later("In the clinic"),
    "message": later("Message"),
}
REACHED: Final[Mapping[str, str]] = {
    "resident": later("Spoke with the resident"),
    "family": later("Spoke with the family"),
    "nobody": later("Nobody answered"),
}
MEANINGS: Final[Mapping[str, str]] = {
    "ok": later("Within the goal."),
    "raised": later("The number is rather high."),
    "high": later("Above the goal."),
    "very_high": later("Very high."),
    "low": later("Low."),
    "very_low": later("Very low."),
    "unclear": later("The team will look at it."),
}
STEPS: Final[Mapping[str, str]] = {
    "rest": later("Sit down and rest quietly for 5 minutes"),
    "repeat": later("Measure once more"),
    "stay_by_phone": later("Stay seated, near your phone"),
    "sugar": later("If awake and able to swallow, take sugar; on acarbose or voglibose only glucose"),
    "recheck": later("Measure again in 15 minutes"),
}
ARRIVALS: Final[Mapping[str, str]] = {
    "sent": later("Sent."),
    "received": later("The team has received it."),
    "looked": later("The doctor has looked at it."),
}
PRAISES: Final[Mapping[str, str]] = {"good": later("Good. Keep going like this.")}

SIZES: Final[Mapping[int, str]] = {
    18: later("Standard"),
    20: later("Large"),
    24: later("Larger"),
    30: later("Largest"),
}

_NEXT: Final[Mapping[Severity, str]] = {
    "critical": later("Contact the resident within 30 minutes"),
    "high": later("Contact the resident today"),
    "watch": later("Look at it at the next follow-up"),
    "data": later("Check meter and gateway"),
}
_AWAIT: Final = later("Await the repeat; call if none comes")
_RHYTHM: Final = later("Plan a check for atrial fibrillation")
_LOW_SUGAR: Final = later("Call now; see that a recheck comes")


def next_action(severity: Severity, cause: Cause, *, awaits_repeat: bool) -> str:
    """A msgid. Follows the clocks of rule 12 and the words of rules 4, 6 and 8."""
    if awaits_repeat:
        return _AWAIT
    if severity == "critical" and cause == "glucose_low":
        return _LOW_SUGAR
    if severity == "watch" and cause == "rhythm":
        return _RHYTHM
    return _NEXT[severity]


Meaning = Literal["ok", "raised", "high", "very_high", "low", "very_low", "unclear"]
Arrival = Literal["sent", "received", "looked"]
