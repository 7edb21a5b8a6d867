"""`hearthline ingest code`: one-time codes by which gateways join homes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import typer

from hearthline import ingesting
from hearthline.commands import new_app
from hearthline.ingesting import Data, DatabaseUrl
from hearthline.output import answer, fail, tell
from ingest.enrolment import codes
from ingest.enrolment.authority import open_authority
from ingest.keys import open_keyring
from ingest.store.steps import Deed

app = new_app("One-time codes by which gateways join homes, and the authority of their certificates.")

Home = Annotated[UUID, typer.Argument(help="The home's id.")]


@app.command()
def make(
    home: Home,
    by: Annotated[str, typer.Option(help="Who wants it.")],
    why: Annotated[str, typer.Option(help="And why.")],
    bind: Annotated[
        list[str] | None,
        typer.Option(help="METERKEY:SLOT=RESIDENT, from the claim on; slot * is whoever uses the meter."),
    ] = None,
    days: Annotated[float, typer.Option(min=0.01, max=30, help="How long it may be used.")] = 7,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Make a code, told once and stored nowhere. `qr` is what the QR code is to hold."""
    deed = Deed(by, why, datetime.now(UTC))
    if deed.lack:
        fail(deed.lack)
    settings = ingesting.read_settings(data=data, database_url=database_url)
    slots = [codes.Slot(*ingesting.parse_binding(word)) for word in bind or ()]
    with ingesting.connect(settings) as connection:
        code = codes.make(connection, home, slots, deed, life=timedelta(days=days))
    root = open_keyring(settings.data / "keys").root_public
    asked = {"c": code, "u": settings.enrol_url, "r": root}
    qr = f"hearthline:claim?{urlencode(asked)}" if settings.enrol_url else None
    answer({"home": home, "code": codes.grouped(code), "qr": qr, "until": deed.at + timedelta(days=days)})


@app.command()
def withdraw(home: Home, database_url: DatabaseUrl = None, data: Data = None) -> None:
    """A home's unused codes open nothing any more."""
    with ingesting.connect(ingesting.read_settings(data=data, database_url=database_url)) as connection:
        tell(f"{codes.withdraw(connection, home, now=datetime.now(UTC))} codes withdrawn")


@app.command()
def authority(data: Data = None) -> None:
    """Where the authority's certificate lies, for the broker and the door to trust; made if there is none."""
    folder: Path = ingesting.read_settings(data=data).data / "ca"
    made = open_authority(folder, datetime.now(UTC))
    answer({"certificate": str(folder / "ca.crt"), "until": made.certificate.not_valid_after_utc})
