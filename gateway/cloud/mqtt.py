"""The broker by paho; the only file that knows it. Moves bytes between its thread and the event loop only.

paho runs a thread of its own. Every callback there hands over to the event loop (`call_soon_threadsafe`);
nothing of the gateway is touched from that thread. What the broker acknowledges means nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from uuid import UUID

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from device_drivers.wire.codec import MAX_MESSAGE
from device_drivers.wire.topics import Channel, topic
from gateway.cloud.line import Listener
from gateway.settings import Settings, SettingsError, brokers

KEEPALIVE_S: Final = 30
MOST_QUEUED: Final = 32
MOST_PACKET: Final = MAX_MESSAGE + 1024
"""Bytes; a broker that honours MQTT 5 never sends us a larger packet."""
RECONNECT_S: Final = (1, 30)
LISTENS_TO: Final[tuple[Channel, ...]] = ("receipt", "lineage", "config", "command")


@asynccontextmanager
async def connected(settings: Settings, gateway: UUID, listener: Listener) -> AsyncIterator[None]:
    """Keep a connection to the broker, again and again, until the end. Raises nothing when there is none."""
    mqtt = Mqtt(settings, gateway, listener)
    listener.starting(mqtt)
    mqtt.start()
    try:
        yield
    finally:
        listener.stopping(mqtt)
        mqtt.stop()


class Mqtt:
    """One connection that comes back by itself, at the next node where there are several. Make it and use it
    in the event loop."""

    def __init__(self, settings: Settings, gateway: UUID, listener: Listener) -> None:
        self._gateway = gateway
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._nodes = brokers(settings)
        self._aim = gateway.int % len(self._nodes)  # gateways begin at different nodes
        self._is_stopping = False
        self._channels = {topic(gateway, channel): channel for channel in LISTENS_TO}
        self._is_5 = settings.mqtt_version == "5"
        self._client = self._make_client(settings)

    def start(self) -> None:
        """Connect, and again whenever the connection is lost. Returns at once."""
        self._connect()
        self._client.loop_start()

    def stop(self) -> None:
        """Say goodbye; the thread has ended when this returns."""
        self._is_stopping = True
        self._client.disconnect()
        self._client.loop_stop()
        # paho closes its wake-up sockets when it is freed, so nothing of it may point back at us.
        self._client.on_connect = self._client.on_subscribe = None
        self._client.on_disconnect = self._client.on_message = None

    def publish(self, channel: Channel, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(topic(self._gateway, channel), payload, qos=1, retain=retain)

    def leave(self, payload: bytes) -> None:
        """What the broker says in our name on `state` if the connection made next breaks."""
        self._client.will_set(topic(self._gateway, "state"), payload, qos=1, retain=True)

    def refresh(self) -> None:
        """Ask for the retained messages again. Quality of service 0 costs nothing here: what does not come is
        asked for by sending again. With 1 a NATS cluster keeps a replicated log for each subscription."""
        self._client.subscribe([(name, 0) for name in self._channels])

    def renew(self) -> bool:
        """Break the connection, if there is one: paho's thread sees it end and makes a new one."""
        connection = self._client.socket()
        if not isinstance(connection, socket.socket):
            return False
        with suppress(OSError):  # it broke by itself meanwhile
            connection.shutdown(socket.SHUT_RDWR)
        return True

    def _connect(self) -> None:
        node = self._nodes[self._aim]
        if self._is_5:
            limit = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho has no types there
            limit.MaximumPacketSize = MOST_PACKET
            where = node.host, node.port, KEEPALIVE_S
            self._client.connect_async(*where, clean_start=True, properties=limit)
        else:
            self._client.connect_async(node.host, node.port, KEEPALIVE_S)

    def _aim_at_next(self, *_lost: object) -> None:
        """Left alone, paho tries the same place for ever; what is set here is where it goes next."""
        if len(self._nodes) > 1 and not self._is_stopping:
            self._aim = (self._aim + 1) % len(self._nodes)
            self._connect()

    def _make_client(self, settings: Settings) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"hearthline-{self._gateway}",
            clean_session=None if self._is_5 else True,
            protocol=MQTTProtocolVersion.MQTTv5 if self._is_5 else MQTTProtocolVersion.MQTTv311,
        )
        # What is not acknowledged is sealed in the outbox and sent again: paho need not keep more of it.
        client.max_queued_messages_set(MOST_QUEUED)
        client.reconnect_delay_set(*RECONNECT_S)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._aim_at_next
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        if settings.mqtt_username is not None:
            client.username_pw_set(settings.mqtt_username, settings.mqtt_password)
        if self._nodes[0].is_encrypted:
            _encrypt(client, settings)
        return client

    def _on_connect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401  paho's signature
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not reason.is_failure:
            self.refresh()

    def _on_subscribe(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401  paho's signature
        _number: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        # Not earlier: a receipt sent before we listen would be lost. A subscription that was refused is asked
        # for again by whoever waits for this (a NATS cluster refuses some while it looks for a leader: seen).
        if not any(reason.is_failure for reason in reasons):
            self._hand_over(self._listener.connected, self)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: Any,  # noqa: ANN401  paho's signature
        _flags: DisconnectFlags,
        _reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._aim_at_next()
        self._hand_over(self._listener.disconnected)

    def _on_message(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:  # noqa: ANN401
        try:
            channel = self._channels.get(message.topic)
        except UnicodeDecodeError:  # paho decodes it here, and an error would end its thread
            return
        if channel is not None and len(message.payload) <= MAX_MESSAGE:
            self._hand_over(self._listener.received, channel, bytes(message.payload))

    def _hand_over(self, call: Callable[..., None], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(call, *arguments)


def _encrypt(client: Client, settings: Settings) -> None:
    ca, certificate, key = settings.mqtt_ca, settings.mqtt_certificate, settings.mqtt_key
    try:
        client.tls_set(
            ca_certs=None if ca is None else str(ca),
            certfile=None if certificate is None else str(certificate),
            keyfile=None if key is None else str(key),
        )
    except OSError as error:  # of ssl too, whose words name no file
        raise SettingsError(
            f"mqtt_ca, mqtt_certificate or mqtt_key cannot be used: {error.strerror or error}"
        ) from error
