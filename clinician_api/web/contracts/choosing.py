"""Which of many teams stand on the first screen of signing up: a page of them, or whom one means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from clinician_api.identity import terms
from clinician_api.web.contracts.views import Centre, TeamCard

PAGE: Final = 12
"""Teams on a page: about as many as somebody of 76 reads."""


@dataclass(frozen=True, slots=True)
class Centres:
    """`is_long`: there are more than a page of them, so that one may search."""

    typed: str
    centres: tuple[Centre, ...]
    page: int
    pages: int
    is_long: bool


def page(centres: Sequence[Centre], typed: str, wanted: int) -> Centres:
    """What is searched for stands on one page, at most three times as long."""
    words = terms.plain(typed)
    every = [(centre, team) for centre in centres for team in centre.teams]
    if words:
        found = [(centre, team) for centre, team in every if is_meant(words, centre, team)]
        return Centres(typed, _together(found[: 3 * PAGE]), 1, 1, is_long=len(every) > PAGE)
    pages = max(1, -(-len(every) // PAGE))
    at = min(wanted, pages)
    return Centres("", _together(every[(at - 1) * PAGE : at * PAGE]), at, pages, is_long=pages > 1)


def is_meant(words: str, centre: Centre, team: TeamCard) -> bool:
    """By a part of a name, or by its initials; `words` are plain."""
    names = (centre.name, centre.district, team.name, *team.doctors)
    return any(term.startswith(words) for name in names for term in _terms(name))


def _terms(name: str) -> Iterator[str]:
    for _, term in terms.terms(name, None, ""):
        yield term


def _together(found: Iterable[tuple[Centre, TeamCard]]) -> tuple[Centre, ...]:
    return tuple(
        replace(centre, teams=tuple(team for _, team in group))
        for centre, group in groupby(found, key=lambda each: each[0])
    )
