"""`hearthline gateway`: run the box in a home, and see who it is and what it holds."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from device_drivers.wire.state import Trouble
from gateway import main, settings
from gateway.cloud import status
from gateway.enrolment import joining
from gateway.enrolment.asking import AskedInVainError
from gateway.enrolment.invitation import InvitationError
from gateway.enrolment.requests import PapersError
from gateway.folder.alone import AlreadyRunning
from gateway.outbox.schema import OutboxError
from gateway.trust.keys import KeyFileError
from hearthline import faults, pairing
from hearthline.commands import command_app
from hearthline.enrolling import joined, renewed
from hearthline.output import answer, fail

app = command_app("gateway")

Config = Annotated[Path, typer.Option(help="TOML file with the settings; GATEWAY_* variables override it.")]

DEFAULT = main.CONFIG

_IN_VAIN = (
    AlreadyRunning,
    AskedInVainError,
    InvitationError,
    KeyFileError,
    OSError,
    PapersError,
    settings.SettingsError,
)
_TROUBLES: Final[dict[Trouble, str]] = {
    "full": "the disk is full: what meters say now is held in memory alone",
    "read_only": "the disk can only be read (a worn card?): what meters say now is held in memory alone",
    "damaged": "the outbox is damaged: the gateway puts it aside and begins a new one by itself",
    "unwritable": "the outbox cannot be written: look at the disk and at who owns the folder",
}


@app.command()
def run(config: Config = DEFAULT) -> None:
    """Listen for meters and deliver their readings, for ever."""
    raise typer.Exit(main.run(["--config", str(config)], at=faults.from_environment(os.environ)))


@app.command()
def claim(
    invitation: Annotated[
        str, typer.Argument(help="What the QR code says (hearthline:claim?…), or the code as it is read out.")
    ],
    cloud: Annotated[
        str | None, typer.Option(help="Where the cloud enrols, https://…; the QR code names it.")
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="PEM: who vouches for that address; else the system's authorities.")
    ] = None,
    data_dir: Annotated[Path, typer.Option(help="The gateway's folder, without a settings file.")] = (
        joining.FOLDER
    ),
    config: Config = DEFAULT,
) -> None:
    """Join a home by a one-time code: a new key, its certificate, the cloud's root. The gateway must not run.
    Writes the settings file if there is none."""
    try:
        answer(joined(invitation, cloud=cloud, ca=ca, data_dir=data_dir, config=config))
    except _IN_VAIN as error:
        fail(str(error))


@app.command()
def renew(config: Config = DEFAULT) -> None:
    """Ask for the next key and certificate now. A gateway that runs does so by itself in time."""
    try:
        answer(renewed(config))
    except _IN_VAIN as error:
        fail(str(error))


@app.command()
def pair(config: Config = DEFAULT) -> None:
    """Lead through pairing a meter with the gateway that runs here; the same as on its page."""
    try:
        page = pairing.Page(settings.read(config, os.environ))
        for line in pairing.lead(page, typer.prompt):
            typer.echo(line)
        if page.look().stage != "done":
            raise typer.Exit(1)
    except (settings.SettingsError, pairing.PageError) as error:
        fail(str(error))


@app.command(name="status")
def show_status(
    config: Config = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on one line.")] = False,
) -> None:
    """Who this gateway is and what it holds. Before the first start it makes the key, for enrolling."""
    try:
        chosen = settings.read(config, os.environ)
        found = status.read(chosen.data_dir, chosen.gateway)
    except (settings.SettingsError, KeyFileError, OutboxError) as error:
        fail(str(error))
    if as_json:
        answer(found)
    else:
        typer.echo(_words(found))


def _since(oldest: datetime | None) -> str:
    return "" if oldest is None else f", the oldest from {oldest.isoformat(timespec='seconds')}"


def _words(found: status.Status) -> str:
    lines = [f"gateway     {found.gateway}", f"public key  {found.public_key}"]
    if found.trouble is not None:
        lines.append(f"NOT SAVED   {_TROUBLES[found.trouble]}")
    if (held := found.outbox) is None:
        return "\n".join([*lines, "outbox      not started yet"])
    return "\n".join(
        [
            *lines,
            f"unsent      {held.unsent} readings{_since(held.oldest_unsent)}",
            f"receipted   {held.receipted}, {held.refused} of them in quarantine",
            f"at risk     {held.at_risk}",
            f"undecodable {held.undecodable} frames",
        ]
    )
