"""Whether many fell silent at once because something they share is down. Counts in, verdict out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

FEW: Final = 3
"""So few gateways fall silent together by chance; fewer than that are no sign of anything shared."""

DOWN: Final = 0.5
"""From this share of silent ones on something shared is blamed."""

UNKNOWN: Final = "-"
ANY: Final = "*"


@dataclass(frozen=True, slots=True)
class Network:
    """By which way homes are reached: whose network, and in which region. None is not known."""

    operator: str | None
    region: str | None

    @property
    def subject(self) -> str:
        return f"{self.operator or UNKNOWN}/{self.region or UNKNOWN}"

    @property
    def is_known(self) -> bool:
        return self.operator is not None or self.region is not None


NOWHERE: Final = Network(None, None)

Shared = Literal["platform", "network"]


@dataclass(frozen=True, slots=True)
class Side:
    """Gateways of one network: those heard, and those that fell silent of late. `held`: what these are blamed
    on already, and others are just coming back from."""

    network: Network
    alive: int
    silent: int
    held: frozenset[Shared] = frozenset()

    def is_down(self, shared: Shared, *, share: float = DOWN) -> bool:
        return shared in self.held or (self.silent >= FEW and self.silent >= share * self.all)

    @property
    def all(self) -> int:
        return self.alive + self.silent


@dataclass(frozen=True, slots=True)
class Outage:
    """`everywhere`: it is ourselves. Otherwise each network that is down, and the name of the outage."""

    everywhere: bool
    networks: Mapping[Network, str]


def down(sides: Iterable[Side]) -> Outage:
    """What is down."""
    sides = [side for side in sides if side.all]
    if _is_everywhere(_pooled(sides)):
        return Outage(everywhere=True, networks={})
    return Outage(everywhere=False, networks=_named(sides))


def _is_everywhere(sides: Sequence[Side]) -> bool:
    """No network stands apart. Where all share one, it is ourselves only if nobody at all is heard."""
    share = DOWN if len(sides) > 1 else 1.0
    return bool(sides) and all(side.is_down("platform", share=share) for side in sides)


def _pooled(sides: Sequence[Side]) -> list[Side]:
    """Networks too small to tell anything by themselves, as one."""
    small = [side for side in sides if side.all < FEW]
    large = [side for side in sides if side.all >= FEW]
    if not small:
        return large
    held: frozenset[Shared] = frozenset().union(*(side.held for side in small))
    return [*large, Side(NOWHERE, sum(s.alive for s in small), sum(s.silent for s in small), held)]


def _named(sides: Sequence[Side]) -> dict[Network, str]:
    """Each network that is down by the widest name that fits: an operator everywhere, a region whoever
    carries it, or the one pair."""
    fallen = {side.network for side in sides if side.network.is_known and side.is_down("network")}
    telling = [side.network for side in sides if side.all >= FEW or side.network in fallen]
    operators = _wholly(fallen, telling, lambda network: network.operator)
    regions = _wholly(fallen, telling, lambda network: network.region)
    return {network: _name(network, operators, regions) for network in fallen}


def _wholly(
    fallen: set[Network], telling: Sequence[Network], part: Callable[[Network], str | None]
) -> set[str]:
    """What at least two networks have in common, all of which are down."""
    found = {name for network in fallen if (name := part(network)) is not None}
    return {name for name in found if _is_wholly_down([n for n in telling if part(n) == name], fallen)}


def _is_wholly_down(networks: Sequence[Network], fallen: set[Network]) -> bool:
    return len(networks) > 1 and fallen.issuperset(networks)


def _name(network: Network, operators: set[str], regions: set[str]) -> str:
    if network.operator in operators:
        return f"{network.operator}/{ANY}"
    if network.region in regions:
        return f"{ANY}/{network.region}"
    return network.subject
