"""A certificate request, read: whose it is, for which key, and whether he holds that key. Decides only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import NameOID


class RequestError(ValueError):
    """What came is no request that a gateway makes; the message says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """For this gateway and key."""

    gateway: UUID
    key: Ed25519PublicKey

    @property
    def public(self) -> str:
        return self.key.public_bytes_raw().hex()


def read_request(der: bytes) -> Request:
    """PKCS #10 (RFC 2986). Raises RequestError."""
    try:
        csr = x509.load_der_x509_csr(der)
        key = csr.public_key()
        is_his = csr.is_signature_valid
    except (ValueError, TypeError, InvalidSignature) as error:
        raise RequestError("this is no certificate request") from error
    if not isinstance(key, Ed25519PublicKey):
        raise RequestError("the key is not an Ed25519 key")
    if not is_his:
        raise RequestError("the request is not signed by its own key")
    return Request(_named(csr), key)


def _named(csr: x509.CertificateSigningRequest) -> UUID:
    names = [str(one.value) for one in csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        gateway = UUID(names[0])
    except (IndexError, ValueError) as error:
        raise RequestError("the request is not named as a gateway's id") from error
    if len(names) != 1 or str(gateway) != names[0]:
        raise RequestError("the request is not named as a gateway's id")
    return gateway
