"""Reports: how long each format takes against the bare setting of the same pages, how many statements
the facts cost, and whether the web answers while a report is made."""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import report_facts as make
import typst
from databases import counting
from frame import RUNS, Row, ratio, seconds
from municipality import REASONS, at, load_example
from whole_facts import large_whole

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import System
from icengine.domain.plan import Plan
from icengine.domain.report import build_report
from icengine.domain.report_model import Report
from icengine.domain.task import Answer
from icengine.domain.whole_report import build_whole_report
from icengine.render import formats
from icengine.render.fonts import print_fonts
from icengine.render.html import html
from icengine.render.pdf import STANDARDS, TEMPLATES, pdf, pdf_in_child, prepared
from icengine.services.people import import_organisation
from icengine.services.plans import adopt_plan
from icengine.services.reports import Cover, gather
from icengine.services.whole import gather as gather_whole
from icengine.services.whole import whole_report
from icengine.store.db import Database
from icengine.web.app import create_app

OPERATOR = System("mätning")
WORDS = (
    "Granskningen omfattar ett urval av ärenden från hela året och jämför beslut, underlag och "
    "utbetalning. Där handlingar saknas har ansvarig chef fått komplettera."
)


def slutrapport(count: int, seed: int = 0) -> Report:
    """A report of so many controls, each with two occurrences, texts of usual length, åtgärder."""
    ratings = ("gron", "gul", "gron", "rod", "gron", "vit")
    controls, tasks, actions = [], [], []
    for n in range(1, count + 1):
        id = f"K{n}"
        spring = make.window("2022-04", "april 2022", date(2022, 4, 29))
        autumn = make.window("2022-10", "oktober 2022", date(2022, 10, 31))
        control = make.make_control(
            id, spring, autumn, title=f"Kontroll {n} i omgång {seed}", what=f"{WORDS} {seed + n}.",
            method=f"{WORDS}\nSvaren förs in i en tabell.", sample="Tio ärenden per kvartal.",
        )  # fmt: skip
        controls.append(control)
        for slot in ("2022-04", "2022-10"):
            rating = ratings[(n + seed) % 6]
            said = Answer(f"{WORDS} Utfall {seed}-{n}.", rating, (), "Arbetet fortsätter.")
            tasks.append(make.answered(control, rating, slot, answer=said))
        if n % 3 == 0:
            text = f"Rutinen för {id} skrivs om och följs upp."
            actions.append(make.action(f"Å{n}", id, text, "Ekonomichefen", date(2023, 4, 28)))
    plan = make.make_plan(
        *(
            make.make_risk(
                f"R{n}", control, area=f"Område {n % 6}", likelihood=1 + n % 4,
                consequence=1 + n // 4 % 4, cause="rutinen är otydlig",
            )
            for n, control in enumerate(controls, 1)
        )
    )  # fmt: skip
    return build_report(make.make_facts(plan, tasks, actions=tuple(actions)))


def bare(job: dict[str, Any]) -> None:
    """The very same document set by typst, and nothing else."""
    inputs = {key: json.dumps(job[key], ensure_ascii=False) for key in ("report", "charts")}
    _compiler(job["page"]).compile(pdf_standards=list(STANDARDS), sys_inputs=inputs)


_COMPILERS: dict[str, typst.Compiler] = {}


def _compiler(page: str) -> typst.Compiler:
    if page not in _COMPILERS:
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=print_fonts()
        )
        _COMPILERS[page] = typst.Compiler(
            TEMPLATES / f"{page}.typ", root=TEMPLATES, font_paths=fonts
        )
    return _COMPILERS[page]


def rendering() -> Iterator[Row]:
    """Each format of 60 controls, and the samlad rapport of 25 units and 500 controls."""
    own = iter([slutrapport(60, seed) for seed in range(RUNS + 1)])
    jobs = iter([prepared(slutrapport(60, seed)) for seed in range(10, RUNS + 11)])
    yield ratio(
        "pdf, 60 kontroller, varm process / bara typst på ett likadant dokument",
        lambda: pdf(next(own)), lambda: bare(next(jobs)), 1.5,
    )  # fmt: skip
    one = slutrapport(60)
    cold = [seconds(lambda: pdf_in_child(one)) for _ in range(RUNS)]
    warm = statistics.median(seconds(lambda: pdf(one)) for _ in range(RUNS))
    yield Row(
        "pdf, 60 kontroller, egen ny process (kall) / varm", statistics.median(cold) / warm,
        "gånger", None, f"{statistics.median(cold):.2f} s",
    )  # fmt: skip
    whole = build_whole_report(large_whole(25, 20))
    yield ratio(
        "pdf, samlad rapport 25 enheter och 500 kontroller / 60 kontroller",
        lambda: pdf(whole), lambda: pdf(one), 8,
    )  # fmt: skip
    pages = [seconds(lambda: html(whole)) for _ in range(RUNS)]
    yield Row(
        "webbsida, samlad rapport 25 enheter och 500 kontroller", statistics.median(pages), "s", 1
    )
    makers = formats()
    for format in ("html", "docx", "xlsx", "json", "txt"):
        yield ratio(
            f"{format}, 60 kontroller / pdf", lambda f=format: makers[f](one), lambda: pdf(one)
        )


def _grown(plan: Plan, unit: str, count: int, year: int = 2022) -> Plan:
    one = plan.risks[0].controls[0]
    many = tuple(replace(one, id=f"K{n}", shared=None) for n in range(100, 100 + count))
    return replace(plan, unit=unit, year=year, risks=(replace(plan.risks[0], controls=many),))


def _database(folder: Path, name: str, units: int, controls: int, years: int = 1) -> Database:
    from icengine.domain.people import Unit, UnitKind

    database = Database(f"sqlite:///{folder / name}.db")
    database.migrate()
    organisation, plan = load_example()
    more = tuple(Unit(f"n{n}", f"Nämnd {n}", UnitKind.BOARD, "kommun") for n in range(units))
    whole = replace(organisation, units=(*organisation.units, *more))
    now = at("2017-12-15")
    with database.unit_of_work(OPERATOR, now) as session:
        import_organisation(session, actor=OPERATOR, now=now, organisation=whole)
    for n in range(units):
        for year in range(2023 - years, 2023):
            then = at(f"{year - 1}-12-15")
            with database.unit_of_work(OPERATOR, then) as session:
                adopt_plan(
                    session, actor=OPERATOR, now=then, plan=_grown(plan, f"n{n}", controls, year),
                    dnr="1", decided=date(year - 1, 12, 14), paragraph="§ 1", reasons=REASONS,
                )  # fmt: skip
    return database


def gathering() -> Iterator[Row]:
    """Statements, which depend on neither controls nor units, and the time of a large whole."""
    now = at("2023-02-01")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = (_database(folder, f"d{n}", *n) for n in ((3, 10), (25, 100)))

        def asked(database: Database, key: str) -> int:
            with counting(database) as sent, database.reading() as session:
                if key.startswith("kommun"):
                    gather_whole(session, actor=OPERATOR, key=key, as_of=now)
                else:
                    gather(session, actor=OPERATOR, key=key, as_of=now, cover=Cover())
            return len(sent)

        for what, key in (("slutrapport", "n0-2022"), ("samlad rapport", "kommun-2022")):
            a, b = asked(few, key), asked(many, key)
            yield Row(
                f"SQL-satser, {what}: 25 enheter × 100 kontroller utöver 3 × 10", b - a, "satser",
                0, f"{a} och {b}",
            )  # fmt: skip
        five = _database(folder, "five", 25, 20, 5)

        def whole() -> Report:
            with five.reading() as session:
                return whole_report(session, actor=OPERATOR, key="kommun-2022", as_of=now)

        report = whole()
        yield ratio(
            "uppgifterna till en samlad rapport, 25 × 20 kontroller, fem år / dess pdf",
            whole, lambda: pdf(report),
        )  # fmt: skip
        for database in (few, many, five):
            database.close()


def answering() -> Iterator[Row]:
    """A light page while a PDF of 500 controls is made again and again, against the same page alone."""
    import uvicorn

    with tempfile.TemporaryDirectory() as name:
        database = _database(Path(name), "web", 1, 1)
        large, stopped, made = slutrapport(500), threading.Event(), []
        app = create_app(Engine(Settings(), database, None))
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]

        def visit() -> None:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/logga-in") as answer:
                answer.read()

        def p95(count: int = 120) -> float:
            return statistics.quantiles([seconds(visit) for _ in range(count)], n=20)[-1]

        def render() -> None:
            while not stopped.is_set():
                made.append(len(pdf_in_child(large)))

        visit()
        alone = p95()
        renderer = threading.Thread(target=render, daemon=True)
        renderer.start()
        time.sleep(0.5)
        busy = p95()
        stopped.set()
        renderer.join()
        server.should_exit = True
        thread.join()
        database.close()
        yield Row(
            "p95 för en lätt sida medan en pdf med 500 kontroller görs / ensam", busy / alone,
            "gånger", 5, f"{busy * 1000:.0f} ms mot {alone * 1000:.0f} ms",
        )  # fmt: skip


PARTS = (rendering, gathering, answering)
