"""What the forms of a contract's pages send: what stood before the sender's eyes, and what they chose."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Form
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, StringConstraints

from clinician_api.contracts import acts
from clinician_api.contracts.changing import Because, Refusal, Why
from clinician_api.contracts.signing import AT_THE_COUNTER, Basis, Signer
from clinician_api.identity.minding import Relation
from clinician_api.text import lines, one_line


def _nothing_is_none(word: object) -> object:
    """A browser sends an empty field as an empty word."""
    return None if word == "" else word


def _plain(word: object) -> object:
    """A browser ends each line with two signs."""
    return word.replace("\r\n", "\n").strip() if isinstance(word, str) else word


Words = Annotated[str, BeforeValidator(_plain), StringConstraints(max_length=2000), AfterValidator(lines)]
Short = Annotated[str, BeforeValidator(_plain), StringConstraints(max_length=200), AfterValidator(one_line)]
Day = Annotated[
    date | None, BeforeValidator(_nothing_is_none), Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))
]


class SeenForm(BaseModel):
    """`here` is the page that it stood on: to it a refusal leads back. `saw` is how far the contract had come
    on that page: an old form is shown beside what it is now."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    saw: Annotated[str, Form(max_length=80)] = ""
    here: Annotated[str, Form(max_length=500)] = "/me/contract"

    def of(self, contract: UUID) -> acts.Form:
        return acts.Form(contract, self.version)


class WishForm(BaseModel):
    team: UUID
    packages: Annotated[list[UUID], Field(max_length=20)] = []
    here: Annotated[str, Form(max_length=500)] = "/me/contract/new"


class ApplyForm(WishForm):
    """`number` of the identity card, where it is not known yet; it is never shown in an error or a log."""

    number: Annotated[SecretStr | None, BeforeValidator(_nothing_is_none)] = None


class ConsentForm(WishForm):
    text_version: Annotated[int, Field(ge=1, le=10_000)]


class SignForm(SeenForm):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    has_read: bool = False
    is_child_informed: bool = False


class CounterForm(SeenForm):
    """A signature on paper, put down by whoever saw it. `evidence` is the paper's number or shelf mark."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    basis: Basis = "self"
    evidence: Short = ""
    name: Short = ""
    relation: Annotated[Relation | None, BeforeValidator(_nothing_is_none)] = None
    valid_until: Day = None
    is_child_informed: bool = False

    def signer(self) -> Signer:
        return Signer(
            basis=self.basis,
            relation=self.relation or "",
            evidence=self.evidence,
            valid_until=self.valid_until,
            is_child_informed=self.is_child_informed,
            proof=AT_THE_COUNTER[self.basis],
            name=self.name,
        )


class ConfirmForm(SeenForm):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    has_seen_paper: bool = False


class CodeForm(SeenForm):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    code: Annotated[str, BeforeValidator(_plain), Field(pattern=r"^[0-9]{6}$")]


class DoctorForm(SignForm):
    has_seen_paper: bool = False


class RenewForm(SeenForm):
    years: Annotated[int, Field(ge=1, le=9)] = 1


class ChangeForm(SeenForm):
    team: Annotated[UUID | None, BeforeValidator(_nothing_is_none)] = None
    because: Annotated[Because | None, BeforeValidator(_nothing_is_none)] = None


class EndForm(SeenForm):
    cause: Annotated[Why | None, BeforeValidator(_nothing_is_none)] = None
    stops: Day = None
    words: Words = ""


class AcceptForm(SeenForm):
    out_of_area: Words = ""


class RefuseForm(SeenForm):
    cause: Annotated[Refusal | None, BeforeValidator(_nothing_is_none)] = None
    words: Words = ""


class FeeForm(SeenForm):
    is_waived: bool = False
