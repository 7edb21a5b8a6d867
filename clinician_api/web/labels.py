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
    "pending": later("To do"),
    "mine": later("Mine"),
    "snoozed": later("Snoozed"),
    "data": later("Data issues"),
    "done": later("Done today"),
}
ROLES: Final[Mapping[str, str]] = {
    "doctor": later("doctor"),
    "nurse": later("nurse"),
    "leader": later("team leader"),
    "public_health": later("public-health doctor"),
    "pharmacist": later("pharmacist"),
    "village_doctor": later("village doctor"),
    "specialist": later("specialist"),
    "supervisor": later("supervisor"),
    "duty": later("duty desk"),
    "steward": later("data steward"),
    "administrator": later("administrator"),
    "security": later("security officer"),
    "auditor": later("auditor"),
    "regulator": later("regulator"),
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
STATES: Final[Mapping[str, str]] = {
    "new": later("not claimed"),
    "claimed": later("claimed"),
    "contacted": later("contacted"),
    "resolved": later("resolved"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    "adjusted": later("Treatment adjusted"),
    "educated": later("Advice given"),
    "referred": later("Referred"),
    "false_alarm": later("False alert"),
    "device_problem": later("Meter or gateway"),
    "nothing_needed": later("Nothing needed"),
}
SNOOZE_REASONS: Final[tuple[str, ...]] = (
    later("Waiting for more readings"),
    later("Appointment is made"),
    later("Not reached, will try again"),
)
"""Offered; any other may be written."""

CHANNELS: Final[Mapping[str, str]] = {
    "phone": later("Phone"),
    "video": later("Video"),
    "visit": later("Home visit"),
    "message": later("Message"),
    "unreachable": later("Nobody answered"),
}
HAPPENED: Final[Mapping[str, str]] = {
    "opened": later("alert opened"),
    "escalated": later("became more severe"),
    "confirmed": later("confirmed"),
    "paged": later("duty was called"),
    "updated": later("new readings"),
    "closed": later("values are back"),
    "reopened": later("came back"),
    "woken": later("woke early: the value worsened"),
    "rehomed": later("passed to another desk"),
    "claim": later("claimed it"),
    "contact": later("spoke with the resident"),
    "attempt": later("called, nobody answered"),
    "snooze": later("snoozed it"),
    "transfer": later("offered it to a colleague"),
    "resolve": later("resolved it"),
    "undo": later("took the last step back"),
    "leader": later("not claimed: team leader told"),
    "supervisor_and_duty": later("still not claimed: supervisor and duty told"),
    "contact_overdue": later("not contacted in time"),
    "again": later("still not claimed: told again"),
    "home_symptom": later("answered the question about symptoms:"),
    "home_yes": later(
        "answered yes, by the button: chest pain, breathlessness, or trouble with speech or limbs"
    ),
    "home_is_me": later("answered by the button: measured by the person themselves"),
    "home_not_me": later("answered by the button: somebody else measured"),
    "home_no_symptom": later("answered: no chest pain, breathlessness, or trouble with speech or limbs"),
}
DONE: Final[Mapping[str, str]] = {
    "claim": later("Claimed."),
    "contact": later("Contact written down."),
    "attempt": later("Attempt written down."),
    "snooze": later("Snoozed."),
    "transfer": later("Offered to a colleague."),
    "resolve": later("Resolved."),
}
CONFIRMED: Final[Mapping[str, str]] = {
    "repeat": later("confirmed by a repeat"),
    "silence": later("no repeat came"),
    "extreme": later("extreme value"),
    "symptom": later("with symptoms"),
}
SYMPTOMS: Final[Mapping[str, str]] = {
    "chest_pain": later("Chest pain"),
    "breathlessness": later("Breathless"),
    "speech_or_limb": later("Trouble with speech, hands or feet"),
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
    "contacted": later("The team has been in touch with you."),
    "resolved": later("The team has dealt with it."),
    "nobody": later("Nobody is watching."),
}
PHRASES: Final[Mapping[str, str]] = {
    "well_done": later("Good. Keep going like this."),
    "seen": later("I have seen it."),
    "keep_measuring": later("Please go on measuring."),
    "please_rest": later("Please rest."),
}

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
Arrival = Literal["sent", "received", "looked", "contacted", "resolved", "nobody"]
