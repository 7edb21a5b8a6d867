"""Certificates for a connection: whom we trust and who we are. Reads the files, and knows no protocol."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Papers:
    """PEM files. `ca`: whom we trust, None for the system's authorities; `certificate` and `key`: who we are,
    where the other side wants to know."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def as_client(self) -> ssl.SSLContext:
        """Raises OSError on files that cannot be used."""
        context = ssl.create_default_context(cafile=self.ca)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context

    def as_server(self) -> ssl.SSLContext:
        """With `ca`, whoever comes must show a certificate of its. Raises OSError on unusable files."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.ca)
        if self.ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        return context


NONE: Final = Papers()
"""We trust the system's authorities and show nothing."""
