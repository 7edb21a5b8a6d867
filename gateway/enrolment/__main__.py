"""`python -m gateway.enrolment FOLDER`: renew the papers held there. Exit code 0 when they are renewed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gateway.enrolment import held, joining
from gateway.enrolment.asking import AskedInVainError
from gateway.enrolment.requests import PapersError
from gateway.trust.keys import KeyFileError


def main(folder: Path) -> int:
    os.umask(0o077)
    found = held.read(folder)
    if found is None:
        sys.stderr.write(f"hearthline gateway: {folder} holds no papers: claim this gateway first\n")
        return 1
    try:
        joining.renew(folder, found)
    except (AskedInVainError, PapersError, KeyFileError, OSError) as error:
        sys.stderr.write(f"hearthline gateway: not renewed: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
