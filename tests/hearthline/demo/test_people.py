"""The demo's people: everybody whose login is printed has one, and the helper acts for the resident."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from clinician_api.agreements import service as agreements
from clinician_api.agreements.sealing import check
from clinician_api.agreements.seals import FolderSeals
from clinician_api.agreements.service import Archive
from clinician_api.contracts import service as contracts
from clinician_api.contracts.models import Contract
from clinician_api.db import connect, sessions
from clinician_api.identity import households, proxies, service
from clinician_api.kms import FolderKms
from clinician_api.monitoring import service as monitoring
from clinician_api.oversight.models import EmergencyLook
from clinician_api.packages import service as packages
from clinician_api.packages.keeping import Line
from clinician_api.vault import DiskVault
from gateway.trust.sealing import Signer
from hearthline.demo import logins, people
from hearthline.demo.home import Home, resident_id
from hearthline.demo.logins import Folders

NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


def test_whoever_is_named_can_log_in_and_the_helper_acts_for_the_resident(
    database_url: str, tmp_path: Path
) -> None:
    home = Home(1, tmp_path, Signer(uuid4(), Ed25519PrivateKey.generate()), "", ())
    engine = connect(database_url, pool=1)
    with sessions(engine)() as db:
        settled = people.settle(db, [home], folders(tmp_path), now=NOW)
        accounts = {name: service.account_named(db, name) for name in settled.names}
        assert None not in accounts.values()
        helper = accounts[people.HELPER.name]
        assert helper is not None
        helped = {each.resident: each.basis for each in proxies.helped_by(db, helper, NOW)}
        assert helped.pop(resident_id(1, 1)) == "authorised"
        assert list(helped.values()) == ["guardian"]
        members = households.of(db, resident_id(1, 2))
        assert members is not None
        assert {each.resident for each in members.members} == {resident_id(1, 1), resident_id(1, 2)}
    engine.dispose()


def test_residents_have_the_packages_of_their_groups_and_a_compared_meter(
    database_url: str, tmp_path: Path
) -> None:
    home = Home(1, tmp_path, Signer(uuid4(), Ed25519PrivateKey.generate()), "", ())
    engine = connect(database_url, pool=1)
    with sessions(engine)() as db:
        people.settle(db, [home], folders(tmp_path), now=NOW)
        both = [{each.package for each in _ledger(db, slot)} for slot in (1, 2)]
        assert both[0] - both[1] >= {"diabetes", "chronic_plus"}
        assert both[0] & both[1] >= {"basic", "hypertension"}
        assert {"pregnant", "mental"} & (both[0] | both[1]) == set()
        assert monitoring.state(db, resident_id(1, 2), now=NOW).lacks == []
        assert [each.verdict for each in db.scalars(select(EmergencyLook))] == [None]
    engine.dispose()


def folders(within: Path) -> Folders:
    return Folders(within / "keys", within / "vault")


def test_one_has_an_agreement_that_anybody_can_verify(database_url: str, tmp_path: Path) -> None:
    engine = connect(database_url, pool=1)
    places = folders(tmp_path)
    with sessions(engine)() as db:
        people.settle(db, [], places, now=NOW)
        row = db.scalars(select(Contract).where(Contract.sealed.is_not(None))).one()
        kept = Archive(DiskVault(places.vault, FolderKms(places.keys)), FolderSeals(places.keys / "seals"))
        assert row.agreement is not None
        printed = agreements.document(db, kept, row.agreement)
    engine.dispose()
    assert check(printed, FolderSeals(places.keys / "seals").roots()).troubles == ()
    assert row.state == "active"


def test_the_list_of_logins_stands_in_columns() -> None:
    doctor, helper = people.STAFF[0].login, people.HELPER
    first, second = logins.lines([doctor, helper])
    assert first.startswith("doctor    李敏  doctor of team 3")
    assert second.startswith("daughter  陈丽  acts for resident")


def _ledger(db: Session, slot: int) -> list[Line]:
    held = contracts.team_of(db, resident_id(1, slot), NOW)
    assert held is not None
    return packages.ledger(db, held.contract, NOW.date())


def test_one_has_signed_one_has_applied_one_ends_soon_one_has_run_out(
    database_url: str, tmp_path: Path
) -> None:
    engine = connect(database_url, pool=1)
    with sessions(engine).begin() as db:
        named = people.settle(db, [], folders(tmp_path), now=NOW).names
        states = db.scalars(text("select state from care.contract")).all()
    engine.dispose()
    assert sorted(states) == ["active", "applied", "expired", "renewal_due"]
    assert {"admin", "auditor", "security", "applicant", "expiring", "expired"} <= set(named)
