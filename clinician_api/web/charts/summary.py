"""One sentence for a chart, generated from what it shows, for those who hear it. Judges nothing."""

from __future__ import annotations

from clinician_api.web.charts.glucose import GlucoseChart
from clinician_api.web.charts.pressure import Figures, PressureChart
from clinician_api.web.words import Words


def of_pressure(chart: PressureChart, found: Figures, words: Words) -> str:
    if not chart.readings:
        return words("No blood pressure in the last {days} days.", days=chart.period.days)
    sentences = [
        words.many(
            "{n} reading in {days} days.",
            "{n} readings in {days} days.",
            chart.readings,
            days=chart.period.days,
        ),
        _latest(chart, words),
        _mean(found, words),
        *(
            words(
                "No reading from {first} to {last}.", first=f"{each.first:%m-%d}", last=f"{each.last:%m-%d}"
            )
            for each in chart.gaps
        ),
    ]
    return " ".join(each for each in sentences if each)


def _latest(chart: PressureChart, words: Words) -> str:
    newest = next((each for each in reversed(chart.points) if each.systolic is not None), None)
    if newest is None:
        return ""
    at = f"{chart.period.local(newest.at):%m-%d %H:%M}"
    return words("Latest {value} mmHg at {at}.", value=f"{newest.systolic}/{newest.diastolic or '—'}", at=at)


def _mean(found: Figures, words: Words) -> str:
    if found.mean is None:
        return words("Too few readings for a 7-day mean.")
    value = f"{found.mean.pressure.systolic}/{found.mean.pressure.diastolic}"
    if found.mean.is_sparse:
        return words("Mean {value} mmHg from few readings.", value=value)
    return words("7-day mean {value} mmHg.", value=value)


def of_glucose(chart: GlucoseChart, words: Words) -> str:
    if not chart.readings:
        return words("No glucose in the last {days} days.", days=chart.period.days)
    counted = [each for each in chart.sticks if each.counts]
    values = [each.value for each in counted if each.value is not None]
    sentences = [
        words.many(
            "{n} reading in {days} days.",
            "{n} readings in {days} days.",
            chart.readings,
            days=chart.period.days,
        )
    ]
    if values:
        sentences.append(words("From {low} to {high} mmol/L.", low=min(values), high=max(values)))
    for name in ("LO", "HI"):
        count = sum(each.beyond == name for each in counted)
        if count:
            sentences.append(words("{name} {n} times.", name=name, n=count))
    return " ".join(sentences)


def coverage(chart: PressureChart | GlucoseChart, words: Words) -> str:
    """How many readings on how many days: shown beside the title."""
    points = chart.points if isinstance(chart, PressureChart) else chart.sticks
    days = {chart.period.local(each.at).date() for each in points}
    if isinstance(chart, PressureChart):
        days |= {each.day for each in chart.bars}
    return words(
        "{n} readings on {days} of {all} days", n=chart.readings, days=len(days), all=chart.period.days
    )
