"""The way to the cloud that the settings name. Moves nothing itself."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from uuid import UUID

from gateway import https, mqtt
from gateway.line import Listener
from gateway.settings import Settings


def connected(settings: Settings, gateway: UUID, listener: Listener) -> AbstractAsyncContextManager[None]:
    """Keep that way open until the end. Raises SettingsError on papers that cannot be used."""
    way = https.connected if settings.mqtt is None else mqtt.connected
    return way(settings, gateway, listener)
