"""Where the process starts: `hearthline …` and `python -m hearthline …`. Parses nothing itself."""

from __future__ import annotations

import os
import sys

from hearthline import faults


def main() -> None:
    """Run one command; the gateway's own process without the command-line library: a Pi has little memory."""
    match sys.argv[1:]:
        case ["gateway", "run", *arguments]:
            from gateway.main import run  # noqa: PLC0415 - each path loads only what it needs

            sys.exit(run(arguments, at=faults.from_environment(os.environ)))
        case _:
            from hearthline.cli import app  # noqa: PLC0415 - each path loads only what it needs

            app(prog_name="hearthline")


if __name__ == "__main__":
    main()
