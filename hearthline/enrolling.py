"""What `hearthline gateway claim` and `renew` do around the asking: lock, folder and settings file."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from device_drivers.wire.enrolment import Papers
from gateway import settings
from gateway.enrolment import held, invitation, joining
from gateway.folder.alone import only_one
from gateway.folder.files import write_private


class Joined(Struct, frozen=True):
    """What a claim came to. `wrote`: the settings file, if there was none."""

    gateway: UUID
    home: UUID
    until: datetime
    root: str
    wrote: str | None


def joined(said: str, *, cloud: str | None, ca: Path | None, data_dir: Path, config: Path) -> Joined:
    """Raises what the asking raises."""
    os.umask(0o077)
    asked = invitation.read(said, cloud)
    chosen = settings.read(config, os.environ) if config.exists() else None
    folder = data_dir if chosen is None else chosen.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if chosen is not None and asked.root is None:
        asked = replace(asked, root=chosen.root)
    with only_one(folder):
        papers = joining.claim(folder, asked, gateway=chosen.gateway if chosen else None, ca=ca)
    if chosen is not None:
        return _joined(papers, None)
    config.parent.mkdir(parents=True, exist_ok=True)
    write_private(config, first_settings(folder, papers).encode())
    return _joined(papers, str(config))


def renewed(config: Path) -> Joined:
    """Raises what the asking raises."""
    os.umask(0o077)
    folder = settings.read(config, os.environ).data_dir
    before = held.read(folder)
    if before is None:
        raise settings.SettingsError(f"{folder} holds no papers: claim this gateway first")
    return _joined(joining.renew(folder, before), None)


def first_settings(folder: Path, papers: Papers) -> str:
    """The settings file of a gateway that has just joined: TOML."""
    way = "mqtt" if papers.mqtt or not papers.https else "https"
    lines = [
        f'data_dir = "{folder}"',
        f'root = "{papers.root}"',
        f'{way} = "{papers.mqtt or papers.https or "mqtts://put-the-broker-here:8883"}"',
    ]
    if not (papers.mqtt or papers.https or "").startswith(("mqtt://", "http://")):
        lines += [
            f'{way}_ca = "{folder / held.AUTHORITY}"',
            f'{way}_certificate = "{folder / held.BUNDLE}"',
            f'{way}_key = "{folder / held.BUNDLE}"',
        ]
    return "\n".join([*lines, ""])


def _joined(papers: Papers, wrote: str | None) -> Joined:
    return Joined(papers.gateway, papers.home, papers.not_after, papers.root, wrote)
