"""Figures in the text format of Prometheus, and the tally of requests.

A request is counted under the template of its page's address, never under the address: that may hold
the secret of a link, or the name of somebody's function.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds up to which requests are counted together."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
"""A method that is none of them: whoever asks may write anything there."""
DURATION = "icengine_http_request_duration_seconds"
IN_PROGRESS = "icengine_http_requests_in_progress"

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """One figure, or several that differ by their labels."""

    name: str
    kind: str
    """"gauge" or "histogram"."""
    help: str
    samples: tuple[tuple[str, Labels, float], ...]
    """(what follows the name, labels, value)."""


def gauge(name: str, help: str, value: float, labels: Labels | None = None) -> Metric:
    """A figure that may go up and down."""
    return Metric(name, "gauge", help, (("", labels or {}, value),))


def exposition(metrics: Iterable[Metric]) -> str:
    """The figures as Prometheus reads them."""
    lines = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {_escaped(metric.help)}"]
        lines += [f"# TYPE {metric.name} {metric.kind}"]
        lines += [
            f"{metric.name}{suffix}{_labels(labels)} {_number(value)}"
            for suffix, labels, value in metric.samples
        ]
    return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    pairs = (
        f'{name}="{_escaped(value)}"'.replace("\n", r"\n") for name, value in labels.items()
    )
    return "{" + ",".join(pairs) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    """As few figures as say it: whole ones without a point."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


@dataclass
class _Count:
    """Requests that are alike."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0


class Requests:
    """A tally of the requests of one application."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[tuple[str, str, str], _Count] = {}
        self._in_progress = 0

    def begin(self) -> None:
        """One has come."""
        with self._lock:
            self._in_progress += 1

    def end(self, route: str, method: str, status: int, seconds: float) -> None:
        """One has been answered; `status` 0 where nobody waited for the answer."""
        key = (route, method if method in METHODS else OTHER, f"{status // 100}xx")
        with self._lock:
            self._in_progress -= 1
            count = self._counts.setdefault(key, _Count())
            count.buckets[bisect_left(BUCKETS, seconds)] += 1
            count.seconds += seconds

    def metrics(self) -> tuple[Metric, ...]:
        """What has been counted so far."""
        with self._lock:
            counts = {key: (tuple(c.buckets), c.seconds) for key, c in self._counts.items()}
            in_progress = self._in_progress
        samples: list[tuple[str, Labels, float]] = []
        for (route, method, status), (buckets, seconds) in sorted(counts.items()):
            labels = {"route": route, "method": method, "status": status}
            total = 0
            for limit, number in zip((*map(str, BUCKETS), "+Inf"), buckets, strict=True):
                total += number
                samples.append(("_bucket", labels | {"le": limit}, total))
            samples += [("_sum", labels, seconds), ("_count", labels, total)]
        return (
            Metric(DURATION, "histogram", "Seconds to answer a request.", tuple(samples)),
            gauge(IN_PROGRESS, "Requests that are being answered.", in_progress),
        )
