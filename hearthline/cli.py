"""The `hearthline` command: hands its words to the sub-command that they name. It does no work itself."""

from __future__ import annotations

from importlib import import_module

import typer

from hearthline.commands import COMMANDS, new_app
from hearthline.output import fail

app = new_app("From a meter at home to the family doctor, with proof that nothing was lost.")


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
