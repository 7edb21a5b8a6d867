"""`hearthline agreements`: whether a PDF is what was signed, and whether a new text could be."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography import x509

from clinician_api.agreements import templates
from clinician_api.agreements.rules import LANGUAGES, Language
from clinician_api.agreements.schemas import NewTemplate
from clinician_api.agreements.sealing import Verdict, check
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.text import WrongTextError, read
from clinician_api.audit.rules import By
from clinician_api.clock import utc_now
from hearthline.caring import care_session, refusals
from hearthline.commands import command_app
from hearthline.output import answer, fail, tell

app = command_app("agreements")

_TROUBLES: Final = {
    "not_pdf": "this is no PDF",
    "unsealed": "nobody sealed it: a draft, or another document",
    "changed": "it was changed after it was sealed",
    "added_to": "something was added after it was sealed",
    "unknown_seal": "the seal is not of an institution that these roots vouch for",
}
_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


@app.command()
def verify(
    file: _File,
    root: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="A root certificate (PEM); may be given again."),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(envvar="CARE_KEYS", help="The server's folder of keys, for its roots.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on one line.")] = False,
) -> None:
    """Say who sealed an agreement's PDF, and whether it still is what was sealed."""
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is in the verdict
    verdict = check(file.read_bytes(), _roots(root or [], keys))
    if as_json:
        answer(verdict)
    else:
        _say(verdict)
    raise typer.Exit(1 if verdict.troubles else 0)


@app.command()
def text(file: _File) -> None:
    """Check the text of a new version before it is given to anybody."""
    try:
        found = read(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file} is not UTF-8")
    except WrongTextError as error:
        fail(f"{file}: {error}")
    tell(f"{len(found.blocks)} blocks; every placeholder is known")


@app.command()
def write(
    file: _File,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day of the new text.")],
    database_url: Annotated[
        str, typer.Option(envvar="CARE_DATABASE_URL", help="PostgreSQL, as libpq understands it.")
    ],
    language: Annotated[str, typer.Option(help="zh, which binds, or en.")] = "zh",
) -> None:
    """Put a new version of the text in force from a day on; what was signed keeps its own."""
    if language not in LANGUAGES:
        raise typer.BadParameter("zh or en", param_hint="--language")
    kind: Language = "en" if language == "en" else "zh"
    with refusals(), care_session(database_url) as db:
        new = NewTemplate(
            language=kind,
            body=file.read_text(encoding="utf-8"),
            since=since.date(),
            base=templates.newest(db, kind),
        )
        templates.write(db, By(), new, now=utc_now())
        db.commit()
    tell(f"version {new.base + 1} of {kind}, from {new.since}")


def _roots(files: list[Path], keys: Path | None) -> list[x509.Certificate]:
    if not files and keys is None:
        raise typer.BadParameter("give --root, or --keys for the server's own roots", param_hint="--root")
    try:
        given = [x509.load_pem_x509_certificate(file.read_bytes()) for file in files]
    except ValueError:
        raise typer.BadParameter("not a certificate in PEM", param_hint="--root") from None
    return [*given, *(FolderSeals(keys / "seals").roots() if keys else ())]


def _say(verdict: Verdict) -> None:
    typer.echo(f"SHA-256   {verdict.sha256}")
    if verdict.institution:
        typer.echo(f"sealed by {verdict.institution}")
    if verdict.sealed_at:
        typer.echo(f"sealed at {verdict.sealed_at.isoformat()}")
    for trouble in verdict.troubles:
        typer.echo(f"NOT VALID {_TROUBLES[trouble]}")
    if not verdict.troubles:
        typer.echo("valid     nothing was changed since")
