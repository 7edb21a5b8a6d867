"""bleak's scanner over bumble: advertisements in, BLEDevice and AdvertisementData out."""

from __future__ import annotations

import uuid as standard
from typing import Any, Literal

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bumble.core import UUID, AdvertisingData
from bumble.device import Advertisement, Device

from firmware_sim.bleak_backend.adapter import PUBLIC, Adapter
from firmware_sim.bleak_backend.link import bleaks_errors

SERVICE_LISTS = (
    AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.Type.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS,
)


class BumbleScanner(BaseBleakScanner):
    def __init__(
        self,
        adapter: Adapter,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: Literal["active", "passive"],
        **_platform: Any,  # noqa: ANN401  # options of other platforms, as bleak passes them
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._adapter = adapter
        self._active = scanning_mode == "active"
        self._device: Device | None = None

    async def start(self) -> None:
        self.seen_devices = {}
        self._device = await self._adapter.device()
        self._device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        with bleaks_errors():
            await self._device.start_scanning(active=self._active, own_address_type=PUBLIC)

    async def stop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.remove_listener(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
            with bleaks_errors():
                await device.stop_scanning()

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        data = advertisement_data(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = str(advertisement.address).removesuffix("/P")
        device = self.create_or_update_device(address, address, data.local_name, advertisement.address, data)
        self.call_detection_callbacks(device, data)


def advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    """Bumble's report in bleak's terms."""
    structures = advertisement.data
    name = structures.get(AdvertisingData.Type.COMPLETE_LOCAL_NAME)
    return AdvertisementData(
        local_name=name if isinstance(name, str) else None,
        manufacturer_data={},
        service_data={},
        service_uuids=_service_uuids(structures),
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def _service_uuids(structures: AdvertisingData) -> list[str]:
    """Each once: bumble's controller repeats the advertisement as the scan response."""
    lists = (found for kind in SERVICE_LISTS for found in structures.get_all(kind) if isinstance(found, list))
    return list(dict.fromkeys(uuid_text(uuid) for uuids in lists for uuid in uuids))


def uuid_text(uuid: UUID) -> str:
    """The 128-bit text bleak uses; bumble keeps UUIDs little-endian."""
    return str(standard.UUID(bytes=uuid.to_bytes(force_128=True)[::-1]))
