"""What the cloud asks of a gateway: commands, which expire, and configuration, which stays. Both signed.

A command names sentences and never holds them: no name, no number, no value of a resident travels down.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Raw, Struct

from device_drivers.wire.fields import Count, KeyId, Moment, Sequence, Signature, Text

LONGEST: Final = timedelta(minutes=15)
"""How long a command may live at most."""

Phrase = Literal[
    "received",
    "looked",
    "contacted",
    "resolved",
    "well_done",
    "seen",
    "keep_measuring",
    "please_rest",
    "unwatched",
    "duty_desk",
    "stay_by_phone",
    "rest_and_repeat",
    "rest_and_repeat_low",
    "low_glucose",
    "measure_now",
]
"""The name of a sentence that wants no answer; its words are the gateway's."""

Question = Literal["red_flag", "was_it_you"]
"""The name of a question that a button or a page answers."""


class Speak(Struct, frozen=True, forbid_unknown_fields=True, tag="speak", tag_field="do"):
    """Say a sentence. `about`: the reading that it is about, if any."""

    say: Phrase
    about: UUID | None


class Ask(Struct, frozen=True, forbid_unknown_fields=True, tag="ask", tag_field="do"):
    """Ask in the home; the answer that goes up names `question` again."""

    ask: Question
    question: UUID
    about: UUID | None


class Hush(Struct, frozen=True, forbid_unknown_fields=True, tag="hush", tag_field="do"):
    """Ask this no more: it was answered on the page, or through another gateway of the home."""

    question: UUID


class Repeat(Struct, frozen=True, forbid_unknown_fields=True, tag="repeat", tag_field="do"):
    """Ask for another measurement after a rest of so many seconds."""

    after_s: Annotated[int, Meta(ge=60, le=900)]
    about: UUID | None


class Pair(Struct, frozen=True, forbid_unknown_fields=True, tag="pair", tag_field="do"):
    """Let a new meter be paired for so many minutes."""

    minutes: Annotated[int, Meta(ge=1, le=15)]


class Restart(Struct, frozen=True, forbid_unknown_fields=True, tag="restart", tag_field="do"):
    """End the process in order; whoever started it starts it again."""


class Keep(Struct, frozen=True, forbid_unknown_fields=True, tag="keep", tag_field="do"):
    """The report that this version of the configuration is in force has arrived: it is no longer on trial."""

    version: Sequence


Order = Speak | Ask | Hush | Repeat | Pair | Restart | Keep


class Command(Struct, frozen=True, forbid_unknown_fields=True):
    """One order to one gateway, obeyed at most once and not after `expires_at`. Never retained."""

    kid: KeyId
    gateway: UUID
    id: UUID
    issued_at: Moment
    expires_at: Moment
    order: Order
    sig: Signature


Url = Annotated[str, Meta(min_length=1, max_length=500)]
Seconds = Annotated[int, Meta(ge=1, le=3600)]


class Wanted(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Settings that may be changed from afar, named as in the gateway's own file; what is left out stays as
    it was installed. Never the pinned root, a folder or a key: whoever holds the cloud must not gain the box.
    `mqtt` or `https` takes the place of either."""

    mqtt: Url | None = None
    https: Url | None = None
    adapter: Text | None = None
    meters: Annotated[tuple[Text, ...], Meta(max_length=64)] | None = None
    heartbeat_s: Seconds | None = None
    receipt_wait_s: Seconds | None = None
    silence_s: Seconds | None = None


class Configuration(Struct, frozen=True, forbid_unknown_fields=True):
    """A gateway's settings from afar. Retained; a higher `version` replaces a lower one whole."""

    kid: KeyId
    gateway: UUID
    version: Sequence
    issued_at: Moment
    wanted: Wanted
    sig: Signature


class Done(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a command: carried out, not carried out for a reason of the gateway's, or too late."""

    id: UUID
    outcome: Literal["done", "declined", "expired"]


class Reported(Struct, frozen=True, forbid_unknown_fields=True):
    """The configuration in force (0: as installed), and the last one that was given up (0: none)."""

    version: Count
    failed: Count


class Pending(Struct, frozen=True, forbid_unknown_fields=True):
    """What waits for a gateway that asks by itself, each message as it would travel alone."""

    commands: Annotated[tuple[Raw, ...], Meta(max_length=16)]
    configuration: Raw | None
