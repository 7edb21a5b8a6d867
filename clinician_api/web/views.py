"""What pages show, as plain frozen values: templates render these and nothing else. Looks nothing up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from clinician_api.web.charts.glucose import GlucoseChart
from clinician_api.web.charts.pressure import Figures, PressureChart, Severity
from clinician_api.web.charts.spark import Spark
from clinician_api.web.labels import Arrival, Meaning
from clinician_api.web.rail import Link

TabCode = Literal["pending", "mine", "snoozed", "data", "done"]
Sex = Literal["female", "male", "unknown"]
Step = Literal["rest", "repeat", "stay_by_phone", "sugar", "recheck"]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page. `here` is the page's own address, for switches that come back."""

    now: datetime
    here: str = "/"
    csrf: str = ""
    person: str = ""
    role: str = ""
    place: str = ""
    open_count: int = 0
    is_logged_in: bool = True
    behalf: str = ""
    """The name of the one for whom a helper acts."""
    rail: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """As the screen shows it: number and unit stay together."""

    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    is_me: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    code: TabCode
    count: int
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    severity: Severity
    count: int
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One episode in the worklist. `value` is None where nothing was measured."""

    episode: UUID
    version: int
    resident: UUID
    href: str
    pane_href: str
    severity: Severity
    name: str
    sex: Sex
    age: int | None
    value: Value | None
    reason: str
    comparison: str
    next_action: str
    since: datetime
    due_at: datetime | None
    owner: Owner | None
    spark: Spark | None
    is_provisional: bool = False
    awaits_repeat: bool = False
    is_late: bool = False
    snoozed_until: datetime | None = None
    marks: tuple[str, ...] = ()
    done: str | None = None
    is_current: bool = False
    blind_since: datetime | None = None
    """Since when nothing can come from the home."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A resident from whose home nothing can come, whether or not there is an alert."""

    href: str
    name: str
    sex: Sex
    age: int
    since: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Worklist:
    """`new` are those that wait behind the bar; `more` leads to the next page."""

    tab: TabCode
    tabs: tuple[Tab, ...]
    filters: tuple[Filter, ...]
    rows: tuple[Row, ...]
    checked_at: datetime
    residents: int | None = None
    criticals: int = 0
    new: int = 0
    more: str | None = None
    grouped: int = 0
    """Watch cases beyond the day's budget, which stand as one row."""
    grouped_href: str = ""
    list_href: str = ""
    unheard_count: int = 0
    unheard: tuple[Unheard, ...] = ()
    """Named among the data issues, counted everywhere."""


@dataclass(frozen=True, slots=True)
class Banner:
    """Who the pane is about, by two identifiers at least."""

    name: str
    sex: Sex
    born: date | None
    age: int | None
    file_no: str
    phone: str
    team: str
    lives: str = ""
    allergies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    contract_until: date | None = None
    blind_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Undo:
    """The last step, while it can be taken back."""

    href: str
    what: str
    version: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Strip:
    """One open episode above the figures, with what may be done about it."""

    episode: UUID
    version: int
    severity: Severity
    reason: str
    detail: str
    rule: str
    rule_version: str
    since: datetime
    due_at: datetime | None
    due_for: Literal["claim", "contact", "none"]
    owner: Owner | None
    is_active: bool
    is_provisional: bool = False
    awaits_repeat: bool = False
    is_late: bool = False
    snoozed_until: datetime | None = None
    actions: frozenset[str] = frozenset()
    reading: UUID | None = None
    colleagues: tuple[Choice, ...] = ()
    snooze_hours: tuple[int, ...] = ()
    done: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    at: datetime
    who: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ranges:
    """Links to other lengths of a chart; `base` ends where the number of days goes."""

    days: int
    base: str


@dataclass(frozen=True, slots=True)
class Pane:
    """One resident. A strip, a chart or figures that could not be had are named in `failed`."""

    resident: UUID
    banner: Banner
    strips: tuple[Strip, ...]
    figures: Figures | None
    pressure: PressureChart | None
    glucose: GlucoseChart | None
    happenings: tuple[Happening, ...]
    ranges: Ranges
    tel: str = ""
    undo: Undo | None = None
    failed: tuple[str, ...] = ()
    back: str = "/worklist"


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest reading on a resident's home. `meaning` never says critical before it is confirmed."""

    reading: UUID
    kind: Literal["blood_pressure", "glucose"]
    value: Value
    at: datetime
    meaning: Meaning
    severity: Severity | None = None
    steps: tuple[Step, ...] = ()
    arrival: Arrival = "sent"
    arrived_at: datetime | None = None
    looked_by: str = ""
    marks: tuple[str, ...] = ()
    is_stale: bool = False
    praise: str | None = None
    praised_by: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Rule 5: one touch names the symptom."""

    episode: UUID
    text: str


@dataclass(frozen=True, slots=True)
class ResidentHome:
    name: str
    latest: Latest | None
    watching: Literal["team", "duty", "nobody"]
    team: str = ""
    doctor: str = ""
    tel: str = ""
    question: Question | None = None
    answered: Literal["yes", "no"] | None = None

    @property
    def is_critical(self) -> bool:
        return self.latest is not None and self.latest.severity == "critical"


@dataclass(frozen=True, slots=True)
class MyReading:
    reading: UUID
    at: datetime
    value: Value
    meaning: Meaning
    severity: Severity | None
    context: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MyDay:
    day: date
    morning: tuple[MyReading, ...]
    evening: tuple[MyReading, ...]


@dataclass(frozen=True, slots=True)
class MyReadings:
    days: tuple[MyDay, ...]
    pressure: PressureChart | None
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class LoginPage:
    """`trouble` is a code of why the last try failed; it never says which half was wrong."""

    trouble: str = ""
    name: str = ""
    next: str = "/"
    retry_minutes: int = 0
    has_codes: bool = False
    has_directory: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a form as it was sent, and as it is now."""

    label: str
    yours: str
    now: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """`kind` chooses the words; `incident` finds it in the log."""

    kind: Literal[
        "not_found", "not_allowed", "conflict", "stale", "invalid", "locked", "offline", "broken", "refused"
    ]
    incident: str = ""
    back: str = "/"
    who: str = ""
    field: str = ""
    advice: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
