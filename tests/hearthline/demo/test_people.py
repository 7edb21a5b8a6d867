"""The demo's people: everybody whose login is printed has one, and the helper acts for the resident."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from clinician_api.db import connect, sessions
from clinician_api.identity import proxies, service
from gateway.trust.sealing import Signer
from hearthline.demo import people
from hearthline.demo.home import Home, resident_id

NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


def test_whoever_is_named_can_log_in_and_the_helper_acts_for_the_resident(
    database_url: str, tmp_path: Path
) -> None:
    home = Home(1, tmp_path, Signer(uuid4(), Ed25519PrivateKey.generate()), "", ())
    engine = connect(database_url, pool=1)
    with sessions(engine)() as db:
        logins = people.settle(db, [home], now=NOW)
        accounts = {name: service.account_named(db, name) for name in logins.names}
        assert None not in accounts.values()
        helper = accounts[people.HELPER]
        assert helper is not None
        assert [each.resident for each in proxies.helped_by(db, helper, NOW)] == [resident_id(1, 1)]
    engine.dispose()


def test_one_has_applied_one_ends_soon_one_has_run_out(database_url: str) -> None:
    engine = connect(database_url, pool=1)
    with sessions(engine).begin() as db:
        logins = people.settle(db, [], now=NOW)
        states = db.scalars(text("select state from care.contract order by ends desc")).all()
    engine.dispose()
    assert states == ["applied", "renewal_due", "expired"]
    assert {"admin", "auditor", "security", "applicant", "expiring", "expired"} <= set(logins.names)
