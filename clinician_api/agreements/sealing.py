"""Seals a PDF with an institution's key, and says of any PDF whether it still is what was sealed. By pyHanko.

PAdES B-B (ETSI EN 319 142-1): the signature covers the whole file and certifies that nothing may be added. A
reliable signature lets any change be found (Electronic Signature Law of 2019, article 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

_FIELD: Final = "Seal"


@dataclass(frozen=True, slots=True)
class Seal:
    """An institution's key, its certificate, and the certificates up to the root."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a PDF. `troubles` is empty where it is what an institution known to us sealed; else stable words:
    `not_pdf`, `unsealed`, `changed`, `added_to`, `unknown_seal`."""

    sha256: str
    institution: str | None
    sealed_at: datetime | None
    troubles: tuple[str, ...]


class _Signer(PdfSigner):
    """Says the time that it is told, not that of the machine."""

    def __init__(self, meta: PdfSignatureMetadata, signer: SimpleSigner, at: datetime) -> None:
        super().__init__(meta, signer)
        self._at = at

    def init_signing_session(
        self,
        pdf_out: BasePdfFileWriter,
        existing_fields_only: bool = False,  # noqa: FBT001, FBT002 (pyHanko's)
    ) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


def seal(pdf: bytes, by: Seal, *, reason: str, at: datetime) -> bytes:
    """The same document with the institution's signature in it."""
    plain = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = load_private_key_from_pemder_data(plain, None)
    chain = SimpleCertificateStore.from_certs(_certificates(by.chain))  # type: ignore[no-untyped-call]  # theirs
    signer = SimpleSigner(_certificates([by.certificate])[0], key, chain)
    meta = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm="sha256",
        reason=reason,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
    )
    out = _Signer(meta, signer, at).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return bytes(out.getbuffer())


def check(pdf: bytes, roots: Sequence[x509.Certificate]) -> Verdict:
    """Asks nothing but the file and the roots: whoever has both can do the same."""
    digest = sha256(pdf).hexdigest()
    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # What a stranger's file does to a parser; each says the same to whoever asked.
        return Verdict(digest, None, None, ("not_pdf",))
    if not signatures:
        return Verdict(digest, None, None, ("unsealed",))
    return _verdict(digest, signatures[0], roots, is_alone=len(signatures) == 1)


def _verdict(
    digest: str, signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], *, is_alone: bool
) -> Verdict:
    sealed_at = signature.self_reported_timestamp
    # At the moment it was sealed: a certificate that has run out since says nothing against it.
    context = ValidationContext(trust_roots=_certificates(roots), allow_fetching=False, moment=sealed_at)
    try:
        status = validate_pdf_signature(signature, context)
    except (SigningError, SignatureValidationError, PdfError, ValueError):
        return Verdict(digest, None, sealed_at, ("changed",))
    is_intact = status.intact and status.valid
    is_whole = is_alone and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    troubles = {
        "changed": not is_intact,
        "added_to": not is_whole,
        "unknown_seal": is_intact and not status.trusted,
    }
    found = tuple(name for name, is_so in troubles.items() if is_so)
    name = str(status.signing_cert.subject.native.get("common_name", "")) or None
    return Verdict(digest, name, sealed_at, found)


def _certificates(ours: Sequence[x509.Certificate]) -> list[Any]:
    """As pyHanko takes them: objects of a library that has no types."""
    files = (each.public_bytes(Encoding.PEM) for each in ours)
    return [certificate for file in files for certificate in load_certs_from_pemder_data(file)]
