"""The tally of requests, and figures as Prometheus reads them.

A request is counted under the template of its page's address, never under the address: that may hold
the secret of a link, or the name of somebody's function.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
BUCKETS = (0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds up to which requests are counted together."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""A method that is none of them: whoever asks may write anything there."""


class Requests:
    """A tally of the requests of one application, and what its process takes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "icengine_http_request_duration_seconds", "Seconds until a request was answered.",
            ("route", "method"), buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._answered = Counter(
            "icengine_http_requests_total", "Requests that were answered.",
            ("route", "method", "status"), registry=self.registry,
        )  # fmt: skip
        self._in_progress = Gauge(
            "icengine_http_requests_in_progress", "Requests that are being answered.",
            registry=self.registry,
        )  # fmt: skip
        ProcessCollector(registry=self.registry)

    def begin(self) -> None:
        """One has come."""
        self._in_progress.inc()

    def end(self, route: str, method: str, status: int, seconds: float) -> None:
        """One has been answered; `status` 0 where nobody waited for the answer."""
        self._in_progress.dec()
        self._seconds.labels(route, method).observe(seconds)
        self._answered.labels(route, method, f"{status // 100}xx").inc()

    def collect(self) -> Iterable[Metric]:
        """What has been counted, without the moments when each began to be: nobody asks for them."""
        for metric in self.registry.collect():
            metric.samples = [s for s in metric.samples if not s.name.endswith("_created")]
            yield metric


def gauge(
    name: str, help: str, value: float | Iterable[tuple[str, float]], label: str = ""
) -> Metric:
    """A figure that may go up and down; or several, (value of the label, figure) each."""
    if isinstance(value, (int, float)):
        return GaugeMetricFamily(name, help, value=value)
    family = GaugeMetricFamily(name, help, labels=[label])
    for said, number in value:
        family.add_metric([said], number)
    return family


class _Together:
    """Several collectors as one."""

    def __init__(self, requests: Requests, more: Sequence[Metric]) -> None:
        self.requests, self.more = requests, more

    def collect(self) -> Iterable[Metric]:
        """Those of the engine first."""
        yield from self.more
        yield from self.requests.collect()


def exposition(requests: Requests, more: Sequence[Metric]) -> bytes:
    """The figures as Prometheus reads them."""
    return generate_latest(_Together(requests, more))
