"""What a text of consent has to say, and how its versions follow each other. Pure; `texts` has the words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

from clinician_api.consents.rules import Purpose


@dataclass(frozen=True, slots=True)
class Wording:
    """In one language, what arts. 17 and 30 of the PIPL ask for, and what ends with a withdrawal."""

    title: str
    what: str
    why: str
    who: str
    how_long: str
    refusing: str
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """`since` is its first day. `asks_again`: who agreed to an earlier version has to be asked anew."""

    purpose: Purpose
    version: int
    since: date
    zh: Wording
    en: Wording
    asks_again: bool = False

    @property
    def sha256(self) -> bytes:
        """Of all it says, in both languages."""
        said = {"zh": asdict(self.zh), "en": asdict(self.en)}
        plain = json.dumps([self.purpose, self.version, said], sort_keys=True, ensure_ascii=False)
        return sha256(plain.encode()).digest()


def current(texts: Iterable[Text], purpose: Purpose, today: date) -> Text:
    """The newest version in force."""
    return max(_begun(texts, purpose, today), key=lambda each: each.version)


def least(texts: Iterable[Text], purpose: Purpose, today: date) -> int:
    """The oldest version whose consent still holds."""
    again = [each.version for each in _begun(texts, purpose, today) if each.asks_again]
    return max(again, default=1)


def _begun(texts: Iterable[Text], purpose: Purpose, today: date) -> list[Text]:
    """By a clock that stands before the first day it is the first version alone."""
    of_purpose = sorted((each for each in texts if each.purpose == purpose), key=lambda each: each.version)
    return [each for each in of_purpose if each.since <= today] or of_purpose[:1]
