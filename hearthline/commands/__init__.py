"""The table of sub-commands, one module each with an `app` made here. Imports none of them."""

from __future__ import annotations

from dataclasses import dataclass

import typer


@dataclass(frozen=True, slots=True)
class Entry:
    """A sub-command: its one line of help, and the extra that must be installed for it."""

    help: str
    extra: str


COMMANDS = {
    "agreements": Entry("Check a signed agreement.", extra="server"),
    "alerts": Entry("Rules over stored readings.", extra="server"),
    "audit": Entry("Check the record of who did and read what.", extra="server"),
    "backup": Entry("Copy the database so that it can be restored.", extra="server"),
    "bench": Entry("Measure against the raw limit of this machine.", extra="demo"),
    "contracts": Entry("Days and states of a contract.", extra="server"),
    "db": Entry("Prepare the database.", extra="server"),
    "decode": Entry("Decode a raw value that a meter sent.", extra="gateway"),
    "demo": Entry("Run the whole system on this machine.", extra="demo"),
    "gateway": Entry("Run and look after the box in a home.", extra="gateway"),
    "health": Entry("What of the system somebody has to look at.", extra="server"),
    "identity": Entry("Identity documents, their keys, and what residents are found by.", extra="server"),
    "ingest": Entry("Run and look after the cloud's door.", extra="server"),
    "packages": Entry("Service packages from a file.", extra="server"),
    "regions": Entry("What holds in a region, from a file.", extra="server"),
    "restore": Entry("Bring the database back from a backup.", extra="server"),
    "retention": Entry("How long what is kept, and forgetting on time.", extra="server"),
    "serve": Entry("Serve the pages and the API.", extra="server"),
    "sim": Entry("Simulate meters, homes and gateways.", extra="sim"),
    "worker": Entry("Run timers, deliveries and the audit's seal.", extra="server"),
}


def new_app(help_text: str) -> typer.Typer:
    """Make a command that looks and fails like all others: plain text, plain tracebacks, no completion."""
    return typer.Typer(
        help=help_text,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


def command_app(name: str) -> typer.Typer:
    """Make the `app` of a sub-command that stands in the table."""
    return new_app(COMMANDS[name].help)
