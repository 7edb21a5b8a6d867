"""How both ends of the virtual air pair: LE Secure Connections, Just Works or six digits, bonding."""

from bumble.pairing import PairingConfig, PairingDelegate


def just_works() -> PairingConfig:
    """No keys, no digits: what a cuff can do and what BlueZ's agent NoInputNoOutput does.

    No identity keys: a static address needs none, and with them bumble scans for the peer before connecting.
    """
    encryption_only = PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY
    delegate = PairingDelegate(
        local_initiator_key_distribution=encryption_only, local_responder_key_distribution=encryption_only
    )
    return PairingConfig(sc=True, mitm=False, bonding=True, delegate=delegate)


def shows(passkey: int) -> PairingConfig:
    """Six digits on the meter's display, to be typed at the other end (Core, vol 3 part H, 2.3.5.3)."""
    return PairingConfig(sc=True, mitm=True, bonding=True, delegate=_Display(passkey))


class _Display(PairingDelegate):
    """Shows always the same digits: a display that a test can read."""

    def __init__(self, passkey: int) -> None:
        only = PairingDelegate.KeyDistribution.DISTRIBUTE_ENCRYPTION_KEY
        super().__init__(PairingDelegate.IoCapability.DISPLAY_OUTPUT_ONLY, only, only)
        self._passkey = passkey

    async def generate_passkey(self) -> int:
        return self._passkey
