"""What ingest counts of its work, for Prometheus. Names carry their unit; no label names anybody."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from ingest.door.accept import Accepted
from ingest.door.intake import Intake
from ingest.door.ledger import Verdict
from ingest.door.post import Post

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Figures:
    """Counted once a group, so that counting costs nothing a reading."""

    def __init__(self, registry: CollectorRegistry, intake: Intake) -> None:
        counter = partial(Counter, namespace="hearthline", subsystem="ingest", registry=registry)
        self._batches = counter("batches", "Batches answered, by what was said of them.", ["outcome"])
        self._readings = counter("readings", "Readings of batches that were stored now.")
        self._strays = counter("unanswerable", "Messages that nobody vouches for.")
        self._unkept = counter("unanswered", "Batches without an answer: quarantine is full.")
        self.commit_seconds = Histogram(
            "hearthline_ingest_commit_seconds",
            "From a group's settling to its commit.",
            registry=registry,
            buckets=_SECONDS,
        )
        waiting = Gauge(
            "hearthline_ingest_waiting_bytes", "Of messages that wait for a commit.", registry=registry
        )
        waiting.set_function(lambda: intake.held)

    def count(self, post: Post, verdicts: Sequence[Verdict | None]) -> None:
        """A group whose fate is committed."""
        self._strays.inc(len(post.strays))
        for batch, verdict in zip(post.batches, verdicts, strict=True):
            if verdict is None:
                self._unkept.inc()
                continue
            self._batches.labels(verdict.outcome).inc()
            if verdict.is_new and isinstance(batch, Accepted):
                self._readings.inc(len(batch.readings))
        self._batches.labels("refused").inc(len(post.refused))
