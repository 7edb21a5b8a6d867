"""What templates and code ask the catalogues for. `python -m tests.clinician_api.web.msgids` brings them up to date."""

from __future__ import annotations

from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from clinician_api.web.words import LANGUAGES, LOCALES, read
from tests.architecture.tree import ROOT

FOLDER: Final = ROOT / "clinician_api" / "web"
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {"_": None, "words": None, "later": None, "many": (1, 2)}


def asked() -> dict[str, str | tuple[str, str]]:
    """By msgid; a pair where there is a plural."""
    found: dict[str, str | tuple[str, str]] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(FOLDER, _METHODS, keywords=_KEYWORDS):
        match message:
            case (str(one), str(more), *_):
                found[one] = (one, more)
            case str(one):
                found.setdefault(one, one)
    return found


def _update() -> None:
    for language in LANGUAGES:
        old = read(language)
        new = Catalog(locale=LOCALES[language], project="Hearthline", charset="utf-8", fuzzy=False)
        new.mime_headers = [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", old.plural_forms)]
        for one, ids in sorted(asked().items()):
            known = old.get(one)
            new.add(ids, known.string if known is not None else None)
        path = FOLDER / "locale" / LOCALES[language] / "LC_MESSAGES" / "care.po"
        with path.open("wb") as file:
            write_po(file, new, width=0, no_location=True, omit_header=False)


if __name__ == "__main__":
    _update()
