"""What templates and code ask the catalogues for; run as a module it brings them up to date."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from clinician_api.web.words import LANGUAGES, LOCALES, Language, read
from tests.architecture.tree import ROOT

FOLDER: Final = ROOT / "clinician_api" / "web"
_HEAD: Final = """# Words of the pages. The msgids are English; an empty entry in `en` is its own msgid.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {
    "_": None,
    "words": None,
    "later": None,
    "many": (1, 2),
}


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


def written(language: Language, old: Catalog) -> bytes:
    """The catalogue with what is asked for now: known translations stay, others are empty."""
    new = Catalog(locale=LOCALES[language], fuzzy=False)
    for one, ids in sorted(asked().items()):
        known = old.get(one)
        new.add(ids, known.string if known is not None else None)
    file = BytesIO()
    write_po(file, new, width=0, no_location=True, omit_header=True)
    return _HEAD.format(locale=LOCALES[language], plurals=new.plural_forms).encode() + file.getvalue()


def path_of(language: Language) -> Path:
    return FOLDER / "locale" / LOCALES[language] / "LC_MESSAGES" / "care.po"


if __name__ == "__main__":
    for each in LANGUAGES:
        path_of(each).write_bytes(written(each, read(each)))
