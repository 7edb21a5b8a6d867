"""The course of one resident's episodes: what a reading does to them, and what time alone does. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import is_
from typing import Final
from uuid import UUID

from alerts import episodes as steps
from alerts.clearing import MeanBelow, is_clear
from alerts.confirmation import decide, is_critical
from alerts.episodes import Episode
from alerts.reading import Kind, Reading
from alerts.rules import DEFAULT as DEFAULT_RULES
from alerts.rules import RuleSet, judge
from alerts.rules.rule import Cause, Finding, Level
from alerts.series import Series, joined
from alerts.settings import DEFAULT, Settings
from alerts.waiting import next_due, recheck_until, silence_until, sitting_until

Step = Callable[[Episode], Episode]

_INSTANT: Final = timedelta(microseconds=1)

_MEASURED_BY: Final[dict[Cause, Kind | None]] = {
    "bp_high": "blood_pressure",
    "bp_low": "blood_pressure",
    "rhythm": "blood_pressure",
    "glucose_high": "glucose",
    "glucose_low": "glucose",
    "ketone": "ketone",
    "data": None,
}


@dataclass(frozen=True, slots=True)
class Course:
    """All that is known of one resident: the readings in the order measured, the episodes as they opened.

    `sitting` is the newest pressure while its sitting may go on.
    """

    readings: tuple[Reading, ...] = ()
    episodes: tuple[Episode, ...] = ()
    sitting: Reading | None = None
    settings: Settings = DEFAULT
    rules: RuleSet = DEFAULT_RULES


def hear(course: Course, reading: Reading) -> Course:
    """Take in a stored reading: it may be a repeat, cross limits, and clear what was crossed before."""
    series = Series(joined(course.readings, reading), reading, course.settings)
    findings = judge(course.rules, series, reading.stored_at)
    heard = replace(course, readings=series.readings)
    # Symptoms go before numbers: a repeat with chest pain confirms by them, whatever it measured.
    if not any(finding.confirms == "symptom" for finding in findings):
        heard = _each_open(heard, lambda episode: _settled(episode, series, course.rules))
    heard = _with_findings(heard, findings, series)
    if reading.kind == "symptom" and findings:
        heard = _each_open(heard, lambda episode: _symptomatic(episode, reading))
    # Measured before what opened the episode but stored after it, a reading may make that one the repeat.
    heard = _each_open(heard, lambda episode: _settled(episode, series, course.rules))
    if reading.kind == "blood_pressure":
        return replace(heard, sitting=max(course.sitting or reading, reading, key=lambda each: each.order))
    return _each_open(heard, lambda episode: _cleared(episode, series, findings))


def pass_time(course: Course, now: datetime) -> Course:
    """Let run out what is due before now: a sitting, silence (rule 4), a recheck that never came (rule 8)."""
    course, settings = _after_sitting(course, now), course.settings
    return _each_open(course, lambda episode: _unrechecked(_silent(episode, settings, now), settings, now))


def run_on(course: Course, now: datetime) -> Course:
    """Let time pass to now, each thing when it is due: so it does not matter how often somebody looks."""
    while (due := due_at(course)) is not None and due < now:
        course = pass_time(course, due + _INSTANT)
    return course


def end(course: Course, episode: UUID, at: datetime) -> Course:
    """A person found its reason gone (rule 11): what no number clears is ended by this alone."""
    return _each_open(course, lambda each: steps.answered(each, at) if each.id == episode else each)


def due_at(course: Course) -> datetime | None:
    """After which moment time alone changes something again; None where nothing waits."""
    return next_due(course.sitting, course.episodes, course.settings)


def _after_sitting(course: Course, now: datetime) -> Course:
    """Judge means, and whether pressures are back, when the sitting is over."""
    last, settings = course.sitting, course.settings
    if last is None or now <= sitting_until(last, settings):
        return course
    series = Series(course.readings, last, settings)
    findings = judge(course.rules, series, now, asked="after_sitting")
    course = _with_findings(replace(course, sitting=None), findings, series)
    return _each_open(course, lambda episode: _cleared(episode, series, findings))


def _each_open(course: Course, step: Step) -> Course:
    after = tuple([step(each) if each.is_open else each for each in course.episodes])
    is_same = all(map(is_, after, course.episodes))
    return course if is_same else replace(course, episodes=after)


def _settled(episode: Episode, series: Series, rows: RuleSet) -> Episode:
    """With the repeat that decides, if it is there."""
    if episode.waiting is None:
        return episode
    repeat = decide(episode.waiting, episode.cause, series, rows)
    if repeat is None:
        return episode
    if not repeat.confirms:
        return steps.ended(episode, repeat.reading.taken_at)
    belongs = replace(episode, repeats=episode.repeats | {repeat.reading.id})
    return _confirmed(belongs, steps.confirmed(belongs, "repeat", repeat.reading.taken_at))


def _confirmed(before: Episode, after: Episode) -> Episode:
    """What is confirmed is paged then; a late one by `_called` alone (rule 10)."""
    is_news = before.confirmed_at is None and after.confirmed_at is not None
    return (
        steps.paged(after, after.confirmed_at) if is_news and after.confirmed_at and not after.late else after
    )


def _symptomatic(episode: Episode, answer: Reading) -> Episode:
    """A red flag answered to the question after any of them confirms each that waits (rule 5)."""
    if episode.waiting is None:
        return episode
    return _confirmed(episode, steps.confirmed(episode, "symptom", answer.taken_at))


def _with_findings(course: Course, findings: tuple[Finding, ...], series: Series) -> Course:
    if not findings:
        return course
    at_once = {finding.cause for finding in findings if finding.confirms}
    for finding in findings:
        place = _place(course, finding, series)
        whole = finding.cause in at_once
        course = _put(course, place, _recorded(place, finding, series, course.rules, at_once=whole))
    return course


def _place(course: Course, finding: Finding, series: Series) -> Episode:
    """The episode that the finding belongs to: open, to be opened again, or new."""
    subject = series.subject
    late = is_late(finding, series)
    same = [each for each in course.episodes if (each.cause, each.late) == (finding.cause, late)]
    asked_about = _asked_about(course)
    if finding.code == "red_flag" and subject.kind == "symptom" and asked_about:
        return asked_about[-1]
    if same and same[-1].is_open:
        return same[-1]
    again = [each for each in same if steps.can_reopen(each, subject.taken_at, course.settings.reopen_within)]
    if again:
        return again[-1]
    opened_before = [each for each in same if each.findings[0].reading == subject.id]
    return steps.opened(finding, subject, late=late, nth=len(opened_before))


def _asked_about(course: Course) -> list[Episode]:
    """What the home was asked about when it answers without a value: best what still waits."""
    critical = [each for each in course.episodes if each.is_open and each.level is Level.CRITICAL]
    return sorted(critical, key=lambda each: each.waiting is not None)


def _put(course: Course, before: Episode, after: Episode) -> Course:
    kept = tuple(each for each in course.episodes if each is not before)
    return replace(course, episodes=(*kept, after))


def is_late(finding: Finding, series: Series) -> bool:
    """A mean is of days, and a reading without a unit is no news from the body: neither is late."""
    is_aged = series.subject.is_late(series.settings.late_after)
    return is_aged and not finding.is_mean and finding.cause != "data"


def _recorded(place: Episode, finding: Finding, series: Series, rows: RuleSet, *, at_once: bool) -> Episode:
    subject = series.subject
    episode = place if place.is_open else steps.reopened(place)
    crossed = episode.crossed_at
    episode = steps.with_finding(episode, finding, subject)
    if isinstance(finding.clearing, MeanBelow):
        episode = replace(episode, crossed_at=crossed)
    if finding.awaits and not at_once:
        episode = steps.awaiting(episode, subject)
    if finding.confirms:
        episode = _confirmed(episode, steps.confirmed(episode, finding.confirms, subject.taken_at))
    return _called(episode, finding, series, rows)


def _called(episode: Episode, finding: Finding, series: Series, rows: RuleSet) -> Episode:
    """Whom a finding calls by itself (rules 8 and 10)."""
    subject = series.subject
    if episode.late:
        return steps.paged(episode, subject.stored_at) if _is_phoned_late(finding, series, rows) else episode
    if finding.page == "at_once":
        return steps.paged(episode, subject.taken_at)
    if finding.page == "after_recheck" and episode.paged_at is None:
        is_repeat = episode.recheck is not None
        return steps.paged(episode, subject.taken_at) if is_repeat else replace(episode, recheck=subject)
    return episode


def _is_phoned_late(finding: Finding, series: Series, rows: RuleSet) -> bool:
    """A late extreme that is not too old, with no newer safe reading (rule 10)."""
    subject = series.subject
    is_recent = subject.stored_at - subject.taken_at <= series.settings.phone_late_within
    if finding.confirms not in {"extreme", "symptom"} or not is_recent:
        return False
    newer = series.between(subject.taken_at, series.newest.taken_at, subject.kind)
    others = [each for each in newer if each.taken_at > subject.taken_at and _has_value(each)]
    return all(is_critical(each, series, rows) for each in others)


def _has_value(reading: Reading) -> bool:
    return (reading.pressure is not None and not reading.is_doubtful) or reading.glucose is not None


def _cleared(episode: Episode, series: Series, findings: Iterable[Finding]) -> Episode:
    """Closed, where the subject crossed nothing and all limits crossed in this stretch are cleared."""
    subject = series.subject
    if (
        episode.recheck is not None
        and subject.glucose is not None
        and subject.taken_at > episode.recheck.taken_at
    ):
        is_again = any(finding.cause == "glucose_low" for finding in findings)
        episode = episode if is_again else replace(episode, recheck=None)
    if _MEASURED_BY[episode.cause] != subject.kind:
        return episode
    crosses = any(each.cause == episode.cause and is_late(each, series) == episode.late for each in findings)
    if crosses or subject.taken_at <= episode.crossed_at:
        return episode
    if not all(is_clear(clearing, series, episode.crossed_at) for clearing in episode.uncleared):
        return episode
    return steps.closed(episode, subject.taken_at)


def _silent(episode: Episode, settings: Settings, now: datetime) -> Episode:
    """Confirmed by silence, as of the minute it was due; a late one never is (rule 10)."""
    until = silence_until(episode, settings)
    if episode.waiting is None or until is None or now <= until:
        return episode
    due = episode.waiting.taken_at + settings.repeat_within
    return _confirmed(episode, steps.confirmed(episode, "silence", due))


def _unrechecked(episode: Episode, settings: Settings, now: datetime) -> Episode:
    until = recheck_until(episode, settings)
    if episode.recheck is None or until is None or now <= until:
        return episode
    return steps.paged(episode, episode.recheck.taken_at + settings.recheck_within)
