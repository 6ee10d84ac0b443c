"""A report of every kind: the sample, and one with odd texts wherever somebody writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import report_facts as make
from test_report_texts import AWKWARD
from whole_facts import (
    ADOPTED,
    EXECUTIVE,
    MOMENT,
    ORGANISATION,
    ROOT,
    SOCIAL,
    facts_of,
    sample_whole,
)

from icengine.domain.facts import ReportFacts, YearSum
from icengine.domain.plan import DirectAction, Treatment
from icengine.domain.plan_report import PlanFacts, build_plan_report
from icengine.domain.report import OF_PLAN, build_report
from icengine.domain.report_layout import Layout
from icengine.domain.report_model import Report, ReportKind
from icengine.domain.risk import LeftOut
from icengine.domain.task import Answer
from icengine.domain.text import recorded
from icengine.domain.whole_facts import Judged, Totals, UnitFacts, WholeFacts
from icengine.domain.whole_report import build_whole_report
from icengine.domain.whole_verdicts import Verdict

HISTORY = tuple(YearSum(year, 7, year - 2016) for year in range(2018, 2022))


def sample(kind: ReportKind) -> Report:
    """The sample as that kind."""
    if kind.of_tree:
        return build_whole_report(sample_whole(), kind)
    if kind is ReportKind.PLAN:
        before = replace(make.PLAN, year=2021, risks=make.PLAN.risks[1:])
        moment = datetime(2021, 11, 30, 8, tzinfo=UTC)
        return build_plan_report(
            PlanFacts(make.ORGANISATION, make.UNIT, make.PLAN, 1, moment, before=before, dnr="KS 1")
        )
    assert kind in OF_PLAN
    return build_report(make.sample_facts(last_year=make.LAST_YEAR, history=HISTORY), kind)


def odd(kind: ReportKind, text: str) -> Report:
    """A report of that kind with the text in every place where somebody writes, as it is recorded."""
    said = recorded(text)
    if kind.of_tree:
        return build_whole_report(_whole(said), kind)
    facts = _facts(said)
    if kind is ReportKind.PLAN:
        return build_plan_report(
            PlanFacts(
                facts.organisation, facts.unit, facts.plan, 1, make.AS_OF,
                before=replace(facts.plan, year=2021, risks=()), dnr=said[:100], appendix=said[:100],
            )
        )  # fmt: skip
    return build_report(facts, kind)


def _facts(said: str) -> ReportFacts:
    name = " ".join(said.split())[:200] or "Tom"
    control = make.make_control(
        "K1", title=name, what=said or "–", method=said or "–", owner=name[:60], frequency=name,
        sample=said, goal=name, objective=said, category=name[:40],
    )  # fmt: skip
    risks = (
        make.make_risk(
            "R1", control, area=name, title=name, event=said, cause=said, effect=said,
            measures=said, owner=name[:60], perspective=name[:40],
        ),
        make.make_risk("R2", area=name, title=name, reason=said, treatment=Treatment.ACCEPT),
        make.make_risk(
            "R3", area=name, title=name, treatment=Treatment.ACT_NOW,
            actions=(DirectAction("D1", name, name[:60], date(2022, 5, 1)),),
        ),
    )  # fmt: skip
    left = LeftOut(id="R9", area=name, title=name, reason=said or "–", likelihood=1, consequence=1)
    plan = make.make_plan(*risks, left_out=(left,), guideline=name, author=name[:60])
    answer = Answer(said or "–", "gul", (), said)
    layout = Layout(
        texts=(("inledning", said), ("lag", said), ("beslut", said), ("atgarder", said))
    )
    unit = replace(make.UNIT, name=name)
    return make.make_facts(
        plan, [make.answered(control, "gul", answer=answer)],
        actions=(make.action("Å1", "K1", said or "–", name[:60], date(2023, 1, 31)),),
        notes={"sammanfattning": said, "R2": said, name: said}, unit=unit, dnr=said[:100],
        appendix=said[:100],
        organisation=replace(
            make.ORGANISATION, name=name, units=(unit,),
            reports=tuple((kind, layout) for kind in ReportKind),
        ),
    )  # fmt: skip


def _whole(said: str) -> WholeFacts:
    name = " ".join(said.split())[:200] or "Tom"
    judged = Judged(Verdict.INSUFFICIENT, said, "Controllern", MOMENT)
    unit = replace(SOCIAL, name=name)
    facts = replace(facts_of(SOCIAL, ("rod",)), tasks=_facts(said).tasks[:0])
    control = facts.plan.risks[0].controls[0]
    bad = make.answered(control, "rod", unit="son", answer=Answer(said or "–", "rod"))
    layout = Layout(texts=(("inledning", said), ("beslut", said)))
    organisation = replace(
        ORGANISATION, name=name, verdicts=((str(Verdict.INSUFFICIENT), name[:60]),),
        reports=((ReportKind.WHOLE, layout),),
    )  # fmt: skip
    other = replace(EXECUTIVE, id="ab", name=name)
    sums = Totals({"gron": 1, "gul": 0, "rod": 0, "vit": 0}, 1, 0, 0, said, "x", MOMENT)
    return WholeFacts(
        organisation, replace(ROOT, name=name), replace(EXECUTIVE, name=name), 2022, MOMENT,
        (
            UnitFacts(unit, replace(facts, tasks=(bad,)), ADOPTED, verdict=judged),
            UnitFacts(other, totals=sums),
        ),
        verdict=judged, dnr=said[:100], appendix=said[:100],
    )  # fmt: skip


ODD = {
    **AWKWARD,
    "formula": "=1+1 @cmd|' /C calc'!A0 {{ 7*7 }} {% raw %} <script>alert(1)</script>",
}
