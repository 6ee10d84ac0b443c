"""Figures for Prometheus: what is told, of what, and to whom."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from databases import counting
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from web_site import CONTROLLER, RED, Site

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.jobs import run_due
from icengine.jobs.queue import prepare
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow

SECONDS = "icengine_http_request_duration_seconds"
ROOT = Path(__file__).parent.parent.parent
Labels = frozenset[tuple[str, str]]


def figures(site: Site, **more: Any) -> dict[tuple[str, Labels], float]:
    """What /metrics says, as Prometheus' own reader has it."""
    response = site.browser(**more).get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def plain(site: Site) -> dict[str, float]:
    """Those without labels."""
    return {name: value for (name, labels), value in figures(site).items() if not labels}


def counted(site: Site, route: str, method: str, status: str) -> float:
    """Requests that were answered so."""
    labels = frozenset({("route", route), ("method", method), ("status", status)})
    return figures(site).get(("icengine_http_requests_total", labels), 0)


# -- requests --


def test_requests_are_counted_under_the_pattern_of_their_page_and_never_under_the_address(
    site: Site, link: str
) -> None:
    assert site.send(link, {**site.form(link), **RED}).status_code == 303
    site.client.get("/hemlig-adress")
    site.client.request("ANNA", "/anna")
    said = site.client.get("/metrics").text
    page = "/svar/{nyckel}/uppgift/{nummer}"
    assert counted(site, page, "GET", "2xx") == 1
    assert counted(site, page, "POST", "3xx") == 1
    assert counted(site, "-", "GET", "4xx") == 1
    assert counted(site, "-", "other", "4xx") == 1
    for word in (link.split("/")[2], "hemlig-adress", "ANNA", "anna"):
        assert word not in said
    labels = {"route": page, "method": "POST", "le": "+Inf"}
    assert figures(site)[f"{SECONDS}_bucket", frozenset(labels.items())] == 1


def test_what_is_being_answered_is_seen(site: Site) -> None:
    assert plain(site)["icengine_http_requests_in_progress"] == 1, "this one"


def test_the_process_and_the_program_are_told_of(site: Site) -> None:
    found = figures(site)
    assert found["process_resident_memory_bytes", frozenset()] > 1_000_000
    assert [name for name, _ in found if name == "icengine_info"]
    assert not [name for name, _ in found if name.endswith("_created")]


# -- the engine --


def test_before_anything_has_run_nothing_has_gone_wrong(site: Site) -> None:
    found = plain(site)
    assert found["icengine_up"] == 1
    assert found["icengine_mails_waiting"] == 0
    assert found["icengine_tasks_open"] == 0
    assert found["icengine_database_bytes"] > 100_000
    assert ("icengine_disk_free_bytes" in found) is site.database.is_sqlite


def test_what_is_open_late_and_waiting_is_told(site: Site) -> None:
    site.set_clock("2022-02-01")
    run_due(Engine(Settings(), site.database, None), site.now)
    site.set_clock("2022-12-31")
    found = figures(site)
    jobs = [
        dict(labels)["task"]
        for name, labels in found
        if name == "icengine_job_last_success_timestamp_seconds"
    ]
    assert sorted(jobs) == ["mails", "reports", "timetable"]
    assert found["icengine_job_failing", frozenset({("task", "timetable")})] == 0
    numbers = plain(site)
    assert numbers["icengine_tasks_open"] > 0
    assert numbers["icengine_tasks_late"] == numbers["icengine_tasks_open"]
    assert numbers["icengine_mails_waiting"] > 0
    assert numbers["icengine_mails_postponed"] == 0
    assert numbers["icengine_mail_oldest_seconds"] > timedelta(days=300).total_seconds()


def test_mails_that_do_not_leave_are_told_of(site: Site) -> None:
    run_due(Engine(Settings(), site.database, None), site.now)
    with site.database.upkeep() as session:
        first = session.connection().exec_driver_sql("SELECT min(id) FROM outbox").scalar()
        session.connection().execute(
            update(OutboxRow).where(OutboxRow.id == first).values(attempts=7)  # type: ignore[arg-type]
        )
    found = plain(site)
    assert (found["icengine_mails_postponed"], found["icengine_mails_stuck"]) == (1, 1)


def test_mails_that_were_refused_are_counted_for_two_weeks(site: Site) -> None:
    run_due(Engine(Settings(), site.database, None), site.now)
    with site.database.upkeep() as session:
        first = session.connection().exec_driver_sql("SELECT min(id) FROM outbox").scalar()
        session.connection().execute(
            update(OutboxRow).where(OutboxRow.id == first).values(state="avvisad")  # type: ignore[arg-type]
        )
    assert plain(site)["icengine_mails_refused"] == 1
    site.now += timedelta(days=15)
    assert plain(site)["icengine_mails_refused"] == 0


def test_it_is_asked_the_same_number_of_statements_however_much_there_is(site: Site) -> None:
    with counting(site.database) as few:
        figures(site)
    site.set_clock("2022-12-31")
    run_due(Engine(Settings(), site.database, None), site.now)
    with counting(site.database) as many:
        figures(site)
    assert len(few) == len(many) <= 14, many


def test_without_a_database_requests_are_still_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = Site(Database(f"sqlite:///{tmp_path}/ingen/alls.db"))
    site.client.get("/svar/x")
    found = plain(site)
    assert found["icengine_up"] == 0
    assert "icengine_mails_waiting" not in found
    assert counted(site, "/svar/{nyckel}", "GET", "5xx") == 1
    assert "mätvärden" in caplog.text
    assert "Traceback" not in caplog.text


def test_it_tells_nothing_about_anybody(site: Site) -> None:
    site.client.get("/")
    site.log_in(CONTROLLER).get("/")
    run_due(Engine(Settings(), site.database, None), site.now)
    said = site.client.get("/metrics").text
    assert "@" not in said
    assert "chefen" not in said.lower()
    assert "ks-2022" not in said


def test_the_guide_explains_every_figure_and_names_no_other(adopted: Database) -> None:
    engine = Engine(Settings(), adopted, None)
    if adopted.is_sqlite:
        lacking = {"icengine_queue_jobs", "icengine_workers"}
    else:
        prepare(engine)
        lacking = {"icengine_disk_free_bytes"}
    site = Site(adopted)
    site.client.get("/")
    run_due(engine, site.now)
    told = {name for name, _ in figures(site) if name.startswith("icengine_")}
    told = {re.sub("_(bucket|count|sum)$", "", name) for name in told}
    guide = (ROOT / "docs" / "overvakning.md").read_text("utf-8")
    rows = "".join(re.findall(r"(?m)^\|.*$", guide))
    named = set(re.findall(r"`(icengine_\w+)`", rows))
    assert named - lacking == told
    alarms = set(re.findall(r"\b(icengine_[a-z_]+)", guide.partition("## Larm")[2]))
    assert {re.sub("_bucket$", "", name) for name in alarms} <= named


def test_a_command_does_without_it() -> None:
    code = "import sys, icengine.cli; sys.exit('prometheus_client' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# -- to whom --


def status(site: Site, client: str, **headers: str) -> int:
    response = site.browser(client=client, headers=headers).get("/metrics")
    if response.status_code == 404:
        nothing = site.browser(client=client).get("/finns-inte").text
        assert response.text == nothing, "as if there were no such page"
    return int(response.status_code)


def test_it_is_for_this_machine_and_for_nobody_else_unless_the_settings_say_so(
    adopted: Database,
) -> None:
    site = Site(adopted)
    assert status(site, "127.0.0.1") == 200
    assert status(site, "::1") == 200
    assert status(site, "10.1.2.3") == 404
    named = Site(adopted, settings=Settings(metrics_from="10.1.0.0/16"))
    assert status(named, "10.1.2.3") == 200
    assert status(named, "10.2.2.3") == 404
    assert status(named, "127.0.0.1") == 404
    nobody = Site(adopted, settings=Settings(metrics_from=""))
    assert status(nobody, "127.0.0.1") == 404


def test_behind_a_believed_proxy_the_client_counts(adopted: Database) -> None:
    site = Site(adopted, settings=Settings(trusted_proxies="127.0.0.1"))
    seen = {"x-forwarded-for": "198.51.100.7"}
    assert status(site, "127.0.0.1", **seen) == 404
    assert status(site, "127.0.0.1", **{"x-forwarded-for": "198.51.100.7, 127.0.0.1"}) == 404
    assert status(site, "127.0.0.1") == 200, "whoever asks on the machine itself"


def test_a_proxy_on_this_machine_that_nobody_believes_is_not_this_machine(
    adopted: Database,
) -> None:
    site = Site(adopted)
    for header in ("x-forwarded-for", "forwarded", "via"):
        assert status(site, "127.0.0.1", **{header: "127.0.0.1"}) == 404


def test_it_may_be_asked_for_by_the_number_of_the_machine(adopted: Database) -> None:
    site = Site(adopted, settings=Settings(base_url="https://ik.kommun.example"))
    for path in ("/metrics", "/healthz"):
        assert site.browser("http://10.1.2.3:8000").get(path).status_code == 200
        assert site.browser("http://[fd00::5]:8000").get(path).status_code == 200
        assert site.browser("http://web.example:8000").get(path).status_code == 400
    assert site.browser("http://10.1.2.3:8000").get("/").status_code == 400
