"""The real gateway on a simulated radio: the only place where both meet. Changes nothing in the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from firmware_sim import bleak_backend
from gateway import main


def run(hci_url: str, arguments: Sequence[str], *, bonds: Path | None = None) -> int:
    """`hearthline gateway run` with those arguments, on the controller at `hci_url`; the exit code."""
    bleak_backend.install(hci_url, bonds=bonds)
    return main.run(list(arguments))
