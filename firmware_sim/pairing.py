"""How both ends of the virtual air pair: LE Secure Connections, Just Works, bonding."""

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
