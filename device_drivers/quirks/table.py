"""All quirks, by the maker's family. A new variant is a row here; no row says anything of a value's size."""

from __future__ import annotations

from typing import Final

from device_drivers.measurement import DeviceInformation
from device_drivers.quirks import rewriting
from device_drivers.quirks.quirk import Clock, Quirk, Rewrite, Sign, is_sign

_CUFF: Final = "blood-pressure-profile"
_GLUCOMETER: Final = "glucose-profile"

QUIRKS: Final = (
    Quirk(
        name="a-and-d",
        version="1",
        driver=_CUFF,
        signs=(Sign(name="A&D_UA-651BLE"), Sign(manufacturer="A&D", model="UA-651BLE")),
        source="obniz/obniz UA651BLE; weliem/pi-health-hub BloodPressureServiceHandler",
        clock=Clock.DATE_TIME_FIRST,
    ),
    Quirk(
        name="omron-sig",
        version="1",
        driver=_CUFF,
        signs=(Sign(name="BLEsmart_"), Sign(manufacturer="OMRON")),
        source="weliem/blessed-android BluetoothHandler",
        clock=Clock.CURRENT_TIME_ONCE,
    ),
    Quirk(
        name="beurer-big-endian",
        version="1",
        driver=_CUFF,
        signs=tuple(
            sign
            for model in ("BM48", "BM59", "BM85", "ELITE900", "ELITE 900")
            for sign in (Sign(name=model), Sign(name=f"Beurer {model}"), Sign(model=model))
        ),
        source="derdilla/blood-pressure-monitor-fl pull request 735",
        pause_s=0.1,
        rewrite=Rewrite("2A35", rewriting.big_endian_pulse),
    ),
    Quirk(
        name="accu-chek",
        version="1",
        driver=_GLUCOMETER,
        signs=(Sign(name="meter+"), Sign(name="Accu-Chek"), Sign(manufacturer="Roche")),
        source="tidepool-org/uploader bluetoothLEDriver; NightscoutFoundation/xDrip BluetoothGlucoseMeter",
        bonds_first=True,
        pause_s=0.5,
        clock=Clock.DATE_TIME,
    ),
    Quirk(
        name="contour",
        version="1",
        driver=_GLUCOMETER,
        signs=(Sign(name="Contour"), Sign(manufacturer="Ascensia"), Sign(manufacturer="Bayer")),
        source="weliem/blessed-android BluetoothHandler; pauldemarco/flutter_blue issue 830",
        bonds_first=True,
        clock=Clock.CONTOUR,
    ),
    Quirk(
        name="i-sens",
        version="1",
        driver=_GLUCOMETER,
        signs=(Sign(name="CareSens"), Sign(manufacturer="i-SENS"), Sign(name="ReliOn")),
        source="tidepool-org/ble-glucose; NightscoutFoundation/xDrip GlucoseReadingRx",
        rewrite=Rewrite("2A18", rewriting.month_after_december),
        amend=rewriting.ketone_in_tenths,
    ),
    Quirk(
        name="taidoc",
        version="1",
        driver=_GLUCOMETER,
        signs=tuple(Sign(name=name) for name in ("TAIDOC", "FORA", "Diamond", "TN'G", "TNG")),
        source="NightscoutFoundation/xDrip BluetoothGlucoseMeter; tidepool-org/uploader",
        numbers_reversed=True,
    ),
)


def choose(driver: str, name: str | None, device: DeviceInformation | None) -> Quirk | None:
    """The quirk of a meter of this driver, by the name that it advertises and what it says of itself."""
    of_driver = (quirk for quirk in QUIRKS if quirk.driver == driver)
    return next((one for one in of_driver if any(is_sign(sign, name, device) for sign in one.signs)), None)


def named(name: str | None) -> Quirk | None:
    """The quirk of that name; None too for one that an earlier version had."""
    return next((quirk for quirk in QUIRKS if quirk.name == name), None)
