"""The way to the cloud that the settings name. Moves nothing itself."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from uuid import UUID

from gateway.cloud.line import Listener
from gateway.settings import Settings


def connected(settings: Settings, gateway: UUID, listener: Listener) -> AbstractAsyncContextManager[None]:
    """Keep that way open until the end. Raises SettingsError on papers that cannot be used."""
    if settings.mqtt is None:
        from gateway.cloud import https  # noqa: PLC0415  a Pi loads only the way it goes

        return https.connected(settings, gateway, listener)
    from gateway.cloud import mqtt  # noqa: PLC0415  as above

    return mqtt.connected(settings, gateway, listener)
