"""The voice at work on a real outbox: a reading is kept, its receipt comes, a question is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from device_drivers.wire.answer import Answered, is_sealed_by
from device_drivers.wire.codec import decode, encode
from device_drivers.wire.downlink import Ask, Hush, Repeat, Speak
from device_drivers.wire.receipt import Outcome, Receipt
from device_drivers.wire.signing import key_id, public_hex, sign
from gateway.clock.cloud import CloudClock
from gateway.orders.commands import Obey
from gateway.orders.table import by_kind
from gateway.outbox.store import Outbox
from gateway.trust.sealing import Signer
from gateway.voice.answering import Answering
from gateway.voice.happenings import Pressed
from gateway.voice.home import HomeVoice, Surroundings
from gateway.voice.orders import orders
from gateway.voice.port import Silent, VoiceFailed
from gateway.voice.sentences import Name
from tests.gateway.home import CLOUD, GATEWAY, NOON, OURS, Cloud, TestClock, draft, key, outbox, sealed
from tests.gateway.quiet_log import WatchedLog

QUESTION = UUID(int=5)


class Mute:
    """No loudspeaker."""

    async def say(self, sentence: Name) -> None:
        raise VoiceFailed("aplay: No such file or directory")


class Living:
    """A home with a voice; `at` is the gateway's time."""

    def __init__(self, box: Outbox, clock: TestClock, voice: Silent | Mute) -> None:
        self.box, self.log, self.sent = box, WatchedLog(), list[Answered]()
        self.voice = voice
        cloud = CloudClock(clock, lambda: 0)
        loop = asyncio.get_running_loop()
        self.answering = Answering(
            Signer(GATEWAY, OURS), clock, box.trust, self.log, box.answers, randbytes=Random(1).randbytes
        )
        zone = ZoneInfo("Asia/Shanghai")
        self.home = HomeVoice(Surroundings(voice, box, self.answering, cloud, zone, self.log))
        self.answering.arrived = self.home.happened
        self.answering.carry = self._carry
        self._obey = by_kind(orders(self.home.happened, loop.time))

    def _carry(self, payload: bytes) -> None:
        self.sent.append(decode(payload, Answered))
        self.log.changed.set()

    def order(self, order: Speak | Ask | Hush | Repeat, within_s: float = 600) -> bool:
        return self._obey(Obey(QUESTION, order, within_s))

    def keep(self) -> None:
        transfer = self.box.begin(sends_once=False)
        self.home.kept(self.box.keep(draft(), (), transfer=transfer))
        self.box.end(transfer)

    async def heard(self, *sentences: Name) -> None:
        assert isinstance(self.voice, Silent)
        voice = self.voice
        await self.log.until(lambda: len(voice.said) >= len(sentences))
        assert voice.said == list(sentences)


def live(
    story: Callable[[Living], Awaitable[None]],
    *,
    clock: TestClock | None = None,
    voice: Silent | Mute | None = None,
    path: Path | str = ":memory:",
) -> None:
    async def run() -> None:
        with closing(outbox(path)) as box:
            one = Living(box, clock or TestClock(), voice or Silent())
            speaking = asyncio.create_task(one.home.run())
            await story(one)
            speaking.cancel()
            one.home.close()
            one.answering.close()

    asyncio.run(run())


def receipt(answered: Answered, outcome: Outcome = "stored", *, seed: int | None = None) -> Receipt:
    signing = CLOUD if seed is None else key(seed)
    unsigned = Receipt(
        kid=key_id(public_hex(CLOUD)),
        lineage=1,
        gateway=GATEWAY,
        stream=answered.stream,
        seq=1,
        link=answered.link,
        outcome=outcome,
        rejected=(),
        cloud_time=NOON,
        sig="",
    )
    return sign(unsigned, signing)


def test_a_reading_is_said_to_be_sent_once_its_receipt_was_acted_on() -> None:
    async def story(one: Living) -> None:
        one.keep()
        (batch,) = one.box.seal()
        one.box.act(Cloud().receipt(sealed(one.box, batch.id)))
        await one.heard("sent")

    live(story)


def test_a_reading_without_a_receipt_is_said_to_be_saved() -> None:
    async def story(one: Living) -> None:
        one.keep()
        one.box.seal()
        await one.heard("saved")

    live(story)


def test_what_the_cloud_orders_is_said() -> None:
    async def story(one: Living) -> None:
        assert one.order(Speak("looked", None))
        await one.heard("looked")

    live(story)


def test_at_night_in_the_home_a_courtesy_is_not_said_and_a_request_is() -> None:
    """16:00 UTC is midnight in Shanghai."""

    async def story(one: Living) -> None:
        one.order(Speak("looked", None))
        one.order(Repeat(300, None))
        await one.heard("rest_and_repeat")

    live(story, clock=TestClock(NOON.replace(hour=16)))


def test_a_sentence_whose_time_is_over_is_not_said() -> None:
    async def story(one: Living) -> None:
        one.order(Speak("rest_and_repeat", None), within_s=-1)
        one.order(Speak("unwatched", None))
        await one.heard("unwatched")
        assert "sentence.expired" in one.log.events

    live(story)


def test_an_answer_is_signed_and_called_received_only_after_its_receipt() -> None:
    async def story(one: Living) -> None:
        one.order(Ask("red_flag", QUESTION, None))
        one.home.happened(Pressed("yes"))
        await one.heard("red_flag", "answered_yes")
        (answered,) = one.sent
        assert (answered.answer.question, answered.answer.said) == (QUESTION, "yes")
        assert is_sealed_by(answered, public_hex(OURS))
        assert one.answering.settle(receipt(answered))
        await one.heard("red_flag", "answered_yes", "answer_received")

    live(story)


async def answer_yes(one: Living) -> None:
    """And be gone before any receipt."""
    one.order(Ask("red_flag", QUESTION, None))
    one.home.happened(Pressed("yes"))
    await one.log.until(lambda: bool(one.sent))


def test_an_answer_that_a_crash_cut_off_is_sent_on_and_nothing_of_it_is_said(tmp_path: Path) -> None:
    path, sent = tmp_path / "outbox.db", list[Answered]()

    async def first(one: Living) -> None:
        await answer_yes(one)
        sent.extend(one.sent)

    async def again(one: Living) -> None:
        await one.log.until(lambda: bool(one.sent))
        assert encode(one.sent[0]) == encode(sent[0])
        one.answering.settle(receipt(one.sent[0]))
        await one.heard()
        assert one.box.answers.left() == []

    live(first, path=path)
    assert str(QUESTION).encode() not in path.read_bytes()
    live(again, path=path)


def test_an_answer_as_old_as_its_question_or_not_to_be_read_is_not_sent_any_more(tmp_path: Path) -> None:
    path, clock = tmp_path / "outbox.db", TestClock()
    clock.forward(minutes=16)

    async def again(one: Living) -> None:
        one.box.answers.put("00" * 16, b"rotten")
        one.order(Speak("looked", None))
        await one.heard("looked")
        assert one.sent == []

    async def nothing_left(one: Living) -> None:
        assert one.box.answers.left() == []

    live(answer_yes, path=path)
    live(again, path=path, clock=clock)
    live(nothing_left, path=path, clock=clock)


def test_a_forged_receipt_settles_no_answer() -> None:
    async def story(one: Living) -> None:
        one.order(Ask("red_flag", QUESTION, None))
        one.home.happened(Pressed("yes"))
        await one.log.until(lambda: bool(one.sent))
        one.answering.settle(receipt(one.sent[0], seed=99))
        one.answering.settle(receipt(one.sent[0], "refused"))
        await one.log.until(lambda: len(one.sent) > 1)
        assert encode(one.sent[0]) == encode(one.sent[1])
        assert "answer.received" not in one.log.events

    live(story)


def test_a_receipt_for_a_batch_is_left_to_the_sender() -> None:
    async def story(one: Living) -> None:
        one.keep()
        (batch,) = one.box.seal()
        assert not one.answering.settle(Cloud().receipt(sealed(one.box, batch.id)))

    live(story)


def test_what_was_answered_on_the_page_takes_no_press_any_more() -> None:
    async def story(one: Living) -> None:
        one.order(Ask("red_flag", QUESTION, None))
        one.order(Hush(QUESTION))
        one.home.happened(Pressed("yes"))
        await one.heard("red_flag", "nothing_asked")
        assert one.sent == []

    live(story)


def test_a_voice_that_fails_is_known_to_be_mute_and_the_gateway_goes_on() -> None:
    async def story(one: Living) -> None:
        one.order(Speak("looked", None))
        await one.log.until(lambda: one.home.is_mute)
        assert "voice.failed" in one.log.events

    live(story, voice=Mute())
