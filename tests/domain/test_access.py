"""Who may do what, with which unit, and what a query may return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from icengine.domain.access import (
    PERMITS,
    READING,
    Actor,
    Link,
    Permit,
    Person,
    Scope,
    Subject,
    System,
    may,
    rights,
    scope,
    sees_addresses,
    somewhere,
)
from icengine.domain.people import (
    GIVEN_ROLES,
    Admission,
    Function,
    Grant,
    Holding,
    Move,
    Organisation,
    Role,
    Unit,
    UnitKind,
)

ENGINE = System("tidtabellen")
READER = System("sidhuvudet", read_only=True)
OWNER = Link(1, "hr@kommun.example", frozenset({7}))
NOBODY = Person(1, "ny@kommun.example")
HOLDER = Person(2, "ekonomi@kommun.example", functions=frozenset({"Ekonomichefen"}))
TASK = Subject("ks", 7, "Ekonomichefen", "Kommundirektören")
TODAY = date(2026, 3, 2)
EMAIL = "nagon@kommun.example"


def unit(id: str, parent: str = "", **more: object) -> Unit:
    kind = UnitKind.MUNICIPALITY if not parent else UnitKind.BOARD
    return Unit(id, id.upper(), kind, parent, **more)  # type: ignore[arg-type]


ORGANISATION = Organisation(
    "Kommunen",
    ("kommun.example",),
    "Controllern",
    units=(
        unit("kommun"),
        unit("ks", "kommun"),
        unit("klk", "ks"),
        unit("bun", "kommun", own_authority=True),
        unit("skola", "bun"),
    ),
    functions=(Function("Controllern", "klk", (Holding(EMAIL, end=date(2026, 6, 30)),)),),
)


def permitted(organisation: Organisation, *grants: Grant, day: date = TODAY) -> dict[str, set[str]]:
    """Unit -> permits of somebody with these roles."""
    found: dict[str, set[str]] = {}
    for permit, id in rights(replace(organisation, grants=grants), EMAIL, day):
        found.setdefault(id, set()).add(permit)
    return found


@pytest.mark.parametrize(
    ("actor", "permit", "subject", "answer"),
    [
        (ENGINE, Permit.ADMINISTER, Subject(), True),
        (ENGINE, Permit.READ_PROTECTED, TASK, True),
        (READER, Permit.READ, TASK, True),
        (READER, Permit.READ_PROTECTED, TASK, False),
        (READER, Permit.ADMINISTER, Subject(), False),
        (READER, Permit.ANSWER, TASK, False),
        (OWNER, Permit.ANSWER, TASK, True),
        (OWNER, Permit.READ, TASK, True),
        (OWNER, Permit.READ_PROTECTED, TASK, True),
        (OWNER, Permit.ANSWER, replace(TASK, task=8), False),
        (OWNER, Permit.READ, Subject("ks"), False),
        (OWNER, Permit.CONTROL, TASK, False),
        (NOBODY, Permit.READ, TASK, False),
        (NOBODY, Permit.ANSWER, Subject(), False),
        (HOLDER, Permit.ANSWER, TASK, True),
        (HOLDER, Permit.READ_PROTECTED, TASK, True),
        (HOLDER, Permit.ANSWER, replace(TASK, owner="HR-chefen"), False),
        (HOLDER, Permit.APPROVE, TASK, False),
        (HOLDER, Permit.CONTROL, TASK, False),
    ],
)
def test_each_actor_may_what_it_is_for(
    actor: Actor, permit: Permit, subject: Subject, answer: bool
) -> None:
    assert may(actor, permit, subject) is answer


def test_nobody_approves_their_own_answer() -> None:
    both = Person(3, EMAIL, functions=frozenset({"Ekonomichefen", "Kommundirektören"}))
    approver = Person(4, EMAIL, functions=frozenset({"Kommundirektören"}))
    assert may(approver, Permit.APPROVE, TASK)
    assert not may(both, Permit.APPROVE, TASK)


@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_a_role_holds_at_its_unit_and_below_and_nowhere_else(role: Role) -> None:
    found = permitted(ORGANISATION, Grant(role, "ks", EMAIL))
    assert found == {"ks": PERMITS[role], "klk": PERMITS[role]}


@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_from_above_a_role_only_reads_in_an_authority_of_its_own(role: Role) -> None:
    found = permitted(ORGANISATION, Grant(role, "kommun", EMAIL))
    assert found["ks"] == PERMITS[role]
    for beyond in ("bun", "skola"):
        assert found.get(beyond, set()) == PERMITS[role] & READING


def test_a_controller_from_above_changes_nothing_across_the_border() -> None:
    found = permitted(ORGANISATION, Grant(Role.CONTROLLER, "kommun", EMAIL))
    assert found["bun"] == {Permit.KNOW, Permit.READ, Permit.FOLLOW, Permit.AUDIT}
    assert Permit.CONTROL in found["ks"]


@pytest.mark.parametrize(
    ("admits", "more"),
    [
        ((Admission.CHANGE,), {Permit.CONTROL, Permit.EVIDENCE}),
        ((Admission.PROTECTED,), {Permit.READ_PROTECTED}),
        (
            (Admission.CHANGE, Admission.PROTECTED),
            {Permit.CONTROL, Permit.EVIDENCE, Permit.READ_PROTECTED},
        ),
    ],
)
def test_an_authority_may_let_roles_from_above_do_more(
    admits: tuple[Admission, ...], more: set[Permit]
) -> None:
    units = tuple(replace(u, admits=admits) if u.id == "bun" else u for u in ORGANISATION.units)
    found = permitted(replace(ORGANISATION, units=units), Grant(Role.CONTROLLER, "kommun", EMAIL))
    assert found["bun"] == found["skola"] == READING | more


def test_a_border_inside_another_needs_both_to_let_through() -> None:
    units = (
        *(replace(u, admits=tuple(Admission)) if u.id == "bun" else u for u in ORGANISATION.units),
        unit("bolag", "skola", own_authority=True),
    )
    found = permitted(replace(ORGANISATION, units=units), Grant(Role.CONTROLLER, "kommun", EMAIL))
    assert Permit.CONTROL in found["skola"]
    assert found["bolag"] == READING


def test_inside_the_border_a_role_is_whole() -> None:
    found = permitted(ORGANISATION, Grant(Role.CONTROLLER, "bun", EMAIL))
    assert found == dict.fromkeys(("bun", "skola"), PERMITS[Role.CONTROLLER])


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ],
)
def test_a_role_holds_from_its_first_day_to_its_last(day: date, holds: bool) -> None:
    grant = Grant(Role.CONTROLLER, "ks", EMAIL, start=date(2026, 3, 1), end=date(2026, 3, 31))
    assert bool(permitted(ORGANISATION, grant, day=day)) is holds


def test_a_functions_role_goes_with_the_function() -> None:
    grant = Grant(Role.CONTROLLER, "ks", function="Controllern")
    assert "ks" in permitted(ORGANISATION, grant, day=date(2026, 6, 30))
    assert permitted(ORGANISATION, grant, day=date(2026, 7, 1)) == {}


def test_a_unit_that_moves_takes_its_roles_from_its_new_place_that_day() -> None:
    moved = replace(ORGANISATION.units[2], moves=(Move("bun", date(2026, 7, 1)),))
    units = (*ORGANISATION.units[:2], moved, *ORGANISATION.units[3:])
    organisation = replace(ORGANISATION, units=units)
    grant = Grant(Role.CONTROLLER, "bun", EMAIL)
    assert "klk" not in permitted(organisation, grant, day=date(2026, 6, 30))
    assert "klk" in permitted(organisation, grant, day=date(2026, 7, 1))


def test_whoever_has_a_role_at_a_unit_has_it_at_its_forerunners() -> None:
    units = (
        *ORGANISATION.units,
        unit("kun", "kommun", end=date(2025, 12, 31)),
        unit("ukn", "kommun", start=date(2026, 1, 1), predecessors=("kun",)),
    )
    found = permitted(replace(ORGANISATION, units=units), Grant(Role.CONTROLLER, "ukn", EMAIL))
    assert found == dict.fromkeys(("ukn", "kun"), PERMITS[Role.CONTROLLER])


def test_not_before_the_unit_that_takes_over_has_begun() -> None:
    units = (
        *ORGANISATION.units,
        unit("kun", "kommun", own_authority=True, end=date(2026, 12, 31)),
        unit("ukn", "kommun", start=date(2027, 1, 1), predecessors=("kun",)),
    )
    organisation = replace(ORGANISATION, units=units)
    at_new, above = Grant(Role.CONTROLLER, "ukn", EMAIL), Grant(Role.CONTROLLER, "kommun", EMAIL)
    assert "kun" not in permitted(organisation, at_new)
    assert permitted(organisation, above)["kun"] == READING
    began = date(2027, 1, 1)
    assert permitted(organisation, at_new, day=began)["kun"] == PERMITS[Role.CONTROLLER]


def test_an_administrator_sees_no_content() -> None:
    for permit in (Permit.READ, Permit.FOLLOW, Permit.READ_PROTECTED, Permit.AUDIT):
        assert permit not in PERMITS[Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_whoever_has_a_role_knows_the_organisation_there_also_across_a_border(role: Role) -> None:
    grant = Grant(role, "kommun", EMAIL)
    person = Person(1, EMAIL, rights(replace(ORGANISATION, grants=(grant,)), EMAIL, TODAY))
    for id in ("kommun", "ks", "bun", "skola"):
        assert may(person, Permit.KNOW, Subject(id))
    assert not may(HOLDER, Permit.KNOW, TASK)
    assert not may(OWNER, Permit.KNOW, Subject("ks", 7))


@pytest.mark.parametrize(
    ("role", "inside", "beyond"),
    [
        (Role.ADMINISTRATOR, True, False),
        (Role.CONTROLLER, True, True),
        (Role.MANAGER, True, True),
        (Role.READER, False, False),
    ],
)
def test_addresses_are_for_whoever_works_with_the_unit(
    role: Role, inside: bool, beyond: bool
) -> None:
    grant = Grant(role, "kommun", EMAIL)
    person = Person(1, EMAIL, rights(replace(ORGANISATION, grants=(grant,)), EMAIL, TODAY))
    assert sees_addresses(person, "ks") is inside
    assert sees_addresses(person, "bun") is beyond
    assert sees_addresses(ENGINE, "bun")


def test_only_the_controller_reads_protected_content_by_role() -> None:
    assert [r for r in PERMITS if Permit.READ_PROTECTED in PERMITS[r]] == [Role.CONTROLLER]


def test_a_scope_holds_no_more_than_the_actor_may_do() -> None:
    person = Person(
        1, EMAIL, frozenset({(Permit.FOLLOW, "ks"), (Permit.READ, "bun")}), frozenset({"A"})
    )
    assert scope(ENGINE, Permit.READ) == Scope(everything=True)
    assert scope(READER, Permit.CONTROL) == Scope()
    assert scope(OWNER, Permit.READ) == Scope(tasks=frozenset({7}))
    assert scope(person, Permit.FOLLOW) == Scope(
        units=frozenset({"ks"}), plans=frozenset({"ks"}), functions=frozenset({"A"}),
        approves=frozenset({"A"}), person=1,
    )  # fmt: skip
    assert scope(person, Permit.ANSWER) == Scope(functions=frozenset({"A"}), person=1)
    assert scope(NOBODY, Permit.READ) == Scope(person=1)
    assert somewhere(person, Permit.READ)
    assert not somewhere(person, Permit.CONTROL)
    assert not somewhere(OWNER, Permit.READ)


@pytest.mark.parametrize(
    ("permit", "asking"),
    [(permit, permit in (Permit.READ, Permit.FOLLOW)) for permit in Permit],
)
def test_where_a_plan_is_decided_others_answers_to_its_shared_controls_are_read_and_no_more(
    permit: Permit, asking: bool
) -> None:
    person = Person(1, EMAIL, frozenset((each, "ks") for each in Permit))
    theirs = Subject("bun", 7, "Skolchefen", "", plan="ks")
    assert may(person, permit, theirs) is asking
    assert not may(person, permit, Subject("bun", 7, "Skolchefen", ""))
    assert scope(person, permit).plans == (frozenset({"ks"}) if asking else frozenset())


def test_a_task_that_nobody_is_named_for_is_nobodys_to_answer() -> None:
    person = Person(1, EMAIL, frozenset(), frozenset({"Skolchefen"}))
    nobodys = Subject("bun", 7, "", "", plan="ks")
    assert not any(may(person, permit, nobodys) for permit in Permit)


def test_a_substitute_stands_in_for_the_one_who_holds_the_function() -> None:
    function = Function(
        "Ekonomichefen",
        "klk",
        (
            Holding("a@kommun.example"),
            Holding("b@kommun.example", date(2026, 3, 1), date(2026, 3, 31), substitute=True),
        ),
    )
    for day, holder in (
        (date(2026, 2, 28), "a@kommun.example"),
        (date(2026, 3, 1), "b@kommun.example"),
        (date(2026, 3, 31), "b@kommun.example"),
        (date(2026, 4, 1), "a@kommun.example"),
    ):
        assert function.held_by(day) == (holder,)
        plain = tuple(h.email for h in function.effective() if h.covers(day))
        assert plain == (holder,)


def test_whoever_is_handed_a_task_answers_it_and_reads_it_also_where_it_is_protected() -> None:
    handed = replace(TASK, delegate=NOBODY.id)
    for permit in (Permit.ANSWER, Permit.READ, Permit.READ_PROTECTED):
        assert may(NOBODY, permit, handed)
        assert not may(NOBODY, permit, TASK)
    assert not may(NOBODY, Permit.APPROVE, handed)


def test_nobody_approves_an_answer_that_they_gave_themselves() -> None:
    approver = Person(5, EMAIL, functions=frozenset({"Kommundirektören"}))
    assert may(approver, Permit.APPROVE, TASK)
    assert not may(approver, Permit.APPROVE, replace(TASK, answered_by=5))
    link = Link(1, EMAIL, frozenset(), approves=frozenset({7}), person=5)
    assert may(link, Permit.APPROVE, TASK)
    assert not may(link, Permit.APPROVE, replace(TASK, answered_by=5))
    assert not may(link, Permit.ANSWER, TASK)


def test_a_second_reader_is_the_units_controller_and_only_where_one_is_asked_for() -> None:
    controller = Person(6, EMAIL, frozenset({(Permit.CONTROL, "ks")}))
    waiting = Subject("ks", 7, "Ekonomichefen", second_reader=True)
    assert may(controller, Permit.APPROVE, waiting)
    assert not may(controller, Permit.APPROVE, replace(waiting, second_reader=False))
    assert not may(controller, Permit.APPROVE, replace(waiting, unit="bun"))
    assert not may(controller, Permit.APPROVE, replace(waiting, answered_by=6))


def test_a_link_to_an_atgard_follows_it_up_and_does_nothing_else() -> None:
    link = Link(1, EMAIL, frozenset(), actions=frozenset({3}))
    own = Subject("ks", owner="It-chefen", action=3)
    assert may(link, Permit.ANSWER, own)
    assert not may(link, Permit.ANSWER, replace(own, action=4))
    assert not may(link, Permit.ANSWER, replace(TASK, task=3))
    assert not may(link, Permit.CONTROL, own)


def test_only_the_one_who_has_the_function_hands_a_task_over() -> None:
    owner = Person(5, EMAIL, functions=frozenset({"Ekonomichefen"}))
    handed = replace(TASK, delegate=NOBODY.id)
    assert may(owner, Permit.HAND_OVER, handed)
    assert not may(NOBODY, Permit.HAND_OVER, handed)
    link = Link(1, EMAIL, frozenset({7}), person=8)
    assert may(link, Permit.HAND_OVER, TASK)
    assert may(link, Permit.HAND_OVER, handed)
    assert not may(link, Permit.HAND_OVER, replace(TASK, delegate=8))
    assert not may(link, Permit.HAND_OVER, replace(TASK, task=9))


def test_what_happens_is_registered_by_the_function_that_answers_it() -> None:
    owner = Person(5, EMAIL, functions=frozenset({"Ekonomichefen"}))
    waits = Subject("ks", owner="Ekonomichefen")
    assert may(owner, Permit.REGISTER, waits)
    assert not may(owner, Permit.REGISTER, replace(waits, owner="It-chefen"))
    link = Link(1, EMAIL, frozenset({7}), functions=frozenset({"Ekonomichefen"}))
    assert may(link, Permit.REGISTER, waits)
    assert not may(link, Permit.ANSWER, waits)
    assert not may(link, Permit.REGISTER, replace(waits, owner="It-chefen"))
    assert not may(link, Permit.REGISTER, replace(waits, owner=""))
    assert not may(replace(link, functions=frozenset()), Permit.REGISTER, waits)
