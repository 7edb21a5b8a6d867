"""What travels over HTTP about people and logins, and what other rooms get to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from clinician_api.access.rules import Role, Scope
from clinician_api.identity import groups
from clinician_api.identity.minding import Basis, Relation
from clinician_api.identity.numbers import DocumentKind
from clinician_api.identity.rules import HouseholdRelation, Language, Sex, Stage, TeamRole
from clinician_api.text import Line, one_line

LoginName = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(one_line)]


def sayable(password: SecretStr) -> SecretStr:
    one_line(password.get_secret_value())
    return password


Password = Annotated[SecretStr, Field(min_length=1, max_length=256), AfterValidator(sayable)]
FileNumber = Annotated[str, Field(pattern=r"^[0-9]{6}-[0-9]{2}-[0-9]{5}$")]


class LogIn(BaseModel):
    name: LoginName
    password: Password


OneTimeCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
SecondCode = Annotated[str, StringConstraints(min_length=6, max_length=20), AfterValidator(one_line)]
"""Six digits of an authenticator, or one of the codes on paper."""

ResetCode = Annotated[str, StringConstraints(min_length=1, max_length=30), AfterValidator(one_line)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")]


class Waits(BaseModel):
    """The password was right. `code`: the second factor comes next; `enrol`: one has to be set up first."""

    waits_for: Stage


class ChangedPassword(BaseModel):
    """`code` is of the second factor, where there is one."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password
    code: Annotated[str, StringConstraints(max_length=20), AfterValidator(one_line)] = ""


class PasswordAnew(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: LoginName
    code: ResetCode
    new: Password


class GivenReset(BaseModel):
    """Shown once; good for a day and for one new password."""

    code: str


class GivenCode(BaseModel):
    code: SecondCode


class NewSecond(BaseModel):
    """For an authenticator; `uri` is what its picture says."""

    secret: str
    uri: str


class OnPaper(BaseModel):
    """Each good once, shown never again."""

    codes: list[str]
    csrf: str


class Subject(BaseModel):
    """As the directory calls a person (`sub`)."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=255), AfterValidator(one_line)]


class AskedCode(BaseModel):
    phone: Phone


class PhoneCode(BaseModel):
    """`resident` where several share the number."""

    phone: Phone
    code: OneTimeCode
    resident: UUID | None = None


class Among(BaseModel):
    """Those who share a number; names masked, for whoever holds the telephone."""

    residents: dict[UUID, str]


class Preferences(BaseModel):
    """What a person may change about their own screen. `font_step`: 18, 20, 24 or 30 px, residents only."""

    model_config = ConfigDict(extra="forbid")

    language: Language | None = None
    font_step: Annotated[int, Field(ge=0, le=3)] | None = None


class Me(BaseModel):
    """`behalf` is the resident for whom somebody else acts at the moment, within `scopes`."""

    account: UUID
    name: str
    roles: list[Role]
    language: Language
    teams: list[UUID]
    institution: UUID | None
    resident: UUID | None
    behalf: UUID | None
    scopes: list[Scope]


class LoggedIn(Me):
    csrf: str


class LoginOut(BaseModel):
    id: UUID
    created_at: datetime
    seen_at: datetime
    agent: str
    current: bool


class ResidentOut(BaseModel):
    """Two identifiers and no more than a page shows; the phone is masked."""

    id: UUID
    name: str
    sex: Sex
    born: date
    phone: str | None
    file_number: str
    address: str
    language: Language
    font_step: int


class NewResident(BaseModel):
    name: Line
    sex: Sex
    born: date
    phone: Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")] | None = None
    file_number: FileNumber
    address: Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)] = ""
    language: Language = "zh"
    font_step: Annotated[int, Field(ge=0, le=3)] = 1


class NewAccount(BaseModel):
    """Of one of the institution's staff or of a resident; with neither, of a relative who helps one."""

    name: LoginName
    password: Annotated[Password, Field(min_length=8)]
    display_name: Line
    language: Language = "zh"
    institution: UUID | None = None
    resident: UUID | None = None

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if self.institution is not None and self.resident is not None:
            raise ValueError("an institution or a resident, not both")
        return self


@dataclass(frozen=True, slots=True)
class Person:
    """An account as others see it."""

    account: UUID
    name: str
    language: Language
    institution: UUID | None
    resident: UUID | None


@dataclass(frozen=True, slots=True)
class TeamCard:
    """Whom a resident calls."""

    team: UUID
    name: str
    phone: str
    institution: UUID
    institution_name: str
    institution_phone: str


@dataclass(frozen=True, slots=True)
class Crew:
    """Accounts that work in a team, each once, the longest there first."""

    doctors: tuple[UUID, ...] = ()
    members: tuple[UUID, ...] = ()


class NewDocument(BaseModel):
    """The number as it stands on the document; it is kept locked and never shown whole again."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind
    number: Annotated[SecretStr, Field(min_length=1, max_length=40), AfterValidator(sayable)]


class DocumentOut(BaseModel):
    """`masked` is null once the person's key was destroyed."""

    id: UUID
    kind: DocumentKind
    masked: str | None
    stated_at: datetime


class NewProxy(BaseModel):
    """Who shall act for the resident, named by their login. Without `since` from now on. `earlier` is why
    those do not act who come before a guardian of this relation by law."""

    model_config = ConfigDict(extra="forbid")

    login_name: LoginName
    relation: Relation
    basis: Basis
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    evidence: Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)] = ""
    earlier: Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)] = ""


class ProxyOut(BaseModel):
    """`is_over` by the clock of the answer."""

    id: UUID
    resident: UUID
    account: UUID
    name: str
    relation: Relation
    basis: Basis
    scopes: list[Scope]
    since: datetime
    until: datetime | None
    is_over: bool


class SearchIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(max_length=100)] = ""


class ActFor(BaseModel):
    model_config = ConfigDict(extra="forbid")

    resident: UUID


class MemberOut(BaseModel):
    resident: UUID
    relation: HouseholdRelation


class HouseholdOut(BaseModel):
    id: UUID
    address: str
    head: UUID
    members: list[MemberOut]


class NewHousehold(BaseModel):
    model_config = ConfigDict(extra="forbid")

    head: UUID
    address: Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)] = ""


class NewMember(BaseModel):
    model_config = ConfigDict(extra="forbid")

    resident: UUID
    relation: HouseholdRelation


class NewIncapacity(BaseModel):
    """That an adult cannot decide was established; `evidence` says by what, and where it lies."""

    model_config = ConfigDict(extra="forbid")

    since: date
    evidence: Line


class NewGroup(BaseModel):
    """A group that nobody can compute; the paper that shows it stands in `evidence`."""

    model_config = ConfigDict(extra="forbid")

    code: groups.Code
    evidence: Line
    since: date


class GroupOut(BaseModel):
    code: groups.Code
    by: groups.By
    since: date | None
    until: date | None


class NewTeam(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line
    phone: Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")]


class TeamOut(BaseModel):
    id: UUID
    name: str
    phone: str


class NewStaff(BaseModel):
    """A login for somebody who begins to work here."""

    model_config = ConfigDict(extra="forbid")

    login_name: LoginName
    name: Line
    password: Annotated[Password, Field(min_length=8)]


class NewRole(BaseModel):
    """`team` is missing of roles of the whole institution."""

    model_config = ConfigDict(extra="forbid")

    role: TeamRole
    team: UUID | None = None


class HeldRole(BaseModel):
    id: UUID
    role: TeamRole
    team: UUID | None
    since: datetime
    until: datetime | None


class StaffOut(BaseModel):
    account: UUID
    login_name: str
    name: str
    roles: list[HeldRole]
