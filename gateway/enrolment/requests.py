"""Keys and certificate requests, and what an answer is worth. The only file here that knows X.509."""

from __future__ import annotations

from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from device_drivers.wire.enrolment import Papers
from device_drivers.wire.signing import is_signed_by, key_id, public_hex


class PapersError(Exception):
    """An answer that is not to be trusted; the message says why."""


def request(gateway: UUID, key: Ed25519PrivateKey) -> str:
    """PKCS #10 (RFC 2986), DER in hexadecimal, named as the gateway and signed by its key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(gateway))])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, None)
    return csr.public_bytes(Encoding.DER).hex()


def check(papers: Papers, gateway: UUID, key: Ed25519PrivateKey, *, root: str | None) -> None:
    """Whether these are ours, by the cloud whose root we pinned (None: the one that it names, for the first
    time). Raises PapersError."""
    if root is not None and papers.root != root:
        raise PapersError("another cloud answered than the one that this gateway was to join")
    known = {one.kid: one.public for one in papers.kids.keys if one.kid == key_id(one.public)}
    public = known.get(papers.kid)
    if not is_signed_by(papers.kids, papers.kids.sig, papers.root) or public is None:
        raise PapersError("the cloud's keys are not signed by its root")
    if not is_signed_by(papers, papers.sig, public):
        raise PapersError("the answer is not signed by the cloud")
    if papers.gateway != gateway or _public_of(papers.certificate) != public_hex(key):
        raise PapersError("the certificate is another's")


def bundle(papers: Papers, key: Ed25519PrivateKey) -> bytes:
    """Key and certificate as one PEM file, which TLS takes for both."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + _pem(papers.certificate)


def authority(papers: Papers) -> bytes:
    return _pem(papers.authority)


def _pem(der: str) -> bytes:
    try:
        return x509.load_der_x509_certificate(bytes.fromhex(der)).public_bytes(Encoding.PEM)
    except ValueError as error:
        raise PapersError("a certificate cannot be read") from error


def _public_of(der: str) -> str:
    try:
        key = x509.load_der_x509_certificate(bytes.fromhex(der)).public_key()
    except ValueError as error:
        raise PapersError("a certificate cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise PapersError("the certificate is for another kind of key")
    return key.public_bytes_raw().hex()
