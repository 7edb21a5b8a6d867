"""Somebody without a file is who their document says, or it is said what is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from clinician_api.errors import InvalidError
from clinician_api.identity import numbers
from clinician_api.identity.entering_rules import Seen, district, file_number, seen
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.rules import Sex
from tests.clinician_api.identity.test_numbers import TODAY, number_of

CARD = number_of("19540506", "002")
BORN = date(1954, 5, 6)


@pytest.mark.parametrize(
    ("kind", "said", "sex", "born", "found"),
    [
        ("resident_id", CARD, None, None, Seen(CARD, "female", BORN)),
        ("resident_id", CARD.lower(), "female", BORN, Seen(CARD, "female", BORN)),
        ("resident_id", number_of("20260302", "001"), None, None, "male"),
        ("passport", "e12345678", "male", BORN, Seen("E12345678", "male", BORN)),
        ("hk_macao", "H12345678", "female", TODAY, Seen("H12345678", "female", TODAY)),
        ("hk_macao", number_of("19540506", "002", "810000"), None, None, "female"),
        ("birth_certificate", "A123456789", "male", date(2026, 2, 28), "male"),
        ("passport", "E12345678", "male", date(1896, 3, 2), "male"),
    ],
)
def test_a_card_says_who_somebody_is_and_of_others_it_is_asked(
    kind: DocumentKind, said: str, sex: Sex | None, born: date | None, found: Seen | Sex
) -> None:
    read = seen(kind, said, sex=sex, born=born, today=TODAY)
    assert found in {read, read.sex}


@pytest.mark.parametrize(
    ("kind", "said", "sex", "born", "code"),
    [
        ("resident_id", CARD[:-1] + ("1" if CARD[-1] != "1" else "2"), None, None, "document.check_digit"),
        ("resident_id", number_of("20230229"), None, None, "document.date"),
        ("resident_id", number_of("18800101"), None, None, "document.age"),
        ("resident_id", number_of("20260303"), None, None, "document.future"),
        ("resident_id", "110105491231002", None, None, "document.former"),
        ("resident_id", "' or 1=1 --", None, None, "document.shape"),
        ("resident_id", "", None, None, "document.shape"),
        ("resident_id", CARD, "male", None, "document.sex_differs"),
        ("resident_id", CARD, None, date(1954, 5, 7), "document.born_differs"),
        ("hk_macao", number_of("19540506", "002", "810000"), "male", BORN, "document.sex_differs"),
        ("passport", "{{7*7}}", "male", BORN, "document.shape"),
        ("passport", "E12345678", "male", None, "resident.born_missing"),
        ("passport", "E12345678", None, BORN, "resident.sex_missing"),
        ("passport", "E12345678", "male", date(2026, 3, 3), "resident.born_ahead"),
        ("passport", "E12345678", "male", date(1880, 3, 2), "resident.born_too_long_ago"),
        ("passport", "E12345678", "male", date(1, 1, 1), "resident.born_too_long_ago"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(
    kind: DocumentKind, said: str, sex: Sex | None, born: date | None, code: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        seen(kind, said, sex=sex, born=born, today=TODAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["310107001", "310107"], "310107"),
        (["caoyang", "310107"], "310107"),
        (["pilot"], "000000"),
        (["３１０１０７"], "000000"),
        (["3101"], "000000"),
        ([], "000000"),
    ],
)
def test_a_file_number_begins_with_the_district(codes: list[str], found: str) -> None:
    assert district(codes) == found
    assert file_number(found, 900_417) == f"{found}-09-00417"
    assert file_number(found, 9_999_999) == f"{found}-99-99999"


def test_a_number_of_the_last_century_has_a_former_one() -> None:
    assert numbers.former("11010519491231002X") == "110105491231002"
    assert numbers.former(number_of("20240229")) is None
    assert numbers.former("E12345678") is None
