"""Where an evaluation may fail without ending those of others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failed:
    """The kind of error only: its text may quote a reading."""

    error: str


def attempt(action: Callable[[], T], *, but: tuple[type[Exception], ...] = ()) -> T | Failed:
    """The action's result, or the kind of error that it ended with; `but` those that end the whole."""
    try:
        return action()
    except but:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a rule may raise, the other residents are judged
        return Failed(type(error).__name__)
