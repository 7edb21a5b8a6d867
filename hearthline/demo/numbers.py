"""Numbers of identity cards, after GB 11643, of people who do not exist."""

from __future__ import annotations

from datetime import date

from stdnum.cn import ric

from clinician_api.identity.rules import Sex

_PLACE = "310107"


def card(born: date, sex: Sex, order: int) -> str:
    """`order` tells apart those who were born there on one day; the last digit of three is odd for a man."""
    body = f"{_PLACE}{born:%Y%m%d}{(2 * order + (sex == 'male')) % 1000:03}"
    return body + str(ric.calc_check_digit(body + "0"))
