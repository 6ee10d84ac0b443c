"""Gallring removes what its decision names and nothing else, and the log proves it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lived import (
    GONE,
    NOW,
    STAYED,
    TEST,
    audit,
    deliver,
    everything,
    give,
    live,
    log_in,
    report,
    scalars,
)
from municipality import at
from sqlalchemy import text
from test_answers import GREEN, Owner, owner_of
from test_statement_counts import counting

from icengine.domain.access import Actor, Link, Permit, Person
from icengine.domain.disposal import RULES, Decision
from icengine.domain.people import Grant, Holding, Role
from icengine.errors import Conflict, NotFound, Refused
from icengine.services.disposal import Finding, dispose, dry_run, overview
from icengine.services.people import current_organisation, import_organisation, person_numbers
from icengine.services.tasks import task_page
from icengine.store import evidence
from icengine.store.db import Database

DECISION = Decision("KS 2026/77", date(2026, 2, 17), "§ 31")
EVERY = {item.id: None for item in RULES}


@pytest.fixture
def owner(adopted: Database, once: Callable[..., Owner]) -> Owner:
    return once(live, adopted)


def found(database: Database, *rules: str, **more: Any) -> dict[str, int]:
    """What a dry run says: kind of row -> how many."""
    with database.at_one_moment() as session:
        ran = dry_run(session, actor=TEST, now=NOW, rules=dict.fromkeys(rules), **more)
    return counts(ran)


def counts(ran: tuple[Finding, ...]) -> dict[str, int]:
    return {part.several: part.count for finding in ran for part in finding.parts}


def run(database: Database, *rules: str, before: date | None = None, **more: Any) -> dict[str, int]:
    wanted: Mapping[str, date | None] = dict.fromkeys(rules, before)
    with database.unit_of_work(TEST, NOW) as session:
        ran = dispose(session, actor=TEST, now=NOW, rules=wanted, decision=DECISION, **more)
    return counts(ran)


def test_a_dry_run_says_what_would_go_and_changes_nothing(owner: Owner) -> None:
    before = everything(owner.database)
    with owner.database.at_one_moment() as session:
        seen = overview(session, actor=TEST, now=NOW)
    assert {f.rule.id: f.count for f in seen if not f.count} == {}
    drafts = next(f for f in seen if f.rule.id == "utkast").parts[0]
    assert drafts.sample[0] == "ks-2022/K6/ks/2022, version 1, 2022-12-05"
    assert everything(owner.database) == before


@pytest.mark.parametrize("rule", [item.id for item in RULES])
def test_each_rule_removes_what_its_dry_run_said_and_finds_nothing_more(
    owner: Owner, rule: str
) -> None:
    said, reported = found(owner.database, rule), report(owner.database)
    plan = scalars(owner.database, "SELECT document FROM plan_version")
    assert sum(said.values()) > 0
    assert run(owner.database, rule) == said
    assert sum(found(owner.database, rule).values()) == 0
    assert audit(owner.database).faults == ()
    assert report(owner.database) == reported
    assert scalars(owner.database, "SELECT document FROM plan_version") == plan


def test_all_rules_at_once_find_each_thing_once(owner: Owner) -> None:
    said, reported = found(owner.database, *EVERY), report(owner.database)
    with owner.database.unit_of_work(TEST, NOW) as session:
        seen = dry_run(session, actor=TEST, now=NOW, rules=EVERY)
        ran = dispose(
            session, actor=TEST, now=NOW, rules=EVERY, decision=DECISION,
            expected=[finding.count for finding in seen],
        )  # fmt: skip
    assert ran == seen
    assert sum(said.values()) > 0
    assert sum(found(owner.database, *EVERY).values()) == 0
    assert audit(owner.database).faults == ()
    assert report(owner.database) == reported


def test_a_gallring_is_an_event_with_its_decision_and_its_numbers(owner: Owner) -> None:
    run(owner.database, "utkast")
    (said,) = scalars(
        owner.database,
        "SELECT payload FROM event_payload JOIN event USING (seq) WHERE kind = 'gallring'",
    )
    payload = json.loads(said)
    assert payload["dnr"] == "KS 2026/77"
    assert (payload["date"], payload["paragraph"]) == ("2026-02-17", "§ 31")
    assert (payload["before"], payload["counts"]) == ("2025-03-01", {"utkast": 2})
    assert len(payload["events"]) == 1
    assert scalars(owner.database, "SELECT subject FROM event WHERE kind = 'gallring'") == [
        "gallring:utkast"
    ]


# -- what each leaves --


def test_whoever_is_logged_in_stays_so(owner: Owner) -> None:
    run(owner.database, "inloggningar", before=date(2026, 1, 30))
    assert len(scalars(owner.database, "SELECT id FROM web_session")) == 1
    assert len(scalars(owner.database, "SELECT id FROM web_session WHERE ended_at IS NULL")) == 1


def test_mails_and_links_of_what_is_not_closed_stay(owner: Owner) -> None:
    waits = "SELECT count(*) FROM task WHERE state IN ('öppen', 'påbörjad')"
    assert scalars(owner.database, waits)[0] > 0
    run(owner.database, "mejl", "lankar")
    left = "SELECT task FROM outbox WHERE kind = 'öppnad'"
    closed = "SELECT id FROM task WHERE state = 'godkänd'"
    assert not set(scalars(owner.database, left)) & set(scalars(owner.database, closed))
    linked = "SELECT task FROM link_task JOIN link ON id = link WHERE email <> ''"
    assert set(scalars(owner.database, linked)) == set(scalars(owner.database, left))


def test_nobody_is_mailed_again_for_what_is_gallrat(owner: Owner) -> None:
    deliver(owner.database, "2026-02-28")
    before = scalars(owner.database, "SELECT count(*) FROM outbox WHERE sent_at > '2026-02-01'")
    run(owner.database, *EVERY)
    deliver(owner.database, "2026-03-01")
    after = scalars(owner.database, "SELECT count(*) FROM outbox WHERE sent_at > '2026-02-01'")
    assert after == before


def test_a_gallrad_link_still_says_for_which_function_an_answer_was_given(owner: Owner) -> None:
    run(owner.database, "lankar")
    assert scalars(
        owner.database, f"SELECT function FROM link WHERE id = {owner.holder.actor.id}"
    ) == ["HR-strategen"]


def test_drafts_go_and_the_answer_that_was_handed_in_stays(owner: Owner) -> None:
    run(owner.database, "utkast")
    assert scalars(owner.database, "SELECT version FROM answer") == [3]
    with owner.database.at_one_moment() as session:
        page = task_page(session, actor=TEST, now=NOW, task_id=owner.task)
    assert page.last is not None
    assert (page.last.answer, page.last.submitted) == (GREEN, True)


def test_underlag_go_with_their_names_and_that_they_were_there_stays(owner: Owner) -> None:
    run(owner.database, "underlag")
    assert scalars(owner.database, "SELECT count(*) FROM evidence_content") == [0]
    with owner.database.at_one_moment() as session:
        [file] = evidence.of_task(session, owner.task)
    assert (file.name, file.size, file.removed_by) == ("", 5, "gallring")
    assert len(file.sha256) == 64
    assert not file.openable


def test_underlag_in_what_is_not_closed_stay(adopted: Database) -> None:
    owner = owner_of(adopted, "K6", "2022-12-01")
    give(owner)
    assert found(adopted, "underlag") == {"underlag": 0}


def test_a_draft_in_what_is_not_closed_stays(adopted: Database) -> None:
    owner = owner_of(adopted, "K6", "2022-12-01")
    owner.save(GREEN, now=at("2022-12-05"))
    assert found(adopted, "utkast") == {"utkast": 0}


def test_a_draft_stays_as_long_as_something_is_done_with_its_task(owner: Owner) -> None:
    with owner.database.unit_of_work(TEST, NOW) as session:
        session.connection().execute(
            text(
                'INSERT INTO task_state (task, at, state, "by", reason) '
                f"VALUES ({owner.task}, '2026-01-01 00:00:00', 'godkänd', 'x', '')"
            )
        )
        session.record("prov", "ämne")
    assert found(owner.database, "utkast") == {"utkast": 0}


# -- people who have left --


def test_whoever_has_left_is_nowhere_but_their_number_is(owner: Owner) -> None:
    with owner.database.at_one_moment() as session:
        (number,) = person_numbers(session, actor=TEST, emails=[GONE]).values()
    assert GONE in everything(owner.database)
    run(owner.database, "mejl", "mejlhandelser", "personer")
    assert GONE not in everything(owner.database)
    assert scalars(owner.database, f"SELECT email FROM person WHERE id = {number}") == [None]
    with owner.database.at_one_moment() as session:
        organisation = current_organisation(session, actor=TEST)
        then = current_organisation(session, actor=TEST, as_of=at("2022-01-01"))
        stand_in = f"tidigare-medarbetare-{number}@kommun.example"
        assert person_numbers(session, actor=TEST, emails=[stand_in]) == {stand_in: number}
    for known in (organisation, then):
        function = known.function("HR-strategen")
        assert function is not None
        assert [h.email for h in function.holders][1] == stand_in
        assert function.holders[1].end == date(2023, 2, 28)
    assert audit(owner.database).faults == ()


def test_whoever_holds_something_today_or_later_is_never_taken(owner: Owner) -> None:
    with owner.database.at_one_moment() as session:
        (finding,) = dry_run(session, actor=TEST, now=NOW, rules={"personer": date(2025, 12, 1)})
    assert finding.parts[0].sample == (f"{GONE}, ingenting här sedan 2023-02-28",)
    run(owner.database, "personer", before=date(2025, 12, 1))
    emails = scalars(owner.database, "SELECT email FROM person")
    assert {"hr@kommun.example", "kansli@kommun.example", STAYED} <= set(emails)


def test_whoever_left_lately_or_was_here_lately_waits(owner: Owner) -> None:
    assert found(owner.database, "personer")["personer"] == 1
    with owner.database.at_one_moment() as session:
        young = dry_run(session, actor=TEST, now=at("2023-09-01"), rules={"personer": None})
    assert counts(young)["personer"] == 0
    change(owner.database, at("2025-11-01"), grants=(Grant(Role.READER, "ks", GONE,
           start=date(2025, 11, 1), end=date(2025, 11, 2)),))  # fmt: skip
    assert found(owner.database, "personer")["personer"] == 0


def test_whoever_is_left_out_of_a_file_has_left_that_day(owner: Owner) -> None:
    with owner.database.at_one_moment() as session:
        functions = current_organisation(session, actor=TEST).functions
    without = tuple(
        replace(f, holders=tuple(h for h in f.holders if h.email != GONE)) for f in functions
    )
    change(owner.database, at("2025-06-01"), functions=without)
    assert found(owner.database, "personer")["personer"] == 0
    with owner.database.at_one_moment() as session:
        seen = dry_run(session, actor=TEST, now=at("2027-07-01"), rules={"personer": None})
    assert f"{GONE}, ingenting här sedan 2025-06-01" in seen[0].parts[0].sample


@pytest.mark.parametrize("busy", ["inloggad", "mejl", "uppgift"])
def test_whoever_has_something_under_way_waits(owner: Owner, busy: str) -> None:
    database = owner.database
    with database.unit_of_work(TEST, NOW) as session:
        connection = session.connection()
        if busy == "inloggad":
            connection.execute(
                text("UPDATE web_session SET ended_at = NULL, expires_at = '2026-03-02 00:00:00'")
            )
        elif busy == "mejl":
            connection.execute(text(f"UPDATE outbox SET state = 'väntar' WHERE email = '{GONE}'"))
        else:
            connection.execute(text(f"UPDATE task SET state = 'återsänd' WHERE id = {owner.task}"))
        session.record("prov", "ämne")
    assert found(database, "personer")["personer"] == 0


def test_somebody_whose_address_ends_with_anothers_is_somebody_else(owner: Owner) -> None:
    with owner.database.unit_of_work(TEST, at("2022-12-08")) as session:
        session.record("prov", "ämne", text=f"ny.{GONE}")
        session.record("prov", "ämne", text=f"rad\n{GONE}.")
    run(owner.database, "personer")
    left = scalars(
        owner.database,
        "SELECT subject FROM event JOIN event_payload USING (seq) WHERE kind = 'prov'",
    )
    assert len(left) == 1


def test_whoever_comes_back_is_somebody_new(owner: Owner) -> None:
    run(owner.database, "personer")
    held = Holding(GONE, date(2026, 3, 1))
    with owner.database.at_one_moment() as session:
        functions = current_organisation(session, actor=TEST).functions
    again = tuple(
        replace(f, holders=(*f.holders, held)) if f.name == "It-chefen" else f for f in functions
    )
    change(owner.database, NOW, functions=again)
    log_in(owner.database, GONE, NOW)
    assert (
        found(
            owner.database,
            "personer",
        )["personer"]
        == 0
    )
    assert audit(owner.database).faults == ()


def test_a_file_from_before_cannot_bring_an_address_back_unseen(owner: Owner) -> None:
    with owner.database.at_one_moment() as session:
        exported = current_organisation(session, actor=TEST)
    (version,) = scalars(owner.database, "SELECT max(version) FROM organisation")
    run(owner.database, "personer")
    with (
        pytest.raises(Conflict),
        owner.database.unit_of_work(TEST, NOW) as session,
    ):
        import_organisation(
            session, actor=TEST, now=NOW, organisation=exported, base_version=version
        )


def change(database: Database, now: Any, **parts: Any) -> None:
    with database.unit_of_work(TEST, now) as session:
        organisation = replace(current_organisation(session, actor=TEST), **parts)
        import_organisation(session, actor=TEST, now=now, organisation=organisation)


# -- who may, and what is refused --


NOBODY: list[Actor] = [
    Person(
        1, "a@kommun.example", frozenset({(Permit.ADMINISTER, "ks"), (Permit.CONTROL, "kommun")})
    ),
    Link(1, "a@kommun.example", frozenset({1})),
]


@pytest.mark.parametrize("actor", NOBODY, ids=["enhetens administratör", "länk"])
def test_gallring_is_for_the_administrator_of_the_whole(owner: Owner, actor: Actor) -> None:
    with owner.database.at_one_moment() as session, pytest.raises(NotFound):
        overview(session, actor=actor, now=NOW)
    before = everything(owner.database)
    with (
        pytest.raises(NotFound),
        owner.database.unit_of_work(actor, NOW) as session,
    ):
        dispose(session, actor=actor, now=NOW, rules=EVERY, decision=DECISION)
    assert everything(owner.database) == before


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (replace(DECISION, dnr=" "), "diarienummer"),
        (replace(DECISION, paragraph=""), "paragraf"),
        (replace(DECISION, decided=date(2026, 3, 2)), "framtiden"),
    ],
)
def test_without_a_decision_nothing_goes(owner: Owner, decision: Decision, said: str) -> None:
    before = everything(owner.database)
    with (
        pytest.raises(Refused, match=said),
        owner.database.unit_of_work(TEST, NOW) as session,
    ):
        dispose(session, actor=TEST, now=NOW, rules=EVERY, decision=decision)
    assert everything(owner.database) == before


def test_what_is_too_young_is_refused_with_the_day_that_can_be_chosen(owner: Owner) -> None:
    with pytest.raises(Refused, match="30 januari 2026 eller en tidigare dag"):
        run(owner.database, "mejl", before=date(2026, 2, 1))


def test_an_unknown_rule_is_said(owner: Owner) -> None:
    with pytest.raises(NotFound, match="Regeln svar finns inte"):
        run(owner.database, "svar")


def test_what_has_changed_since_it_was_shown_is_not_removed(owner: Owner) -> None:
    before = everything(owner.database)
    with pytest.raises(Conflict):
        run(owner.database, "utkast", expected=[1])
    assert everything(owner.database) == before


def test_the_statements_of_a_gallring_do_not_grow_with_what_it_finds(adopted: Database) -> None:
    numbers = []
    for count in (1, 9):
        for n in range(count):
            log_in(adopted, STAYED, at("2022-03-01", f"{n + 6:02d}:{count:02d}"), out=True)
        with counting(adopted) as sent:
            run(adopted, "inloggningar", "inloggningshandelser")
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
