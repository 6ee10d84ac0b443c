"""The timetable starts whatever the machine calls its time zone."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from icengine.bootstrap import assemble, read_settings
from icengine.jobs import start_timetable


@pytest.mark.parametrize("zone", ["Sverige", "Europe/Stockholm", ":finns/inte"])
def test_the_timetable_asks_nobody_for_a_time_zone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    monkeypatch.setattr("icengine.jobs.embedded._run_and_log", lambda _engine: None)
    url = f"sqlite:///{tmp_path}/x.db"
    engine = assemble(read_settings({"ICENGINE_DATABASE_URL": url}, tmp_path))
    timetable = start_timetable(engine)
    assert timetable.timezone is UTC
    timetable.shutdown(wait=True)
    engine.database.close()
