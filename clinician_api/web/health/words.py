"""Words for the checks, and what to do about each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

CHECKS: Final[Mapping[str, str]] = {
    "versions": later("Packages that differ from the lock"),
    "migrations": later("Version of the tables"),
    "backup": later("Age of the last backup"),
    "drill": later("Age of the last tried restore"),
    "certificates": later("Certificate, days left"),
    "disk": later("Free disk"),
    "jobs": later("Jobs that are due"),
    "notices": later("Notices in no inbox yet"),
    "calls": later("Calls that are owed"),
    "seal": later("Audit entries not sealed yet"),
    "anchor": later("Age of the last anchor of the audit"),
    "clock": later("Clock against the database's"),
}
TODO: Final[Mapping[str, str]] = {
    "versions": later("Install what was tested: the lock file of this version."),
    "migrations": later("Run hearthline db upgrade."),
    "backup": later("Run hearthline backup, and look why it did not run by itself."),
    "drill": later("Try a restore on another machine, then run hearthline backup drilled."),
    "certificates": later("Renew it before it ends."),
    "disk": later("Make room, or move the folder."),
    "jobs": later("Look whether hearthline worker runs."),
    "notices": later("Look whether hearthline worker runs."),
    "calls": later("Ask the teams why nobody called."),
    "seal": later("Look whether hearthline worker runs."),
    "anchor": later("Look whether hearthline worker runs."),
    "clock": later("Set the clock of this machine by NTP."),
}
UNKNOWN: Final[Mapping[str, str]] = {
    "versions": later("Set CARE_LOCK to the lock file that this was installed from."),
    "backup": later("Set CARE_BACKUPS to the folder of backups; there is none in it yet, or it is not set."),
    "drill": later("No tried restore was ever put down."),
    "certificates": later(
        "Set CARE_CERTIFICATES to the files to watch; one that cannot be read counts here."
    ),
    "anchor": later("The first anchor is made on the second day."),
}
STATES: Final[Mapping[str, str]] = {
    "good": later("good"),
    "look": later("look soon"),
    "act": later("act now"),
    "unknown": later("not known"),
}
