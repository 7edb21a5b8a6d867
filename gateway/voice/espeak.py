"""Sentences as sound: a recording if there is one, else made by espeak-ng, once, and kept. No choices."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.voice.port import VoiceFailed
from gateway.voice.sentences import Language, Name, aloud

# `cmn` of Debian 12 (1.51) speaks the pinyin of its own dictionary as if it were English, as the phonemes
# that it prints show. This one speaks it as pinyin.
VOICES: Final[dict[Language, str]] = {"zh": "cmn-latn-pinyin", "en": "en"}

PACE: Final[dict[Language, int]] = {"zh": 130, "en": 140}
"""Words a minute as espeak-ng counts them (its own default is 175): slow enough for old ears."""

LONGEST_S: Final = 60.0
"""Seconds for making or playing one sentence; the longest lasts 20."""


@dataclass(frozen=True, slots=True)
class Studio:
    """Where sounds are kept and found. `recordings` holds `zh/saved.wav` and so on, as far as there are any;
    `player` is a program that plays the WAV file that it is given last."""

    folder: Path
    language: Language
    recordings: Path | None = None
    player: Sequence[str] = ("aplay", "-q")


class Espeak:
    """A Voice. Each sentence is made at its first use, so the second needs no synthesiser."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def say(self, sentence: Name) -> None:
        await _run(*self._studio.player, str(await self.sound(sentence)))

    async def sound(self, sentence: Name) -> Path:
        """A WAV file with the sentence. Raises VoiceFailed."""
        recorded = self._recorded(sentence)
        if recorded is not None:
            return recorded
        path = self._kept(sentence)
        if not path.exists():
            await self._make(sentence, path)
        return path

    def _recorded(self, sentence: Name) -> Path | None:
        if self._studio.recordings is None:
            return None
        path = self._studio.recordings / self._studio.language / f"{sentence}.wav"
        return path if path.is_file() else None

    def _kept(self, sentence: Name) -> Path:
        """Named after its words too: other words are another file."""
        language = self._studio.language
        words = f"{VOICES[language]} {PACE[language]} {aloud(sentence, language)}"
        mark = hashlib.sha256(words.encode()).hexdigest()[:12]
        return self._studio.folder / f"{language}-{sentence}-{mark}.wav"

    async def _make(self, sentence: Name, path: Path) -> None:
        language = self._studio.language
        draft = path.with_suffix(".part")
        how = ("-b", "1", "-v", VOICES[language], "-s", str(PACE[language]), "-w", str(draft))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            await _run("espeak-ng", *how, aloud(sentence, language))
            draft.replace(path)
        except OSError as error:
            raise VoiceFailed(f"{path.parent}: {error.strerror}") from error


async def _run(program: str, *arguments: str) -> None:
    """Raises VoiceFailed if it is not there, fails, or does not come to an end."""
    try:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise VoiceFailed(f"{program}: {error.strerror}") from error
    try:
        async with asyncio.timeout(LONGEST_S):
            code = await process.wait()
    except TimeoutError as error:
        raise VoiceFailed(f"{program}: took longer than {LONGEST_S:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code != 0:
        raise VoiceFailed(f"{program}: ended with {code}")
