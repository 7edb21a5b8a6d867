"""bumble's virtual controller and link, the defects of bumble 0.0.236 repaired. Not a host: no GATT, no SMP.

Each repair names what goes wrong without it. Left as it is: RSSI fixed at -50, no packet loss, no latency.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bumble import core, hci, ll
from bumble.controller import Connection, Controller, LegacyAdvertiser
from bumble.link import LocalLink

SLOT_MS = 0.625  # the unit of advertising intervals: Core 5.4, Vol 4, Part E, 7.8.5


class Air(LocalLink):
    """The radio of one home: who is near whom. Meters of another home are on another `Air`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # bumble leaves this constructor untyped

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: core.PhysicalTransport,
        data: bytes,
    ) -> None:
        """Stamp the address the connection was made with.

        bumble always stamps the random one, so a peer connected with its public address is never found.
        """
        own = sender_controller.le_connections.get(destination_address)
        peer = self.find_le_controller(destination_address)
        if own is None or peer is None or _fades(sender_controller, peer):
            return
        loop = asyncio.get_running_loop()
        loop.call_soon(peer.on_link_acl_data, own.self_address, transport, data)

    def send_advertising_pdu(self, sender_controller: Controller, packet: ll.AdvertisingPdu) -> None:
        """Deliver advertisements only to those who listen: bumble's delivery to all grows with the square."""
        loop = asyncio.get_running_loop()
        if isinstance(packet, ll.ConnectInd):
            loop.call_soon(self._invite, sender_controller, packet)
            return
        for controller in self._in_order():
            if controller is not sender_controller and _listens(controller, packet):
                loop.call_soon(controller.on_ll_advertising_pdu, packet)

    def send_ll_control_pdu(
        self, sender_address: hci.Address, receiver_address: hci.Address, packet: ll.ControlPdu
    ) -> None:
        """Let a PDU to somebody who is gone vanish, as on air; bumble raises into the sender's host."""
        receiver = self.find_le_controller(receiver_address)
        if receiver is not None:
            asyncio.get_running_loop().call_soon(receiver.on_ll_control_pdu, sender_address, packet)

    def _in_order(self) -> list[Controller]:
        """By name: bumble holds them in a set, and a scenario would take another course each time."""
        return sorted(self.controllers, key=lambda controller: controller.name)

    def _invite(self, initiator: Controller, packet: ll.ConnectInd) -> None:
        """Deliver a connection request; say 0x3E if the advertiser fell silent meanwhile.

        bumble leaves the initiator with a connection that nobody else has, and GATT waits 30 s for an answer.
        """
        others = [controller for controller in self._in_order() if controller is not initiator]
        for controller in others:
            controller.on_ll_advertising_pdu(packet)
        if not any(packet.initiator_address in controller.le_connections for controller in others):
            reason = hci.HCI_ErrorCode.CONNECTION_FAILED_TO_BE_ESTABLISHED_ERROR
            initiator.on_ll_control_pdu(packet.advertiser_address, ll.TerminateInd(reason))


class Radio(Controller):
    """One Bluetooth controller on an `Air`."""

    # Bits that oblige a controller to newer events than bumble sends: a Linux host waits for them for ever.
    le_features = Controller.le_features & ~(
        hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    )

    def __init__(self, name: str, air: Air, *, public_address: str | None = None) -> None:
        super().__init__(name, link=air, public_address=public_address)
        self.le_legacy_advertiser = _Advertiser(self)
        self._packets_left: int | None = None
        self._on_lost: Callable[[], None] = _nothing

    def on_hci_reset_command(self, _command: hci.HCI_Reset_Command) -> hci.HCI_StatusReturnParameters:
        """Forget everything, as a controller must; bumble keeps connections and a pending connect."""
        self._fall_silent()
        return super().on_hci_reset_command(_command)

    def on_hci_le_create_connection_cancel_command(
        self, _command: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """End the pending connect and say so; bumble only answers, and every later connect gets 0x0C."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        # One turn later: the event follows the command's own completion (7.8.13).
        asyncio.get_running_loop().call_soon(self._report_cancelled, pending.peer_address)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)

    def on_hci_disconnect_command(self, command: hci.HCI_Disconnect_Command) -> None:
        """Hang up for the host and say 0x16, that it was its own wish (7.7.5): the reason is for the peer.

        bumble tells the host the peer's reason, and for an unknown handle 'pending', and it waits for ever.
        """
        connection = self.find_le_connection_by_handle(command.connection_handle)
        if connection is None:
            unknown = hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR
            self._send_hci_command_status(unknown, command.op_code)
            return
        self._send_hci_command_status(hci.HCI_COMMAND_STATUS_PENDING, command.op_code)
        connection.send_ll_control_pdu(ll.TerminateInd(command.reason))
        self.on_le_disconnected(connection, hci.HCI_ErrorCode.CONNECTION_TERMINATED_BY_LOCAL_HOST_ERROR)

    def fade(self, packets: int, *, on_lost: Callable[[], None]) -> None:
        """Lose the link that stands after so many packets, by whoever sent them; the last never arrives."""
        self._packets_left = packets
        self._on_lost = on_lost

    def is_fading_away(self) -> bool:
        """Count a packet; whether it was the last, and the link is lost at both ends."""
        if self._packets_left is None:
            return False
        self._packets_left -= 1
        if self._packets_left > 0:
            return False
        self._packets_left = None
        self._on_lost()
        for connection in tuple(self.le_connections.values()):
            lost = ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
            connection.send_ll_control_pdu(lost)
            self.on_ll_control_pdu(connection.peer_address, lost)
        return True

    def vanish(self) -> None:
        """Leave the air as a dead host does: peers lose the link by supervision timeout (0x08)."""
        self._fall_silent()
        self.host = None
        if self.link is not None:
            self.link.remove_controller(self)

    def _fall_silent(self) -> None:
        self.pending_le_connection = None
        self.le_scan_enable = False
        self.le_legacy_advertiser.stop()
        for connection in tuple(self.le_connections.values()):
            self._lose(connection)

    def _lose(self, connection: Connection) -> None:
        connection.send_ll_control_pdu(ll.TerminateInd(hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR))
        del self.le_connections[connection.peer_address]

    def _report_cancelled(self, peer_address: hci.Address) -> None:
        self.send_hci_packet(
            hci.HCI_LE_Connection_Complete_Event(
                status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                connection_handle=0,
                role=hci.Role.CENTRAL,
                peer_address_type=peer_address.address_type,
                peer_address=peer_address,
                connection_interval=0,
                peripheral_latency=0,
                supervision_timeout=0,
                central_clock_accuracy=0,
            )
        )


class _Advertiser(LegacyAdvertiser):
    """Advertises at the interval asked for; bumble reads slots of 0.625 ms as milliseconds."""

    def _on_timer_fired(self) -> None:
        self.send_advertising_data()
        interval_s = self.advertising_interval_min * SLOT_MS / 1000
        self.timer_handle = asyncio.get_running_loop().call_later(interval_s, self._on_timer_fired)


def _nothing() -> None:
    """Nobody wants to know."""


def _fades(*ends: Controller) -> bool:
    return any(isinstance(end, Radio) and end.is_fading_away() for end in ends)


def _listens(controller: Controller, packet: ll.AdvertisingPdu) -> bool:
    if controller.le_scan_enable:
        return True
    pending = controller.pending_le_connection
    advertiser = packet.advertiser_address if isinstance(packet, ll.AdvInd) else None
    return pending is not None and pending.peer_address == advertiser
