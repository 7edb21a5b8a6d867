"""Gateways, a broker that drops, repeats and reorders, a cloud that is restored: one walk through them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import ClassVar, TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.batch import MAX_READINGS
from device_drivers.wire.reading import Heard
from device_drivers.wire.receipt import Lineage, Receipt
from device_drivers.wire.signing import public_hex
from device_drivers.wire.state import State
from ingest.loss.chain import Range
from ingest.loss.statement import Statement
from tests.model.cloud import Cloud
from tests.model.edge import Device, Sealing
from tests.model.rules import ALL, Rules

T = TypeVar("T")

START = datetime(2026, 11, 22, tzinfo=UTC)


class BrokenError(AssertionError):
    """A reading is lost, the ledger said something false, or the ends never come to rest."""


class World:
    """One gateway's home (its card may be cloned), the broker between, and the cloud."""

    DEVICES = 2
    CALM_ROUNDS = 25
    MESSAGES = 30

    def __init__(self, seed: int, cards: Path, rules: Rules = ALL) -> None:
        self.chance = Random(seed)
        self.cards = cards
        self.rules = rules
        self.cloud = Cloud(START)
        self.gateway = UUID(int=7)
        self.up: list[bytes | State] = []
        self.down: list[Receipt | Lineage] = []
        self.unprotected: set[UUID] = set()
        self.taken: set[UUID] = set()
        self.dropped: set[UUID] = set()
        self.buried: list[Device] = []
        self.copies: list[tuple[Path, Ed25519PrivateKey]] = []
        self.steps: list[str] = []
        self._cards_made = 0
        self.devices = [self._new_device(self._new_key())]
        self.cloud.enrol(self.gateway, public_hex(self.devices[0].key))

    # What may happen

    def take(self) -> None:
        self.taken.add(self._some_device().take())

    def take_a_whole_memory(self) -> None:
        """More readings at once than one batch holds."""
        device = self._some_device()
        self.taken.update(device.take() for _ in range(MAX_READINGS + 5))

    def seal(self) -> None:
        self._some_device().outbox.seal(1)

    def send(self) -> None:
        device = self._some_device()
        unsent = device.outbox.unsent()
        if unsent:
            payload = device.outbox.payload(self.chance.choice(unsent))
            self.up.append(payload or b"")

    def beat(self) -> None:
        self.up.append(self._some_device().heartbeat())

    def deliver_up(self) -> None:
        if self.up:
            self._arrive(self._pick(self.up))

    def deliver_down(self) -> None:
        if self.down:
            message = self._pick(self.down)
            for device in self.devices:
                self._hand(message, device)

    def announce(self) -> None:
        self.down.append(self.cloud.announce(self.rules.safe_before(self.cloud)))

    def lose(self) -> None:
        if self.up:
            self.up.pop(self.chance.randrange(len(self.up)))

    def lose_an_answer(self) -> None:
        if self.down:
            self.down.pop(self.chance.randrange(len(self.down)))

    def lose_power(self) -> None:
        self._some_device().restart()

    def purge(self) -> None:
        self._some_device().outbox.purge()

    def have_a_quiet_week(self) -> None:
        """Everything works for once, so that second copies come of age."""
        self._round()
        self.cloud.now += timedelta(days=8)
        self.take()
        self._round()
        for device in self.devices:
            device.outbox.purge()

    def back_up(self) -> None:
        self.cloud.back_up()

    def fold(self) -> None:
        self.cloud.fold(self.gateway)

    def restore(self) -> None:
        before = self.cloud.database.stored
        self.rules.restore(self.cloud, self.chance.randrange(Cloud.BACKUPS))
        self.dropped |= before - self.cloud.database.stored
        self.announce()

    def rotate_cloud_key(self) -> None:
        if len(self.cloud.keys) < 4:
            self.cloud.rotate()

    def renew_gateway_key(self) -> None:
        device = self._some_device()
        device.renew(self._new_key())
        self.cloud.renew(self.gateway, public_hex(device.key))

    def copy_card(self) -> None:
        device = self._some_device()
        self.copies.append((self._card(), device.key))
        device.copy_to(self.copies[-1][0])

    def put_card_back(self) -> None:
        """An old copy replaces a card, or runs beside it in a second box."""
        if not self.copies:
            return
        copy, key = self.chance.choice(self.copies)
        if len(self.devices) < self.DEVICES and self.chance.random() < 0.5:
            twin = self._new_device(key)
            twin.put_back(copy)
            self.devices.append(twin)
            return
        device = self._some_device()
        self._bury(device, lambda: device.put_back(copy))

    def reimage(self) -> None:
        """An empty card in the old box, with the old key or, after another claim, a new one."""
        device = self._some_device()
        is_new_claim = self.chance.random() < 0.3
        key = self._new_key() if is_new_claim else device.key
        self.devices.remove(device)
        self._bury(device, lambda: None)
        self.buried.append(device)
        self.devices.append(self._new_device(key))
        if is_new_claim:
            self.cloud.enrol(self.gateway, public_hex(key))

    WEIGHTS: ClassVar[dict[Callable[[World], None], int]] = {
        take: 12,
        take_a_whole_memory: 1,
        seal: 12,
        send: 16,
        beat: 4,
        deliver_up: 20,
        deliver_down: 20,
        announce: 6,
        lose: 2,
        lose_an_answer: 2,
        lose_power: 1,
        purge: 1,
        have_a_quiet_week: 1,
        back_up: 2,
        fold: 3,
        restore: 2,
        rotate_cloud_key: 1,
        renew_gateway_key: 1,
        copy_card: 2,
        put_card_back: 2,
        reimage: 1,
    }

    def walk(self, steps: int) -> None:
        """Let anything happen, looking after each step; then let it calm down. Raises BrokenError."""
        happenings = list(self.WEIGHTS)
        weights = [
            weight * (5 if happening.__name__ in self.rules.likely else 1)
            for happening, weight in self.WEIGHTS.items()
        ]
        for happening in self.chance.choices(happenings, weights, k=steps):
            self._step(happening)
        self.calm_down()

    def calm_down(self) -> None:
        """Nothing more goes wrong: everything must come to rest, with every reading in the cloud."""
        for _ in range(self.CALM_ROUNDS):
            if not self._is_restless():
                break
            self._round()
        else:
            raise self._broken("the ends never come to rest")
        missing = self._protected() - self.cloud.database.stored
        if missing:
            raise self._broken(f"{len(missing)} readings never reached the cloud")

    # What must hold

    def look(self) -> None:
        """No reading is lost now, and the ledger's statement is true now. Raises BrokenError."""
        lost = self._protected() - self._anywhere()
        if lost:
            raise self._broken(f"{len(lost)} readings are in no card and not in the cloud")
        statement = self.rules.state(self.cloud.history(self.gateway))
        self._check_streams(statement)
        if statement.complete:
            self._check_complete(statement)

    def _check_streams(self, statement: Statement) -> None:
        for stream in statement.streams:
            if stream.forks:
                continue
            for each in stream.verified:
                self._check_stored(self._arrived(), stream.stream, each)
            for each in stream.carried:
                self._check_stored(self._heard_of(), stream.stream, each)

    def _check_complete(self, statement: Statement) -> None:
        for stream in statement.streams:
            self._check_stored(self._heard_of(), stream.stream, Range(1, stream.head))
        if self._is_loss_evident():
            raise self._broken("the ledger says complete although readings are gone and it could know")

    def _check_stored(self, sealings: list[Sealing], stream: str, within: Range) -> None:
        for sealing in sealings:
            if sealing.stream == stream and within.first <= sealing.seq <= within.last:
                missing = sealing.readings - self.cloud.database.stored
                if missing:
                    raise self._broken(
                        f"the ledger vouches for batch {sealing.seq}, which is not stored whole"
                    )

    def _arrived(self) -> list[Sealing]:
        links = {place.link for place in self.cloud.history(self.gateway).places}
        return [sealing for sealing in self._sealings() if sealing.link in links]

    def _heard_of(self) -> list[Sealing]:
        """What was sealed in the histories that the cloud has evidence of, which a silent twin's is not."""
        history = self.cloud.history(self.gateway)
        links = {place.link for place in history.places} | {head.link for head in history.heads}
        links |= {place.opens.link for place in history.places if place.opens}
        by_link = {sealing.link: sealing for sealing in self._sealings()}
        heard: dict[str, Sealing] = {}
        while links:
            sealing = by_link.get(links.pop())
            if sealing and sealing.link not in heard:
                heard[sealing.link] = sealing
                links.add(sealing.prev_link)
        return list(heard.values())

    def _is_loss_evident(self) -> bool:
        """Whether readings are gone that a restore dropped, or whose stream the cloud saw replaced."""
        gone = self.taken - self._anywhere()
        if gone & self.dropped:
            return True
        seen = set(self.cloud.history(self.gateway).streams())
        fresh = [device for device in self.devices if not device.streams() & self._streams_of(gone)]
        return any(device.streams() & seen for device in fresh) and bool(self._streams_of(gone) & seen)

    def _streams_of(self, readings: set[UUID]) -> set[str]:
        return {sealing.stream for sealing in self._sealings() if sealing.readings & readings}

    # How it goes

    def _step(self, happening: Callable[[World], None]) -> None:
        self.steps.append(happening.__name__)
        self.cloud.now += timedelta(minutes=1)
        happening(self)
        for device in self.devices:
            device.note_sealed()
        del self.up[: -self.MESSAGES]
        del self.down[: -self.MESSAGES]
        self.look()

    def _round(self) -> None:
        self.cloud.now += timedelta(minutes=10)
        announcement = self.cloud.announce(self.rules.safe_before(self.cloud))
        for device in self.devices:
            self._hand(announcement, device)
            while device.outbox.waiting():
                device.outbox.seal()
            device.note_sealed()
            self._arrive(device.heartbeat())
            for batch in device.outbox.unsent():
                self._arrive(device.outbox.payload(batch) or b"")
        while self.down:
            message = self.down.pop(0)
            for device in self.devices:
                self._hand(message, device)
                device.note_sealed()
        self.look()

    def _is_restless(self) -> bool:
        return any(device.outbox.unsent() or device.outbox.waiting() for device in self.devices) or any(
            device.outbox.rewound() < self.cloud.lineage and self.cloud.lineage > 1 for device in self.devices
        )

    def _arrive(self, message: bytes | State) -> None:
        if isinstance(message, State):
            self.cloud.hear(message)
            return
        receipt = self.cloud.receive(self.gateway, message) if message else None
        if receipt is not None:
            self.down.append(receipt)

    def _hand(self, message: Receipt | Lineage, device: Device) -> None:
        if isinstance(message, Lineage):
            device.outbox.heed(message)
        else:
            device.outbox.act(self.rules.read(message, device, self.cloud))

    def _pick(self, pile: list[T]) -> T:
        """Any message, in any order; sometimes it stays and comes again."""
        place = self.chance.randrange(len(pile))
        return pile[place] if self.chance.random() < 0.2 else pile.pop(place)

    def _bury(self, device: Device, replace_card: Callable[[], None]) -> None:
        """What only this card held is no longer promised to anybody."""
        device.note_sealed()
        on_it = device.held()
        replace_card()
        elsewhere = set().union(*(other.held() for other in self.devices))
        self.unprotected |= on_it - elsewhere

    def _protected(self) -> set[UUID]:
        return self.taken - self.unprotected

    def _anywhere(self) -> set[UUID]:
        return self.cloud.database.stored.union(*(device.held() for device in self.devices))

    def _sealings(self) -> list[Sealing]:
        return [sealing for device in (*self.devices, *self.buried) for sealing in device.sealings]

    def _some_device(self) -> Device:
        return self.chance.choice(self.devices)

    def _new_key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.chance.randbytes(32))

    def _new_device(self, key: Ed25519PrivateKey) -> Device:
        root = public_hex(self.cloud.root)
        return Device(self.gateway, key, self._card(), root=root, clock=self._clock, chance=self.chance)

    def _clock(self) -> Heard:
        return Heard(self.cloud.now, synced=True, boot="model", uptime_ms=0)

    def _card(self) -> Path:
        self._cards_made += 1
        return self.cards / f"card-{self._cards_made}"

    def _broken(self, how: str) -> BrokenError:
        return BrokenError(f"{how}\nafter: {' → '.join(self.steps)}")
