"""Our connection to the broker. It carries bytes both ways and trusts nothing about them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from device_drivers.wire.codec import MAX_MESSAGE
from device_drivers.wire.topics import topic
from ingest.door.intake import Message
from ingest.ways.papers import NONE, Papers

_KEEPALIVE_S: Final = 60
_IN_FLIGHT: Final = 1000
_FAREWELL_S: Final = 2.0

GROUP: Final = "ingest"
"""MQTT 5.0, section 4.8.2."""

# The largest message with its topic. A broker that honours MQTT 5 never sends us a larger packet.
_MAX_PACKET: Final = MAX_MESSAGE + 1024


class Link:
    """Reconnects by itself. `deliver` is called on the network's thread and may make it wait."""

    def __init__(
        self,
        url: str,
        deliver: Callable[[Message], None],
        *,
        version: MQTTProtocolVersion,
        papers: Papers = NONE,
        group: str = GROUP,
    ) -> None:
        """`url`: mqtt:// or mqtts://, with user and password if the broker wants them. `group`: workers of
        one group share the batches of a broker that speaks MQTT 5."""
        self._url = urlsplit(url)
        self._version = version
        self._deliver = deliver
        self._papers = papers
        # Workers on one broker share the batches. Not the states: a shared subscription gets none retained.
        self._share = f"$share/{group}/" if version == MQTTProtocolVersion.MQTTv5 else ""
        self.connected = Event()
        self._last: MQTTMessageInfo | None = None
        self._client = self._make()

    def start(self) -> None:
        """Connect, now or as soon as the broker is there."""
        port = self._url.port or (8883 if self._url.scheme == "mqtts" else 1883)
        properties = None
        if self._version == MQTTProtocolVersion.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.MaximumPacketSize = _MAX_PACKET
            properties.ReceiveMaximum = _IN_FLIGHT
        self._client.connect_async(
            self._url.hostname or "localhost", port, _KEEPALIVE_S, properties=properties
        )
        self._client.loop_start()

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        """Send, if there is a connection. What is not sent is asked for again by its gateway."""
        if self._client.is_connected():
            self._last = self._client.publish(name, payload, qos=1, retain=retain)

    def stop(self) -> None:
        """What was published last is at the broker by then: paho would leave it in its queue."""
        if self._last is not None and self._client.is_connected():
            with suppress(RuntimeError, ValueError):  # the connection broke meanwhile, or paho never took it
                self._last.wait_for_publish(_FAREWELL_S)
        self._client.disconnect()
        self._client.loop_stop()
        # paho closes its wake-up sockets when it is freed, so nothing of it may point back at us.
        self._client.on_connect = self._client.on_message = None

    def _make(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, protocol=self._version)
        client.max_inflight_messages_set(_IN_FLIGHT)
        client.reconnect_delay_set(min_delay=1, max_delay=10)
        if self._url.scheme == "mqtts":
            client.tls_set_context(self._papers.as_client())
        if self._url.username:
            client.username_pw_set(unquote(self._url.username), unquote(self._url.password or ""))
        client.on_connect = self._connected
        client.on_message = self._received
        return client

    def _connected(self, client: Client, *_: Any) -> None:  # noqa: ANN401 - paho's own signature
        client.subscribe([(self._share + topic("+", "up"), 1), (topic("+", "state"), 1)])
        self.connected.set()

    def _received(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            name = message.topic
        except UnicodeDecodeError:  # paho decodes it here, and an error would end its thread
            name = ""
        self._deliver(Message(name, bytes(message.payload)))
