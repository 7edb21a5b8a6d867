"""Words for ingest's codes, as stewards read them. A code without a word is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import Words, later

SECTIONS: Final[Mapping[str, str]] = {
    "gateways": later("Fleet"),
    "quarantine": later("Quarantine"),
    "unattributed": later("Unattributed"),
    "doubtful": later("Doubtful"),
    "failed": later("Not judged"),
}
METERS: Final[Mapping[str | None, str]] = {
    "blood_pressure": later("Blood-pressure meter"),
    "glucose": later("Glucometer"),
    None: later("Meter"),
}
TROUBLES: Final[Mapping[str, str]] = {
    "revoked": later("Revoked"),
    "never_heard": later("Never heard"),
    "silent": later("Silent"),
    "gateway_clock": later("Gateway's clock"),
    "backlog": later("Cannot send"),
    "certificate": later("Certificate ends"),
    "never_measured": later("Never measured"),
    "low_battery": later("Low battery"),
    "failing": later("Only errors"),
    "meter_clock": later("Meter's clock"),
}
CAUSES: Final[Mapping[str, str]] = {
    "platform": later("we ourselves"),
    "network": later("the network"),
    "gateway": later("the gateway"),
    "meter": later("the meter"),
}
CLOCKS: Final[Mapping[str, str]] = {
    "synced": later("synchronised"),
    "unsynced": later("not synchronised"),
}
ORDERS: Final[Mapping[str, str]] = {
    "speak": later("Say a sentence"),
    "ask": later("Ask the home"),
    "hush": later("Ask no more"),
    "repeat": later("Measure again"),
    "pair": later("Pair a meter"),
    "restart": later("Begin anew"),
    "keep": later("Keep the settings"),
    "configuration": later("Other settings"),
}
ANSWERS: Final[Mapping[str, str]] = {
    "waiting": later("waits for an answer"),
    "unheard": later("not heard in time"),
    "done": later("carried out"),
    "declined": later("could not be carried out"),
    "expired": later("came too late"),
    "kept": later("in force"),
    "failed": later("given up: the old settings are back"),
}
DOUBTS: Final[Mapping[str, str]] = {
    "duplicate": later("Twin of another"),
    "implausible": later("Hardly possible"),
    "clock": later("Time unknown"),
}
DOUBT_HELP: Final[Mapping[str, str]] = {
    "duplicate": later("The same values of one meter within two minutes. Shown once, both are kept."),
    "implausible": later("Outside what a living person can have. It is kept, and judged as doubtful."),
    "clock": later("The meter said a time that cannot be. The time of its arrival stands for it."),
}
CHANGES: Final[Mapping[str, str]] = {
    "own": later("A reading of its own: it was measured twice"),
    "sound": later("Sound: it was so"),
    "meter_error": later("The meter's own error: no value at all"),
    "not_theirs": later("Not theirs: it waits for an owner again"),
}
CHANGES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicate": ("own",),
    "implausible": ("sound", "meter_error"),
    "clock": (),
}
"""What may be said of a reading by its doubt; that it is not theirs, of any."""

QUALITIES: Final[Mapping[str, str]] = {
    "ok": later("sound"),
    "device_error": later("the meter's own error"),
    "out_of_range_high": later("above what the meter can say"),
    "out_of_range_low": later("below what the meter can say"),
    "control_solution": later("control solution"),
    "ketone": later("ketone"),
    "implausible": later("hardly possible"),
}
KINDS: Final[Mapping[str, str]] = {
    "refused_reading": later("Refused reading"),
    "rejected": later("Unreadable batch"),
    "fork": later("Copied gateway"),
    "folded": later("Older than the ledger"),
    "unanswerable": later("Nobody vouches for it"),
}
KIND_HELP: Final[Mapping[str, str]] = {
    "refused_reading": later(
        "One reading of a batch breaks the contract. The rest of its batch is stored. Put it right and replay"
        " it, or close it."
    ),
    "rejected": later(
        "The gateway signed it, and its content cannot be read. None of its readings is stored. Put it right"
        " and replay it, or close it."
    ),
    "fork": later(
        "Another batch has this place in the gateway's stream: its card was copied, or its memory went back."
        " Find out which before you replay it."
    ),
    "folded": later("Its place was folded into a range long ago. Replaying stores what is new in it."),
    "unanswerable": later(
        "No key that we enrolled made its signature, so anybody may have sent it. Replay it only once its"
        " gateway is enrolled."
    ),
}
STATES: Final[Mapping[str, str]] = {
    "open": later("To be looked at"),
    "fixed": later("Put right, not replayed"),
    "replayed": later("Replayed and stored"),
    "closed": later("Closed"),
}
STEPS: Final[Mapping[str, str]] = {
    "fixed": later("put it right"),
    "replayed": later("replayed it"),
    "closed": later("closed it"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    "stored": later("stored"),
    "rejected": later("refused again"),
    "resync": later("its place is taken"),
}
REASONS: Final[Mapping[str, str]] = {
    "malformed": later("Not as the contract writes it"),
    "not_canonical": later("Another spelling of the same"),
    "too_large": later("Too large"),
    "control": later("A control character in a word"),
    "identity": later("Its id does not follow from its content"),
    "clock": later("An impossible clock"),
    "foreign_topic": later("Sent in another gateway's name"),
    "forged": later("Signed by none of our keys"),
    "unstorable": later("The database cannot take it"),
    "fork": later("Its place is taken by another batch"),
    "folded": later("Its place was folded"),
    "contradiction": later("Other values are stored under its id"),
}


def reason(code: str, words: Words) -> str:
    """Of a reason's first word; one that is new to us is said as it is."""
    return words(REASONS[code]) if code in REASONS else code
