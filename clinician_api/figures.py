"""What the web server and its worker count of their work, for Prometheus. No label holds an id or a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


class Requests:
    """By the route's pattern: a path as typed could hold anything, and has no end of values."""

    def __init__(self, registry: CollectorRegistry, *, streams: Callable[[], int]) -> None:
        self._answers = Counter(
            "hearthline_care_requests",
            "Requests, by what was answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "hearthline_care_request_seconds",
            "From a request to the beginning of its answer.",
            ["route"],
            registry=registry,
            buckets=_SECONDS,
        )
        open_streams = Gauge("hearthline_care_streams", "Pages that listen.", registry=registry)
        open_streams.set_function(streams)

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._answers.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)


class Counted:
    """Around everything else. A stream has no end to wait for, so an answer is counted as it begins."""

    def __init__(self, app: ASGIApp, *, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = monotonic()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._requests.count(scope, message["status"], monotonic() - begun)
            await send(message)

        await self._app(scope, receive, send_counted)


class Jobs:
    """Of the worker: jobs from the queue, and the chores behind them."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._done = Counter(
            "hearthline_care_jobs",
            "Jobs and chores, by how they ended.",
            ["job", "outcome"],
            registry=registry,
        )
        self._last = Gauge(
            "hearthline_care_job_last_done_timestamp_seconds",
            "When one last came to its end.",
            ["job"],
            registry=registry,
        )

    @contextmanager
    def counted(self, job: str) -> Iterator[None]:
        try:
            yield
        except Exception:
            self._done.labels(job, "failed").inc()
            raise
        self._done.labels(job, "done").inc()
        self._last.labels(job).set_to_current_time()
