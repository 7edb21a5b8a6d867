"""The sounds themselves: made by the real synthesiser, with something to hear in them, and played."""

from __future__ import annotations

import asyncio
import shutil
import sys
import wave
from array import array
from pathlib import Path
from typing import get_args

import pytest

from gateway.voice.espeak import Espeak, Studio
from gateway.voice.port import VoiceFailed
from gateway.voice.sentences import SENTENCES, Language, Name
from tests.conftest import missing

NAMES: tuple[Name, ...] = tuple(SENTENCES)
QUIET = 300
"""Of 32 768: hum, not speech."""


@pytest.fixture
def _espeak() -> None:
    if shutil.which("espeak-ng") is None:
        missing("espeak-ng")


def player(folder: Path) -> tuple[str, ...]:
    """A program that plays by writing down what it was given."""
    script = folder / "player.py"
    script.write_text(
        f"import sys, shutil\nshutil.copy(sys.argv[1], {str(folder / 'heard.wav')!r})\n", encoding="utf-8"
    )
    return sys.executable, str(script)


def sound(folder: Path, sentence: Name, language: Language) -> Path:
    return asyncio.run(Espeak(Studio(folder, language)).sound(sentence))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each sentence is made once for all tests."""
    return tmp_path_factory.mktemp("sounds")


def loudness(path: Path) -> tuple[float, float]:
    """Seconds, and the root of the mean square of the samples."""
    with wave.open(str(path)) as file:
        assert file.getsampwidth() == 2
        samples = array("h", file.readframes(file.getnframes()))[::8]
        seconds = file.getnframes() / file.getframerate()
    return seconds, (sum(sample * sample for sample in samples) / len(samples)) ** 0.5


@pytest.mark.usefixtures("_espeak")
@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("sentence", NAMES)
def test_each_sentence_can_be_heard(kept: Path, sentence: Name, language: Language) -> None:
    seconds, volume = loudness(sound(kept, sentence, language))

    assert volume > QUIET
    assert 1 < seconds < 25


@pytest.mark.usefixtures("_espeak")
@pytest.mark.parametrize("language", get_args(Language))
def test_no_two_sentences_sound_alike(kept: Path, language: Language) -> None:
    sounds = {sound(kept, sentence, language).read_bytes() for sentence in NAMES}

    assert len(sounds) == len(SENTENCES)


@pytest.mark.usefixtures("_espeak")
def test_a_longer_sentence_takes_longer_in_mandarin(kept: Path) -> None:
    """A synthesiser that spells characters out, or drops them, would not keep this proportion."""
    for sentence in NAMES:
        seconds, _ = loudness(sound(kept, sentence, "zh"))
        letters = sum(letter.isalnum() for letter in SENTENCES[sentence].zh)
        assert 0.1 < seconds / letters < 0.7, sentence


@pytest.mark.usefixtures("_espeak")
def test_what_was_made_once_is_played_without_a_synthesiser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voice = Espeak(Studio(tmp_path / "kept", "zh", player=player(tmp_path)))
    made = asyncio.run(voice.sound("saved")).read_bytes()
    monkeypatch.setenv("PATH", "/nonexistent")

    asyncio.run(voice.say("saved"))

    assert (tmp_path / "heard.wav").read_bytes() == made


def test_a_recording_goes_before_the_synthesiser(tmp_path: Path) -> None:
    recorded = tmp_path / "recordings" / "zh" / "saved.wav"
    recorded.parent.mkdir(parents=True)
    recorded.write_bytes(b"a human voice")
    studio = Studio(tmp_path / "kept", "zh", tmp_path / "recordings", player(tmp_path))

    asyncio.run(Espeak(studio).say("saved"))

    assert (tmp_path / "heard.wav").read_bytes() == b"a human voice"


def test_without_a_synthesiser_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(VoiceFailed, match="espeak-ng"):
        asyncio.run(Espeak(Studio(tmp_path, "zh")).say("saved"))


@pytest.mark.usefixtures("_espeak")
def test_a_player_that_fails_is_a_sentence_not_heard(tmp_path: Path) -> None:
    failing = (sys.executable, "-c", "raise SystemExit(1)")

    with pytest.raises(VoiceFailed, match="ended with 1"):
        asyncio.run(Espeak(Studio(tmp_path, "en", player=failing)).say("saved"))


@pytest.mark.usefixtures("_espeak")
def test_on_a_full_disk_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(VoiceFailed):
        asyncio.run(Espeak(Studio(tmp_path / "file" / "below", "en")).say("saved"))
