"""What a scenario came to, and whether that is good enough. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from hearthline.simulation.judge import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scenario came to. `fired`: how often each fault happened; `helped`: how often somebody had to
    pair a meter again that was not planned; `simulated_s`: how long it all took in the home's time."""

    name: str
    seed: int
    planned_hash: str
    verdict: Verdict
    unsent: int
    fired: dict[str, int]
    silent: tuple[str, ...]
    """Faults that were asked for and never happened."""
    helped: int
    simulated_s: int
    failures: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        found = self.verdict
        is_clean = not (found.lost or found.doubled or found.false_values or found.in_meter)
        return is_clean and not (self.unsent or self.silent or self.failures)
