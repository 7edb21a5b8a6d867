"""Drafts and versions: what is published stays, whoever writes, and a stale draft is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clinician_api.audit.rules import By
from clinician_api.db import Sessions
from clinician_api.errors import ConflictError, InvalidError, NotFoundError
from clinician_api.packages import catalogue, service
from clinician_api.packages.rules import fingerprint
from clinician_api.packages.starter import offers, publish_starter, starter
from tests.clinician_api.making import NOW
from tests.clinician_api.packages.offers import DAY, OFFER, published

DEARER = replace(OFFER, price=Decimal("180.00"))


def test_a_new_version_is_offered_from_its_day_and_the_old_one_says_what_it_said(db: Session) -> None:
    first = published(db)
    package = service.version(db, first).package
    draft = catalogue.redraft(db, By(), package, now=NOW)
    assert catalogue.redraft(db, By(), package, now=NOW) == draft
    catalogue.change(db, By(), draft, 1, DEARER, now=NOW)
    later = DAY + timedelta(days=30)
    assert [each.id for each in service.offered(db, later)] == [first]
    second = catalogue.publish(db, By(), draft, 2, effective_from=later, now=NOW)
    assert second.fingerprint == fingerprint(DEARER)
    assert [each.id for each in service.offered(db, later - timedelta(days=1))] == [first]
    assert [each.offer for each in service.offered(db, later)] == [DEARER]
    assert service.version(db, first).offer == OFFER
    catalogue.retire(db, By(), package, from_day=later, now=NOW)
    assert service.offered(db, later) == []


def test_a_stale_or_published_or_unknown_draft_is_refused_and_a_code_is_fixed(db: Session) -> None:
    draft = catalogue.create(db, By(), OFFER, now=NOW)
    catalogue.change(db, By(), draft, 1, DEARER, now=NOW)
    with pytest.raises(ConflictError, match="draft_changed"):
        catalogue.change(db, By(), draft, 1, OFFER, now=NOW)
    with pytest.raises(ConflictError, match="draft_changed"):
        catalogue.publish(db, By(), draft, 1, effective_from=DAY, now=NOW)
    with pytest.raises(InvalidError, match="code_is_fixed"):
        catalogue.change(db, By(), draft, 2, replace(OFFER, code="other"), now=NOW)
    with pytest.raises(InvalidError, match="effective_in_the_past"):
        catalogue.publish(db, By(), draft, 2, effective_from=DAY - timedelta(days=1), now=NOW)
    with pytest.raises(ConflictError, match="code_taken"):
        catalogue.create(db, By(), OFFER, now=NOW)
    catalogue.publish(db, By(), draft, 2, effective_from=DAY, now=NOW)
    with pytest.raises(ConflictError, match="is_published"):
        catalogue.change(db, By(), draft, 2, OFFER, now=NOW)
    with pytest.raises(NotFoundError):
        catalogue.discard(db, By(), uuid4(), 1, now=NOW)


def test_a_discarded_draft_leaves_what_was_published(db: Session) -> None:
    first = published(db)
    draft = catalogue.redraft(db, By(), service.version(db, first).package, now=NOW)
    catalogue.discard(db, By(), draft, 1, now=NOW)
    with pytest.raises(NotFoundError):
        service.version(db, draft)
    assert [each.id for each in service.offered(db, DAY)] == [first]


@pytest.mark.parametrize(
    "deed",
    [
        "update care.package_version set price = 1",
        "delete from care.package_version",
        "update care.package_item set promised = 1",
        "delete from care.package_item",
        "insert into care.package_item select i.* from care.package_item i limit 1",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_published(db: Session, deed: str) -> None:
    published(db)
    with pytest.raises(DBAPIError):
        db.execute(text(deed))


def test_the_starter_catalogue_is_published_once(db: Session) -> None:
    ids = publish_starter(db, By(), effective_from=DAY, now=NOW)
    assert publish_starter(db, By(), effective_from=DAY, now=NOW) == ids
    offered = service.offered(db, DAY)
    assert {each.offer.code: each.offer for each in offered} == {each.code: each for each in starter()}
    assert offered[0].offer.kind == "basic"
    assert offered[-1].offer.kind == "value_added"


def test_the_starter_catalogue_says_what_the_national_programme_asks() -> None:
    promised = {item.code: item.promised for offer in starter() for item in offer.items}
    asked = {"hypertension.visit": 4, "diabetes.visit": 4, "diabetes.fasting_glucose": 4, "mental.visit": 4}
    asked |= {"elderly.checkup": 1, "maternity.before": 5, "disabled.rehabilitation": 2}
    assert {code: promised[code] for code in asked} == asked
    assert promised["basic.advice"] == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("package = 1", "package"),
        ("[[package]]\ncode = 'a'", "package.0.kind"),
        ("not toml", ""),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(text: str, place: str) -> None:
    with pytest.raises(InvalidError) as refused:
        offers(text)
    assert place in refused.value.field


def test_of_two_who_write_one_code_at_once_the_second_is_told(care: Sessions) -> None:
    def write() -> UUID:
        with care.begin() as db:
            return catalogue.create(db, By(), OFFER, now=NOW)

    with ThreadPoolExecutor() as both:
        with care.begin() as first:
            catalogue.create(first, By(), OFFER, now=NOW)
            second = both.submit(write)
        with pytest.raises(ConflictError, match="code_taken"):
            second.result()
