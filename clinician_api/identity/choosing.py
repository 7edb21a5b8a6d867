"""Which passwords are let in: long ones that nobody guesses first. Pure.

There is no rule of capitals and signs, which people meet with `Password1!` (NIST SP 800-63B-4, 3.1.1.2).
"""

from __future__ import annotations

import re
from typing import Final, Literal

Weakness = Literal["short", "common", "own_name"]

SHORTEST: Final = 10
"""Characters. Staff have a second factor beside it."""

_TELLING: Final = 4
"""From so many characters on a name says whose it is."""

_RUN: Final = 4
"""From so many keys in a row it is a walk."""

_FEWEST: Final = 5
"""Different characters."""

_LOOKALIKES: Final = str.maketrans("013457@$!", "oieastasi")
_WALKS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "147258369963852741",
)
_FIRST: Final = """
password passwort passphrase letmein welcome admin administrator root guest user test demo secret login
changeme default master super superman batman dragon monkey football baseball sunshine princess shadow
iloveyou iloveu woaini woaiwojia mima nihao zhongguo beijing shanghai huanying guanliyuan yisheng hushi
jiankang yiyuan zhongxin jiating hearthline jiamai doctor nurse hospital clinic resident patient health
qwerty asdfgh zxcvbn abc abcd abcde summer winter spring autumn january monday hello google huawei wechat
weixin china family
"""
"""What people choose first, here and elsewhere, and what stands on our own pages."""

_WORDS: Final = frozenset(_FIRST.split())
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_YEAR: Final = re.compile(r"(19|20)\d\d")


def weakness(password: str, *, name: str, phone: str | None = None) -> Weakness | None:
    """What is wrong with it as the password of the account with this login name and number."""
    if len(password) < SHORTEST:
        return "short"
    lower = password.casefold()
    own = [each.casefold() for each in (name, phone or "") if len(each) >= _TELLING]
    if any(each in lower for each in own):
        return "own_name"
    return "common" if is_common(password) else None


def is_common(password: str) -> bool:
    """Among what is tried first: few signs, a number alone, a walk over the keys, or well-known words with a
    year, figures and signs put to them."""
    lower = password.casefold()
    if len(set(lower)) < _FEWEST or lower.isdigit() or _is_walk(lower):
        return True
    spelled_out = _YEAR.sub("", lower).translate(_LOOKALIKES)
    return any(_is_words(_NO_LETTERS.sub("", each)) for each in (spelled_out, lower))


def _is_walk(lower: str) -> bool:
    """Made of runs of four and more along one way over the keys, forth or back."""
    rest = lower
    while rest:
        run = max((_run(rest, way) for walk in _WALKS for way in (walk, walk[::-1])), default=0)
        if run < _RUN and not (run == len(rest) and rest != lower):
            return False
        rest = rest[run:]
    return True


def _run(text: str, way: str) -> int:
    return next((n for n in range(len(text), 0, -1) if text[:n] in way), 0)


def _is_words(letters: str) -> bool:
    """Made of words of the list alone. Of none at all it is made of figures and signs, which others judge."""
    if not letters:
        return False
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached |= {start + len(word) for word in _WORDS if letters.startswith(word, start)}
    return len(letters) in reached
