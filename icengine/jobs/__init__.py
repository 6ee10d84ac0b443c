"""The jobs, and who runs them: embedded in `serve`, by a command, or workers by a queue in PostgreSQL."""

from icengine.jobs.embedded import ring, ring_for_reports, start_timetable
from icengine.jobs.work import (
    TIMETABLE,
    Ran,
    deliver,
    make_reports,
    run_due,
    run_job,
    scan,
)

__all__ = [
    "TIMETABLE", "Ran", "deliver", "make_reports", "ring", "ring_for_reports", "run_due", "run_job",
    "scan", "start_timetable",
]  # fmt: skip
