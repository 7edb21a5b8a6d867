"""What the stack goes on holding when the process that uses it dies, as bluetoothd does in a process apart.

A file stands for that other process: a killed one loses nothing of it. Power that fails is not played here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class HeldValue:
    """A value that a peer said; `characteristic` is a UUID in full, in lower case."""

    address: str
    characteristic: str
    value: bytes


class Held:
    """One line for each value, in the order heard. `path`: None holds nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def hold(self, said: HeldValue) -> None:
        """Whatever happens to this process from here on, it can be asked for."""
        if self._path is not None:
            line = {"address": said.address, "characteristic": said.characteristic, "value": said.value.hex()}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def everything(self) -> Iterator[HeldValue]:
        """All that was ever said, for whoever examines what became of it. BlueZ does not keep that."""
        if self._path is not None and self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                said = json.loads(line)
                yield HeldValue(said["address"], said["characteristic"], bytes.fromhex(said["value"]))

    def last(self) -> list[HeldValue]:
        """The last value of each characteristic of each peer."""
        return list({(said.address, said.characteristic): said for said in self.everything()}.values())
