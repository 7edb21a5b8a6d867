"""InfluxDB by influxdb-client; the only file that knows it. A write that returned was taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.bucket_retention_rules import BucketRetentionRules
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from ingest.influx import flux
from ingest.influx.point import DAILY_MEASUREMENTS, EPOCH, MEASUREMENTS, Point
from ingest.influx.troubles import AwayError, RefusedError, WrongSettingError

_TIMEOUT_MS: Final = 10_000
_NANOSECONDS: Final[Any] = WritePrecision.NS
_LINES: Final = frozenset({400, 413, 422})
_SETTINGS: Final[Mapping[int, str]] = {
    401: "the token is not accepted: set INFLUX_TOKEN",
    403: "the token may not do this: give it read and write on the bucket",
    404: "no such org or bucket: run `hearthline ingest influx setup`, or set INFLUX_ORG, INFLUX_BUCKET",
}


class Bucket:
    """One bucket of a server. `token` goes into no message."""

    def __init__(self, url: str, *, token: str, org: str, name: str) -> None:
        self._client = InfluxDBClient(url=url, token=token, org=org, timeout=_TIMEOUT_MS)
        self._writer = self._client.write_api(write_options=SYNCHRONOUS)
        self._org = org
        self.name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()  # type: ignore[no-untyped-call]  # the library is partly typed

    def write(self, lines: bytes) -> None:
        """Lines of line protocol with times in nanoseconds.

        Raises AwayError, RefusedError, WrongSettingError.
        """
        with _telling():
            self._writer.write(self.name, self._org, lines, _NANOSECONDS)

    def set_up(self, retention_days: int) -> None:
        """Make the bucket, or give it this retention; 0 days keeps for ever. Raises as `write`."""
        rules: Any = BucketRetentionRules(  # type: ignore[no-untyped-call]  # the library is partly typed
            type="expire", every_seconds=retention_days * 86_400
        )
        with _telling():
            buckets = self._client.buckets_api()
            found: Any = buckets.find_bucket_by_name(self.name)  # type: ignore[no-untyped-call]  # as above
            if found is None:
                buckets.create_bucket(bucket_name=self.name, retention_rules=rules, org=self._org)
            else:
                found.retention_rules = [rules]
                buckets.update_bucket(bucket=found)

    def remove(self) -> None:
        """The bucket with all that is in it, where there is one. Raises as `write`."""
        with _telling():
            buckets = self._client.buckets_api()
            found: Any = buckets.find_bucket_by_name(self.name)  # type: ignore[no-untyped-call]  # as above
            if found is not None:
                buckets.delete_bucket(found)  # type: ignore[no-untyped-call]  # as above

    def clear(self, until: datetime) -> None:
        """Delete what we copied, up to a moment. Raises as `write`."""
        for measurement in (*MEASUREMENTS, *DAILY_MEASUREMENTS):
            self._delete(EPOCH, until, f'_measurement="{measurement}"')

    def erase(self, resident: UUID, begin: datetime, end: datetime) -> None:
        """Delete what a resident has between two whole seconds. Raises as `write`."""
        self._delete(begin, end - timedelta(seconds=1), f'resident="{resident}"')

    def held(self, begin: datetime, end: datetime) -> list[Point]:
        """Every point between two whole seconds. Raises as `write`."""
        return self.points(flux.held(self.name, begin, end))

    def seen(self, one: Point) -> Point:
        """It gives back what it holds, to the nanosecond."""
        return one

    def points(self, question: str) -> list[Point]:
        """The answer to one of our questions in Flux. Raises as `write`."""
        with _telling():
            records: Any = self._client.query_api().query_stream(question, self._org)
            return [flux.read(record.values) for record in records]

    def _delete(self, begin: datetime, last_second: datetime, predicate: str) -> None:
        """To the end of the last second. Whether the end itself is deleted, the documentation and the server
        say differently: the last nanosecond of a second is left out of the question."""
        stop = flux.instant(last_second).replace("Z", ".999999999Z")
        with _telling():
            self._client.delete_api().delete(
                flux.instant(begin), stop, predicate, bucket=self.name, org=self._org
            )


@contextmanager
def _telling() -> Iterator[None]:
    """Turn the library's errors into ours. Their text may quote a line, so it goes no further."""
    try:
        yield
    except ApiException as error:
        status = int(error.status or 0)
        if status in _LINES:
            raise RefusedError(str(status)) from None
        if status in _SETTINGS:
            raise WrongSettingError(_SETTINGS[status]) from None
        raise AwayError(str(status)) from None
    except (HTTPError, OSError) as error:
        raise AwayError(type(error).__name__) from error
