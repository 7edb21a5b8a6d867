"""Topics name a gateway, or nobody."""

from __future__ import annotations

import pytest

from device_drivers.wire.topics import gateway_of, topic
from tests.device_drivers.wire.samples import GATEWAY


def test_a_topic_leads_back_to_its_gateway() -> None:
    assert gateway_of(topic(GATEWAY, "up")) == GATEWAY


@pytest.mark.parametrize(
    "name",
    [
        "",
        "hl/v1",
        "hl/v2/6f1c1a3e-5c1f-4a52-9a35-0f8f2c3f9d10/up",
        "hl/v1/+/up",
        "hl/v1/6F1C1A3E-5C1F-4A52-9A35-0F8F2C3F9D10/up",
        "a/b/c/d",
    ],
)
def test_any_other_name_leads_nowhere(name: str) -> None:
    assert gateway_of(name) is None
