"""Whose key seals an institution's agreements: a folder of our own keys, until a licensed CA gives some.

The port is `Seals`: a hospital that holds its seal in hardware writes another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clinician_api.agreements.sealing import Seal
from ingest.files import alone, replace_file

_ROOT_LIFE: Final = timedelta(days=20 * 365)
_LIFE: Final = timedelta(days=5 * 365)
_RENEWED: Final = timedelta(days=30)
_SKEW: Final = timedelta(hours=1)
_LOCK: Final = "seals.lock"
_ROOT: Final = "root"


class Seals(Protocol):
    def of(self, institution: UUID, name: str, *, now: datetime) -> Seal: ...

    def roots(self) -> tuple[x509.Certificate, ...]: ...


@dataclass(frozen=True, slots=True)
class FolderSeals:
    """PEM files: `root.key` and `root.crt`, and a pair for each institution, made when it first seals. A pair
    that a licensed CA made can be put there instead, with its root beside ours as another `*.root.crt`."""

    folder: Path

    def of(self, institution: UUID, name: str, *, now: datetime) -> Seal:
        with alone(self.folder / _LOCK):
            root = self._root(now)
            if self._is_wanting(str(institution), root, now):
                self._make(str(institution), name, root, now)
        key, certificate = self._pair(str(institution))
        return Seal(key, certificate, (root.certificate,))

    def roots(self) -> tuple[x509.Certificate, ...]:
        files = [*self.folder.glob(f"{_ROOT}.crt"), *sorted(self.folder.glob(f"*.{_ROOT}.crt"))]
        return tuple(x509.load_pem_x509_certificate(file.read_bytes()) for file in files)

    def _root(self, now: datetime) -> Seal:
        if not self._certificate(_ROOT).exists():
            key, name = ec.generate_private_key(ec.SECP256R1()), _name("Hearthline agreements")
            builder = _builder(name, name, key, now, _ROOT_LIFE)
            builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
            self._write(_ROOT, key, builder.sign(key, hashes.SHA256()))
        key, certificate = self._pair(_ROOT)
        return Seal(key, certificate, ())

    def _is_wanting(self, institution: str, root: Seal, now: datetime) -> bool:
        """There is none yet, or ours runs out: what is sealed after that would be trusted by nobody. One that
        was put here is whoever's who put it."""
        if not self._certificate(institution).exists():
            return True
        _, held = self._pair(institution)
        return held.issuer == root.certificate.subject and held.not_valid_after_utc <= now + _RENEWED

    def _make(self, institution: str, name: str, root: Seal, now: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), root.certificate.subject, key, now, _LIFE)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        self._write(institution, key, builder.sign(root.key, hashes.SHA256()))

    def _write(self, stem: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        """The key first: a certificate whose key is missing would be taken for whole."""
        pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        replace_file(self._key(stem), key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
        replace_file(self._certificate(stem), certificate.public_bytes(pem))

    def _pair(self, stem: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        key = serialization.load_pem_private_key(self._key(stem).read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._key(stem)} is no key on an elliptic curve")
        return key, x509.load_pem_x509_certificate(self._certificate(stem).read_bytes())

    def _key(self, stem: str) -> Path:
        return self.folder / f"{stem}.key"

    def _certificate(self, stem: str) -> Path:
        return self.folder / f"{stem}.crt"


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + life)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    """A common name has at most 64 signs (RFC 5280, appendix A.1)."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])
