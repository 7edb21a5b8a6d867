"""The authority that makes gateways' certificates: a P-256 key and its own certificate, in two files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ingest.files import alone, replace_file

LIFE: Final = timedelta(days=90)
"""Of a gateway's certificate; it renews before two thirds of it (`wire.md`)."""

_OWN_LIFE: Final = timedelta(days=20 * 365)
_SKEW: Final = timedelta(hours=1)
"""A gateway's clock may be behind ours."""

_KEY: Final = "ca.key"
_CERTIFICATE: Final = "ca.crt"
_LOCK: Final = "ca.lock"


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def issue(self, gateway: UUID, public: Ed25519PublicKey, now: datetime) -> x509.Certificate:
        """For a client of that name (RFC 5280, 4.2.1): it can open doors and sign no other certificate."""
        return (
            x509.CertificateBuilder()
            .subject_name(_name(str(gateway)))
            .issuer_name(self.certificate.subject)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _SKEW)
            .not_valid_after(now + LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )


def open_authority(folder: Path, now: datetime) -> Authority:
    """As in this folder; made at the first time. One made elsewhere can be put there (PEM, unencrypted)."""
    with alone(folder / _LOCK):
        if not (folder / _CERTIFICATE).exists():
            _begin(folder, now)
    key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder / _KEY} is no key on an elliptic curve")
    return Authority(key, x509.load_pem_x509_certificate((folder / _CERTIFICATE).read_bytes()))


def _begin(folder: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Hearthline gateways")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _OWN_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    # The key before the certificate that names it: the next start finishes what a crash leaves between.
    replace_file(folder / _KEY, _pem(key))
    replace_file(folder / _CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
