"""What a revision does to mails, links, answers and reports; and what happens at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Thread

import pytest
from letters import secret_of, titles
from municipality import at
from sqlalchemy import select
from test_adoption import adopt, import_it, tasks_of, without

from icengine.bootstrap import Engine
from icengine.config import Settings
from icengine.domain.access import Link, System
from icengine.domain.frequency import Window
from icengine.domain.people import Organisation
from icengine.domain.plan import Control, DirectAction, Plan, Treatment
from icengine.domain.scale import RatingScale
from icengine.domain.task import Answer, PlannedAction, State
from icengine.domain.timing import Timed
from icengine.errors import Refused
from icengine.jobs import run_due
from icengine.mail.mailer import Delivered, Email, Outcome
from icengine.mail.mailer import Refused as MailRefused
from icengine.services.reports import Cover, gather, report_for
from icengine.services.tasks import follow_link, record_answer, task_list
from icengine.store.db import Database
from icengine.store.mail_tables import OutboxRow
from icengine.store.people import holders
from icengine.store.tables import ActionRow

OPERATOR = System("test")
YELLOW = Answer(
    result="Brister.",
    rating="gul",
    actions=(PlannedAction("Rätta.", "It-chefen", "2023-06-30"),),
)


@dataclass
class Post:
    """A mailer that keeps what it is given, or is down."""

    seen: list[Email] = field(default_factory=list)
    down: bool = False

    async def send_all(self, emails: Sequence[Email], now: datetime) -> list[Outcome]:
        """Delivered, or to be tried again."""
        assert now
        if self.down:
            return [MailRefused(permanent=False, reason="nere") for _ in emails]
        self.seen += emails
        return [Delivered() for _ in emails]


def run(database: Database, post: Post, day: str) -> list[str]:
    """One run of the timetable; who got mail about what."""
    before = len(post.seen)
    run_due(Engine(Settings(), database, post), at(day))
    return sorted(f"{m.to} {title}" for m in post.seen[before:] for title in titles(m))


def changed(plan: Plan, control: str, **values: object) -> Plan:
    """The plan with another value in one control."""

    def new(item: Control) -> Control:
        return replace(item, **values) if item.id == control else item  # type: ignore[arg-type]

    risks = tuple(replace(r, controls=tuple(map(new, r.controls))) for r in plan.risks)
    return replace(plan, risks=risks)


def answer(database: Database, control: str, value: Answer, day: str, slot: str = "") -> None:
    with database.reading() as session:
        task = next(
            item.task
            for item in task_list(session, actor=OPERATOR)
            if item.task.control == control and slot in ("", item.task.slot)
        )
    owner = Link(1, holder_of(database, task.owner, day), frozenset({task.id}))
    with database.unit_of_work(owner, at(day)) as session:
        done = record_answer(
            session, actor=owner, now=at(day), task_id=task.id, answer=value,
            answers_as=task.owner, base_version=0, submit=True,
        )  # fmt: skip
    assert done.faults == ()


def holder_of(database: Database, function: str, day: str) -> str:
    with database.reading() as session:
        return holders(session, {function}, at(day).date())[function][0]


def test_a_new_owner_of_an_open_task_is_mailed_and_the_old_link_ends(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    post = Post()
    run(adopted, post, "2022-09-05")
    old = next(m for m in post.seen if "Tillgängliga webbplatser" in titles(m))
    adopt(adopted, changed(example[1], "K1", owner="Kommunikationschefen"), "2022-09-06")
    mails = run(adopted, post, "2022-09-06")
    assert [m for m in mails if "Tillgängliga" in m] == [
        "kommunikation@kommun.example Tillgängliga webbplatser"
    ]
    with adopted.reading() as session:
        left = follow_link(session, secret=secret_of(old)).actor.tasks
        of_k1 = {
            item.task.id for item in task_list(session, actor=OPERATOR) if item.task.control == "K1"
        }
    assert left
    assert left.isdisjoint(of_k1)


def test_a_task_taken_out_and_brought_back_opens_and_is_mailed_again(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    post = Post()
    first = run(adopted, post, "2022-12-05")
    adopt(adopted, without(example[1], "K6"), "2022-12-06")
    adopt(adopted, example[1], "2022-12-07")
    assert set(tasks_of(adopted, "K6").values()) == {(3, State.PLANNED)}
    again = run(adopted, post, "2022-12-08")
    assert [m for m in first if "Arbetsmiljön" in m] == [m for m in again if "Arbetsmiljön" in m]


def test_a_task_that_opens_without_a_mail_owed_opens_all_the_same(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    organisation = example[0]
    empty = tuple(replace(f, holders=()) for f in organisation.functions)
    import_it(adopted, replace(organisation, functions=empty))
    assert run(adopted, Post(), "2022-02-01") == []
    assert tasks_of(adopted, "K3")["2022-02"] == (1, State.OPEN)


def test_a_mail_that_waits_is_not_sent_about_what_no_longer_is(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    post = Post(down=True)
    run(adopted, post, "2022-09-05")
    adopt(adopted, without(changed(example[1], "K5", title="Nytt namn"), "K1"), "2022-09-06")
    post.down = False
    mails = run(adopted, post, "2022-09-07")
    assert "dataskydd@kommun.example Nytt namn" in mails
    assert not [m for m in mails if "Tillgängliga" in m or "Molntjänster" in m]


def test_a_mail_about_what_has_been_answered_meanwhile_is_not_sent(adopted: Database) -> None:
    post = Post(down=True)
    run(adopted, post, "2022-09-05")
    answer(adopted, "K1", YELLOW, "2022-09-06")
    post.down = False
    assert not [m for m in run(adopted, post, "2022-09-07") if "Tillgängliga" in m]
    with adopted.reading() as session:
        states = {row.key: row.state for row in session.scalars(select(OutboxRow))}
    assert [state for key, state in states.items() if "/K1/" in key] == ["inställd"]


def test_an_open_task_stays_where_its_new_window_overlaps_it(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    run(adopted, Post(), "2022-09-05")
    window = Window("2022-12-20", "senast 20 december 2022", date(2022, 1, 1), date(2022, 12, 20))
    later = (Timed(window, date(2022, 11, 20), date(2022, 12, 20)),)
    done = adopt(adopted, changed(example[1], "K1", occurrences=later), "2022-09-06")
    assert done.overlapping == ("K1 senast 20 december 2022",)
    assert tasks_of(adopted, "K1") == {"2022-09": (2, State.OPEN)}


def test_an_open_task_goes_where_its_new_window_lies_elsewhere(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    run(adopted, Post(), "2022-09-05")
    window = Window("2022-11", "november 2022", date(2022, 11, 1), date(2022, 11, 30))
    later = (Timed(window, date(2022, 11, 1), date(2022, 11, 30)),)
    done = adopt(adopted, changed(example[1], "K1", occurrences=later), "2022-09-06")
    assert (done.planned, done.cancelled, done.overlapping) == (1, 1, ())


def test_a_level_that_answers_use_may_not_leave_the_scale(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    run(adopted, Post(), "2022-09-05")
    answer(adopted, "K1", YELLOW, "2022-09-06")
    levels = example[1].ratings.levels
    other = RatingScale(tuple(replace(lv, id="g2") if lv.id == "gul" else lv for lv in levels))
    with pytest.raises(Refused, match="gul"):
        adopt(adopted, replace(example[1], ratings=other), "2022-10-01")
    renamed = RatingScale(
        tuple(replace(lv, word="Liten avvikelse") if lv.id == "gul" else lv for lv in levels)
    )
    assert adopt(adopted, replace(example[1], ratings=renamed), "2022-10-01").version == 2


def test_what_was_answered_is_reported_though_its_control_was_taken_out(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    run(adopted, Post(), "2022-09-05")
    answer(adopted, "K1", YELLOW, "2022-09-06")
    adopt(adopted, without(example[1], "K1"), "2022-10-01")
    with adopted.reading() as session:
        report = report_for(session, actor=OPERATOR, key="ks-2022", as_of=at("2023-02-10"))
    assert "Tillgängliga webbplatser (utgick ur planen)" in report.canonical()
    assert "Brister." in report.canonical()


def test_the_report_as_of_a_day_says_what_the_plan_said_that_day(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    def due_then() -> date:
        with adopted.reading() as session:
            facts = gather(
                session, actor=OPERATOR, key="ks-2022", as_of=at("2022-03-01"), cover=Cover()
            )
        return next(fact.due for fact in facts.tasks if fact.control == "K1")

    before = due_then()
    _, k1 = example[1].control("K1")
    sooner = (replace(k1.occurrences[0], due=date(2022, 9, 27)),)
    adopt(adopted, changed(example[1], "K1", occurrences=sooner), "2022-06-01")
    assert due_then() == before == date(2022, 9, 30)


def test_a_changed_direktatgard_follows_the_plan(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    def with_action(due: date) -> Plan:
        action = DirectAction("D1", "Byt rutin.", "It-chefen", due)
        risk = replace(
            example[1].risks[0], id="R50", treatment=Treatment.ACT_NOW, controls=(),
            actions=(action,),
        )  # fmt: skip
        return replace(example[1], risks=(*example[1].risks, risk))

    adopt(adopted, with_action(date(2022, 6, 30)), "2022-04-01")
    adopt(adopted, with_action(date(2022, 9, 30)), "2022-05-01")
    with adopted.reading() as session:
        dues = {
            day: [
                f.due
                for f in gather(
                    session, actor=OPERATOR, key="ks-2022", as_of=at(day), cover=Cover()
                ).actions
            ]
            for day in ("2022-04-15", "2022-06-01")
        }
        assert len(session.scalars(select(ActionRow)).all()) == 1
    assert dues == {"2022-04-15": [date(2022, 6, 30)], "2022-06-01": [date(2022, 9, 30)]}


def test_functions_are_named_as_the_database_names_them(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    for plan in (
        changed(example[1], "K1", owner="UTVECKLINGSCHEFEN"),
        changed(example[1], "K1", approver="Okända chefen"),
    ):
        with pytest.raises(Refused, match="organisation"):
            adopt(adopted, plan)


def test_owners_hand_in_at_once_and_every_answer_is_kept(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    run(adopted, Post(), "2023-01-02")
    with adopted.reading() as session:
        found = [
            item.task
            for item in task_list(session, actor=OPERATOR)
            if item.task.control in ("K1", "K2", "K5", "K6", "K7")
        ]
    faults: list[Exception] = []

    def hand_in(id: int, owner: str) -> None:
        actor = Link(1, holder_of(adopted, owner, "2023-01-03"), frozenset({id}))
        try:
            with adopted.unit_of_work(actor, at("2023-01-03")) as session:
                record_answer(
                    session, actor=actor, now=at("2023-01-03"), task_id=id, answer=YELLOW,
                    answers_as=owner, base_version=0, submit=True,
                )  # fmt: skip
        except Exception as error:  # noqa: BLE001  whatever it is, the test says it
            faults.append(error)

    threads = [Thread(target=hand_in, args=(task.id, task.owner)) for task in found]
    threads.append(Thread(target=lambda: run(adopted, Post(), "2023-01-31")))
    threads.append(
        Thread(target=lambda: adopt(adopted, changed(example[1], "K3", title="Ny"), "2023-01-03"))
    )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with adopted.reading() as session:
        numbers = sorted(row.number for row in session.scalars(select(ActionRow)))
    assert numbers == [1, 2, 3, 4, 5]


def test_the_same_plan_adopted_at_once_is_one_version(
    adopted: Database, example: tuple[Organisation, Plan]
) -> None:
    made: list[tuple[int, bool]] = []

    def go() -> None:
        done = adopt(adopted, replace(example[1], title="Ny titel"))
        made.append((done.version, done.is_new))

    threads = [Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [(2, False), (2, False), (2, False), (2, True)]
