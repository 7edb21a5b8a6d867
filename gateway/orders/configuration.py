"""Settings from afar: what to try, what is in force, and when the last good ones come back. Decides only."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from device_drivers.wire.downlink import Configuration, Wanted
from device_drivers.wire.signing import is_signed_by
from gateway.settings import Settings, SettingsError, check
from gateway.trust.receipts import Trust

MOST_STARTS: Final = 3
"""Processes that may begin under a configuration on trial: one that ends them is given up."""


class Standing(Struct, frozen=True, forbid_unknown_fields=True):
    """`good`: the last that the cloud knows to work; `trial`: one that must still prove itself, begun so many
    times; `failed`: the last that was given up."""

    good: Configuration | None = None
    trial: Configuration | None = None
    starts: int = 0
    failed: int = 0

    @property
    def in_force(self) -> Configuration | None:
        return self.trial or self.good

    @property
    def highest(self) -> int:
        """No version up to this one is news."""
        known = (self.good, self.trial)
        return max(self.failed, *(one.version if one else 0 for one in known))


def is_news(message: Configuration, trust: Trust, standing: Standing) -> bool:
    """Whether it is for us, signed by the cloud, and later than all before: a broker cannot bring back one
    that it kept."""
    public = trust.keys.get(message.kid)
    return (
        message.gateway == trust.gateway
        and public is not None
        and is_signed_by(message, message.sig, public)
        and message.version > standing.highest
    )


def take(standing: Standing, message: Configuration, installed: Settings) -> Standing:
    """Put it on trial; one that cannot even be read as settings is given up at once."""
    try:
        applied(installed, message.wanted)
    except SettingsError:
        return replace(standing, failed=message.version)
    return replace(standing, trial=message, starts=0)


def begun(standing: Standing) -> Standing:
    """As a process begins: a configuration that ended too many of them is given up."""
    if standing.trial is None:
        return standing
    if standing.starts >= MOST_STARTS:
        return given_up(standing)
    return replace(standing, starts=standing.starts + 1)


def kept(standing: Standing, version: int) -> Standing:
    """The cloud has our report that this version is in force."""
    if standing.trial is None or standing.trial.version != version:
        return standing
    return replace(standing, good=standing.trial, trial=None, starts=0)


def given_up(standing: Standing) -> Standing:
    """What was good before is in force again."""
    if standing.trial is None:
        return standing
    return replace(standing, trial=None, starts=0, failed=standing.trial.version)


def applied(installed: Settings, wanted: Wanted) -> Settings:
    """The settings with what is wanted over them. Raises SettingsError."""
    changes = {name: said for name, said in msgspec.structs.asdict(wanted).items() if said is not None}
    if "mqtt" in changes or "https" in changes:
        changes = {"mqtt": None, "https": None, **changes}
    settings = replace(installed, **changes)
    check(settings)
    return settings
