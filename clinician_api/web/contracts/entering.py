"""What staff typed of somebody without a file: checked field by field, and kept for the page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Form
from pydantic import BaseModel, SecretStr, ValidationError

from clinician_api.errors import InvalidError
from clinician_api.identity import numbers
from clinician_api.identity.entering_schemas import EnteredIn
from clinician_api.identity.numbers import NumberError
from clinician_api.identity.rules import Sex


class Typed(BaseModel):
    """As it was typed: what no field takes is said on the page, above all that was typed."""

    kind: Annotated[str, Form(max_length=40)] = "resident_id"
    number: Annotated[SecretStr, Form(max_length=200)] = SecretStr("")
    name: Annotated[str, Form(max_length=400)] = ""
    sex: Annotated[str, Form(max_length=40)] = ""
    born: Annotated[str, Form(max_length=40)] = ""
    phone: Annotated[str, Form(max_length=40)] = ""
    address: Annotated[str, Form(max_length=400)] = ""

    def whole(self) -> EnteredIn:
        """Raises InvalidError with the code `resident.` and the field."""
        try:
            return EnteredIn.model_validate(self.model_dump() | {"number": self.number.get_secret_value()})
        except ValidationError as error:
            field = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        raise InvalidError(f"resident.{field}", field)


@dataclass(frozen=True, slots=True)
class Says:
    """Who somebody is by the number of their card; or `trouble`, a code, where no card has such a number."""

    sex: Sex | None = None
    born: date | None = None
    trouble: str = ""


def says(kind: str, number: str, today: date) -> Says:
    """Of other documents nothing: only an identity card's number says who."""
    if kind != "resident_id" or not number:
        return Says()
    try:
        read = numbers.read(number, today)
    except NumberError as error:
        return Says(trouble=f"document.{error.fault}")
    return Says(trouble="document.former") if read.is_former else Says(read.sex, read.born)
