"""Pages that list teams and contracts ask as much for many as for one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from clinician_api.contracts import looking, service
from clinician_api.contracts.service import Wish
from clinician_api.identity import service as identity
from clinician_api.web.contracts import cards, queue
from tests.clinician_api.contracts.signing_up import agree, form, town
from tests.clinician_api.making import NOW, actor, make_account, make_resident, make_staff, make_team


def asked(db: Session, work: Callable[[], object]) -> int:
    """How many statements it takes."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    work()
    event.remove(db.get_bind(), "before_cursor_execute", note)
    return len(seen)


def test_twelve_teams_take_no_more_statements_than_two_and_ten_applicants_no_more_than_one(
    db: Session,
) -> None:
    here = town(db)
    nurse, doctor = actor(db, here.there.nurse), here.doctor(db)

    def apply(name: str) -> None:
        resident = make_resident(db, name)
        agree(db, resident, make_account(db, name, resident=resident, now=NOW))
        row = service.draft(db, nurse, Wish(resident, here.there.team), now=NOW)
        service.apply(db, nurse, form(row), now=NOW)

    def counts() -> tuple[int, int]:
        db.flush()
        db.expire_all()
        teams = asked(db, lambda: cards.centres(db, identity.institutions(db), NOW))
        return teams, asked(db, lambda: queue.waiting(db, doctor, "waiting", now=NOW))

    apply("甲")
    before = counts()
    for n in range(10):
        apply(f"乙{n}")
        make_staff(db, f"医生{n}", "doctor", make_team(db, here.there.institution, f"队{n}"))
    assert counts() == before


def test_the_room_of_a_team_is_the_same_alone_and_among_others(db: Session) -> None:
    here = town(db)
    looking.set_places(db, actor(db, here.there.leader), here.there.team, most=3, is_open=False, now=NOW)
    teams = [card.team for card in identity.teams_in(db, here.there.institution)]
    together = looking.places(db, teams, now=NOW)
    assert together == {team: looking.places(db, [team], now=NOW)[team] for team in teams}
    assert [(each.most, each.taken, each.free) for each in together.values()] == [(3, 1, 0), (2000, 1, 1999)]
