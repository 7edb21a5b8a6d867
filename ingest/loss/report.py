"""The loss statement of many gateways, for scripts and for people. `unknown` is never printed as 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ingest.loss.chain import Range, count
from ingest.loss.day import DayStatement, Missing
from ingest.loss.ringing import Ringing
from ingest.loss.statement import Statement, StreamStatement, Unknown


@dataclass(frozen=True, slots=True)
class GatewayReport:
    """A gateway's statement with its sums: batches that `arrived`, are `missing` or were `rejected` whole,
    and readings that were `refused` singly. Both of the last are in quarantine."""

    gateway: UUID
    complete: bool
    arrived: int
    missing: int
    rejected: int
    refused: int
    forks: int
    unknown: tuple[Unknown, ...]
    streams: tuple[StreamStatement, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`unknown` counts spans of time about which nothing can be proven."""

    complete: bool
    arrived: int
    missing: int
    rejected: int
    refused: int
    unknown: int
    gateways: tuple[GatewayReport, ...]


_REASONS: Final = {
    "never_heard": "it was enrolled and has said nothing yet",
    "outbox_lost": "its outbox was lost and with it whatever had not been sealed and announced",
    "claimed_again": "it was enrolled again",
    "resync_unanswered": "a batch was sent back and where its readings went is not proven",
    "forked": "two holders of its key wrote the same stream (a copied card?)",
    "tail": "it has not said since, by a true clock, what it had sealed",
    "restored": "the database was restored and it has not yet said that it sends again",
}


def report(statements: Iterable[Statement]) -> Report:
    """Sum the statements up."""
    gateways = tuple(_of(statement) for statement in statements)
    return Report(
        complete=all(each.complete for each in gateways),
        arrived=sum(each.arrived for each in gateways),
        missing=sum(each.missing for each in gateways),
        rejected=sum(each.rejected for each in gateways),
        refused=sum(each.refused for each in gateways),
        unknown=sum(len(each.unknown) for each in gateways),
        gateways=gateways,
    )


def words(report: Report) -> str:
    """A table of the gateways, then a sentence."""
    lines = [
        f"{'gateway':36}  {'arrived':>8}  {'missing':>8}  {'rejected':>8}  {'refused':>8}  {'unknown':>8}"
    ]
    for each in report.gateways:
        lines.extend(_lines(each))
    return "\n".join([*lines, "", _sentence(report)])


def words_of_day(day: DayStatement) -> str:
    """A few sentences, for people."""
    sums = f"{day.arrived} batches with {day.readings} readings arrived, {day.rejected} rejected"
    rest = f"{day.refused} readings refused, {day.resends} came again"
    lines = [f"{day.gateway}, {day.begin:%Y-%m-%d}: {sums}, {rest}."]
    lines += [
        f"    missing in stream {gap.stream}: {_range(Range(gap.first, gap.last))}, sealed {_span(gap)}"
        for gap in day.missing
    ]
    lines += [f"    unknown {_span(span)}: {_REASONS[span.reason]}" for span in day.unknown]
    if day.complete:
        lines.append("All that is known to be sealed that day has arrived.")
    return "\n".join(lines)


def words_of_alarms(found: Sequence[Ringing]) -> str:
    """A line each."""
    if not found:
        return "No alarm."
    return "\n".join(
        f"{each.kind:10}  {each.code:10}  {each.subject}  {each.what}"
        f"{f'  since {_at(each.since)}' if each.since else ''}"
        for each in found
    )


def _span(span: Missing | Unknown) -> str:
    since = _at(span.since) if span.since else "the beginning"
    return f"from {since} to {_at(span.until) if span.until else 'now'}"


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _of(statement: Statement) -> GatewayReport:
    return GatewayReport(
        gateway=statement.gateway,
        complete=statement.complete,
        arrived=sum(stream.arrived for stream in statement.streams),
        missing=statement.missing,
        rejected=sum(stream.rejected for stream in statement.streams),
        refused=sum(stream.refused for stream in statement.streams),
        forks=sum(len(stream.forks) for stream in statement.streams),
        unknown=statement.unknown,
        streams=statement.streams,
    )


def _lines(each: GatewayReport) -> Iterator[str]:
    unknown = "unknown" if each.unknown else "-"
    sums = (each.arrived, each.missing, each.rejected, each.refused)
    yield "  ".join([f"{each.gateway!s:36}", *(f"{one:8}" for one in sums), f"{unknown:>8}"])
    for stream in each.streams:
        if gaps := (*stream.holes, *stream.pending):
            yield f"    missing in stream {stream.stream}: {', '.join(map(_range, gaps))}"
    for span in each.unknown:
        yield f"    unknown {_span(span)}: {_REASONS[span.reason]}"


def _range(span: Range) -> str:
    return str(span.first) if count((span,)) == 1 else f"{span.first}-{span.last}"


def _sentence(report: Report) -> str:
    if report.complete:
        return f"All {report.arrived} batches known to be sealed have arrived."
    parts = []
    if report.missing:
        parts.append(f"{report.missing} sealed batches have not arrived and may still come")
    if report.unknown:
        parts.append(f"{report.unknown} spans of time are unknown: nothing is proven about them")
    return "; ".join(parts) + "."
