"""The `hearthline` command: a table of sub-commands, each loaded when called. It does no work itself."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import typer

from hearthline.output import fail


@dataclass(frozen=True, slots=True)
class Entry:
    """A sub-command: its one line in the list, and the extra that must be installed for it."""

    help: str
    extra: str


COMMANDS = {
    "bench": Entry("Measure against the raw limit of this machine.", extra="demo"),
    "db": Entry("Prepare the database.", extra="server"),
    "decode": Entry("Decode a raw value that a meter sent.", extra="gateway"),
    "demo": Entry("Run the whole system on this machine.", extra="demo"),
    "gateway": Entry("Run and look after the box in a home.", extra="gateway"),
    "ingest": Entry("Run and look after the cloud's door.", extra="server"),
    "sim": Entry("Simulate meters, homes and gateways.", extra="sim"),
}

app = typer.Typer(
    help="From a meter at home to the family doctor, with proof that nothing was lost.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def load(name: str) -> typer.Typer:
    """Import the sub-command's module; without its extra, end with exit code 1 and what to install."""
    try:
        command: typer.Typer = import_module(f"hearthline.commands.{name}").app
    except ModuleNotFoundError as missing:
        fail(f"hearthline {name}: {missing}. Is hearthline[{COMMANDS[name].extra}] installed?")
    return command


def _enter(context: typer.Context) -> None:
    """Hand every word after the name, `--help` included, to the command itself."""
    load(str(context.info_name))(context.args, prog_name=context.command_path)


for _name, _entry in COMMANDS.items():
    app.command(
        _name,
        help=_entry.help,
        add_help_option=False,
        context_settings={
            "allow_extra_args": True,
            "allow_interspersed_args": False,
            "ignore_unknown_options": True,
        },
    )(_enter)
