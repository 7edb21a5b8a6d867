"""An engine in a process of its own, with a Care that writes into a table: what a test may kill."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event

from alerts.engine_settings import Settings
from alerts.main import run
from hearthline import faults
from tests.alerts.chain import Keeping


def main() -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings = Settings(database_url=sys.argv[1])
    at = faults.from_environment(os.environ)
    run(settings, Keeping, at=at, stop=stop, ready=lambda: None)


if __name__ == "__main__":
    main()
