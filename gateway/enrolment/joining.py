"""Claiming and renewing, each a process of its own: ask, look at the answer, put it in force."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_drivers.wire.enrolment import Claim, Papers, Renewal
from device_drivers.wire.signing import public_hex, sign
from gateway.enrolment import held, requests
from gateway.enrolment.asking import ask
from gateway.enrolment.held import Held
from gateway.enrolment.invitation import Invitation
from gateway.trust import keys

FOLDER: Final = Path("/var/lib/hearthline")


def claim(folder: Path, invitation: Invitation, *, gateway: UUID | None, ca: Path | None) -> Papers:
    """Join the home that the code stands for, with a new key. `ca`: who vouches for the cloud's address, if
    not the system's authorities. Raises AskedInVainError, PapersError, KeyFileError, OSError."""
    identity = keys.load_or_make(folder, gateway).gateway
    key = held.next_key(folder)
    said = Claim(invitation.code, requests.request(identity, key))
    papers = ask(invitation.cloud, said, ca)
    requests.check(papers, identity, key, root=invitation.root)
    if ca is not None:
        shutil.copyfile(ca, folder / held.CLOUD_CA)
    _adopt(folder, papers, key, cloud=invitation.cloud, is_claimed_anew=True)
    return papers


def renew(folder: Path, before: Held) -> Papers:
    """The next key and certificate. Raises as `claim` does; what is held stays in force then."""
    signer = keys.load_or_make(folder)
    key = held.next_key(folder)
    said = sign(Renewal(signer.gateway, requests.request(signer.gateway, key), ""), signer.key)
    own = folder / held.CLOUD_CA
    papers = ask(before.cloud, said, own if own.exists() else None)
    requests.check(papers, signer.gateway, key, root=before.root)
    _adopt(folder, papers, key, cloud=before.cloud, is_claimed_anew=before.is_claimed_anew)
    return papers


def _adopt(
    folder: Path, papers: Papers, key: Ed25519PrivateKey, *, cloud: str, is_claimed_anew: bool
) -> None:
    new = Held(public_hex(key), papers.not_before, papers.not_after, papers.root, cloud, is_claimed_anew)
    bundle, authority = requests.bundle(papers, key), requests.authority(papers)
    held.adopt(folder, new, bundle=bundle, authority=authority)
