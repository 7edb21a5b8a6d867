"""The fleet's table in words, for people at a terminal. What is not known is `?`, never 0."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from ingest.fleet.gateway_page import GatewayPage, SilenceRow
from ingest.fleet.table import FleetRow, FleetTally, GatewayRow, MeterRow
from ingest.fleet.tickets import Ticket

_UNITS: Final = ((timedelta(days=1), "d"), (timedelta(hours=1), "h"), (timedelta(minutes=1), "min"))


def words_of_row(row: FleetRow, now: datetime) -> str:
    """One line: gateway, version, when it was heard; the meter, when, battery, clock, errors; troubles."""
    parts = [_gateway(row.gateway, now), _meter(row.meter, now), " ".join(row.troubles)]
    return "  ".join(part for part in parts if part)


def words_of_tally(tally: FleetTally) -> str:
    sums = [f"{tally.gateways} gateways, {tally.meters} meters"]
    return "; ".join([*sums, *(f"{count} {name}" for name, count in sorted(tally.troubles.items()))])


def words_of_gateway(page: GatewayPage, now: datetime) -> str:
    """The rows, then a line for each key, certificate and silence."""
    lines = [words_of_row(row, now) for row in page.rows]
    lines += [
        f"key {key.public[:16]}  claim {key.claim}  enrolled {_at(key.enrolled_at)}{_revoked(key.revoked_at)}"
        for key in page.keys
    ]
    lines += [
        f"certificate {each.fingerprint[:16]}  until {_at(each.expires_at)}{_revoked(each.revoked_at)}"
        for each in page.certificates
    ]
    lines += [_silence(each) for each in page.silences]
    return "\n".join(lines)


def _silence(each: SilenceRow) -> str:
    until = _at(each.until) if each.until else "now"
    return f"silent from {_at(each.since)} to {until}: {each.cause}, ticket {each.ticket}"


def words_of_ticket(ticket: Ticket) -> str:
    until = f" to {_at(ticket.closed_at)}" if ticket.closed_at else ""
    reach = f"{ticket.gateways} gateways, {ticket.homes} homes"
    return f"{ticket.id:6}  {ticket.cause:8}  {ticket.subject}  {reach}  since {_at(ticket.since)}{until}"


def age(moment: datetime | None, now: datetime) -> str:
    """How long ago, in its largest unit; under a minute is `now`."""
    if moment is None:
        return "?"
    since = now - moment
    return next((f"{since // unit} {name}" for unit, name in _UNITS if since >= unit), "now")


def _gateway(row: GatewayRow, now: datetime) -> str:
    return f"{row.gateway}  {row.version or '?':10}  {age(row.heard_at, now):>6}"


def _meter(row: MeterRow | None, now: datetime) -> str:
    if row is None:
        return ""
    battery = "?" if row.battery is None else f"{row.battery} %"
    clock = "?" if row.clock_offset_s is None else f"{row.clock_offset_s:+} s"
    errors = "?" if row.error_rate is None else f"{row.error_rate:.1%}"
    name = f"{row.key}  {row.model or '?'}"
    return (
        f"{name:32}  {age(row.heard_at, now):>6}  battery {battery:>5}  clock {clock:>7}  errors {errors:>6}"
    )


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _revoked(moment: datetime | None) -> str:
    return f"  revoked {_at(moment)}" if moment else ""
