"""A number of an identity document can be right, or it is said what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from clinician_api.identity import numbers
from clinician_api.identity.numbers import DocumentKind, Fault, NumberError

TODAY = date(2026, 3, 2)


def number_of(born: str, sequence: str = "001", division: str = "110105") -> str:
    """With the check digit that belongs to it."""
    return division + born + sequence + ric.calc_check_digit(division + born + sequence + "0")


def fault_of(said: str, today: date = TODAY) -> Fault | None:
    try:
        numbers.read(said, today)
    except NumberError as error:
        return error.fault
    return None


# The first three and the rejected ones are published examples (domain 06).
ROWS: list[tuple[str, Fault | None]] = [
    ("11010519491231002X", None),
    ("11010519491231002x", None),
    ("34052419800101001X", None),
    ("110105491231002", None),
    (number_of("20260302"), None),
    (number_of("20240229"), None),
    (number_of("18960302"), None),
    (number_of("19490101", division="000000"), None),
    ("440524188001010014", "age"),
    (number_of("18950301"), "age"),
    ("110105194912310020", "check_digit"),
    ("34052419800230001X", "date"),
    (number_of("20230229"), "date"),
    (number_of("20261301"), "date"),
    (number_of("00000101"), "date"),
    (number_of("20260303"), "future"),
    ("110105990231002", "date"),
    ("110105491231002X", "shape"),
    ("1101051949123100", "shape"),
    ("11010519491231002X ", "shape"),
    (" 11010519491231002X", "shape"),
    ("11010519491231002X\n", "shape"),
    ("1101051949123100２X", "shape"),
    ("１１０１０５１９４９１２３１００２X", "shape"),
    ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "shape"),
    ("1101051949123100²X", "shape"),
    ("1101051949123X002X", "shape"),
    ("11010519491231002Y", "shape"),
    ("+1010519491231002X", "shape"),
    ("1_010519491231002X", "shape"),
    ("11010519491231002ſ", "shape"),
    ("'; drop table care.resident; --", "shape"),
    ("", "shape"),
    ("\0", "shape"),
    ("1" * 10_000, "shape"),
]


@pytest.mark.parametrize(("said", "fault"), ROWS, ids=range(len(ROWS)))
def test_a_resident_number_is_right_or_its_first_fault_is_named(said: str, fault: Fault | None) -> None:
    assert fault_of(said) == fault


def test_a_number_says_when_its_holder_was_born_and_which_sex() -> None:
    found = numbers.read("11010519491231002x", TODAY)
    assert (found.text, found.born, found.sex) == ("11010519491231002X", date(1949, 12, 31), "female")
    former = numbers.read("110105491231003", TODAY)
    assert (former.born, former.sex, former.is_former) == (date(1949, 12, 31), "male", True)


def test_one_is_130_until_the_day_before_the_next_birthday() -> None:
    last = number_of("18950303")
    assert fault_of(last, TODAY) is None
    assert fault_of(last, date(2026, 3, 3)) == "age"


@given(st.text())
def test_no_text_does_more_than_be_refused(said: str) -> None:
    if fault_of(said) is None:
        assert numbers.read(said, TODAY).text == said.upper()


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.integers(0, 17),
    st.sampled_from("0123456789X"),
)
def test_any_one_wrong_sign_is_noticed_by_the_check_digit(
    born: date, sequence: int, place: int, sign: str
) -> None:
    right = number_of(f"{born:%Y%m%d}", f"{sequence:03}")
    wrong = right[:place] + sign + right[place + 1 :]
    assert fault_of(right) is None
    assert (fault_of(wrong) is None) == (wrong == right)


OTHERS: list[tuple[DocumentKind, str, str | None]] = [
    ("passport", "e12345678", "E12345678"),
    ("passport", "E1234 5678", None),
    ("hk_macao", "H12345678", "H12345678"),
    ("hk_macao", "X12345678", None),
    ("taiwan", "12345678", "12345678"),
    ("birth_certificate", "R320123456", "R320123456"),
    ("birth_certificate", "R32012345６", None),
    ("permanent_residence", "CHN110198001015", "CHN110198001015"),
    ("other", "<script>", None),
    ("resident_id", "11010519491231002x", "11010519491231002X"),
]


@pytest.mark.parametrize(("kind", "said", "kept"), OTHERS)
def test_another_document_is_judged_by_its_shape_alone(
    kind: DocumentKind, said: str, kept: str | None
) -> None:
    try:
        found: str | None = numbers.document(kind, said, TODAY)
    except NumberError:
        found = None
    assert found == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [("11010519491231002X", "110105********002X"), ("E12345678", "E******78"), ("A12", "A12")],
)
def test_a_number_is_shown_masked(text: str, shown: str) -> None:
    assert numbers.masked(text) == shown
