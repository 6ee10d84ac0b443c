"""Organisations of every kind that the reader takes, for properties."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from icengine.domain.labels import LABELS, Word, declined
from icengine.domain.people import (
    GIVEN_ROLES,
    Admission,
    ClaimGrant,
    Function,
    Grant,
    Holding,
    Move,
    Organisation,
    Unit,
    UnitKind,
)
from icengine.domain.scale import DEFAULT_RATINGS, DEFAULT_RISKS, Level, RatingScale, RiskScale
from icengine.domain.scale_document import SYMBOLS
from icengine.domain.text import recorded

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
EMAILS = st.sampled_from(
    ["a@kommun.example", "b.c@kommun.example", "d_1@bolag.example", "e+f@bolag.example"]
)


def _line(text: str) -> str:
    return " ".join(recorded(text).split())


LINES = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
    .map(_line)
    .filter(lambda text: text != "" and _line(text) == text and "@" not in text)
)
COLOURS = st.from_regex(r"\A#[0-9A-F]{6}\Z")


@st.composite
def times(draw: st.DrawFn) -> tuple[date | None, date | None]:
    """A time with or without ends."""
    first, last = sorted((draw(DAYS), draw(DAYS)))
    return draw(st.sampled_from([(None, None), (first, None), (None, last), (first, last)]))


@st.composite
def units(draw: st.DrawFn) -> tuple[Unit, ...]:
    """Units that last, in a tree; and below them units that come, move, end and follow others."""
    found = [Unit("topp", draw(LINES), UnitKind.MUNICIPALITY)]
    for n in range(draw(st.integers(0, 3))):
        own = draw(st.booleans())
        admits = draw(st.lists(st.sampled_from(list(Admission)), unique=True)) if own else []
        above = draw(st.sampled_from(found)).id
        kind = draw(st.sampled_from(list(UnitKind)))
        found.append(
            Unit(f"n{n}", draw(LINES), kind, above, own_authority=own, admits=tuple(admits))
        )
    lasting, passing = [unit.id for unit in found], st.sampled_from([unit.id for unit in found])
    for n in range(draw(st.integers(0, 4))):
        start, end = draw(times())
        before = [unit.id for unit in found if unit.end and start and unit.end < start]
        chosen = draw(st.lists(st.sampled_from(before), unique=True)) if before else []
        earliest = (start or date(1990, 1, 1)) + timedelta(days=1)
        moves = sorted(draw(st.sets(DAYS, max_size=3)))
        found.append(
            Unit(
                f"Å.{n}_x",
                draw(LINES),
                draw(st.sampled_from(list(UnitKind))),
                draw(passing),
                start,
                end,
                tuple(chosen),
                moves=tuple(
                    Move(draw(st.sampled_from(lasting)), day)
                    for day in moves
                    if earliest <= day <= (end or date.max)
                ),
            )
        )
    return tuple(found)


@st.composite
def functions(draw: st.DrawFn, ids: list[str]) -> tuple[Function, ...]:
    """Functions, each held by some, one after the other or at once, and by substitutes."""
    names = draw(st.lists(LINES, min_size=1, max_size=4, unique_by=lambda name: name.casefold()))
    found = []
    for name in names:
        holders = [Holding(email, *draw(times())) for email in draw(st.lists(EMAILS, unique=True))]
        if holders and (end := holders[0].end) is not None:
            holders.append(Holding(holders[0].email, end + timedelta(days=1)))
        for email in draw(st.lists(EMAILS, unique=True, max_size=2)):
            start, end = sorted((draw(DAYS), draw(DAYS)))
            holders.append(Holding(email, start, end, substitute=True))
        order = draw(st.permutations(holders))
        found.append(Function(name, draw(st.sampled_from(ids)), tuple(order)))
    return tuple(found)


@st.composite
def levels(draw: st.DrawFn, outside: int, ranked: int) -> tuple[Level, ...]:
    """Levels of a scale as files write them: ranked in their order, some outside it."""
    places = draw(st.permutations([True] * outside + [False] * ranked))
    symbols = draw(st.permutations(SYMBOLS))
    found: list[Level] = []
    for n, out in enumerate(places):
        rank = None if out else sum(level.rank is not None for level in found)
        found.append(
            Level(
                f"nivå-{n}",
                draw(LINES),
                symbols[n],
                draw(COLOURS),
                draw(LINES | st.just("")),
                draw(LINES | st.just("")),
                rank,
                draw(st.booleans()),
            )
        )
    return tuple(found)


@st.composite
def risk_scales(draw: st.DrawFn) -> RiskScale:
    """A matrix of any size, with the engine's own zones or others."""
    zones = draw(
        st.just(DEFAULT_RISKS.levels) | levels(draw(st.integers(0, 2)), draw(st.integers(1, 3)))
    )
    words = st.lists(LINES, min_size=3, max_size=6)
    rows, columns = draw(words), draw(words)
    meanings = [
        draw(st.just(()) | st.just(tuple(f"betyder {n}" for n, _ in enumerate(axis))))
        for axis in (rows, columns)
    ]
    cell = st.sampled_from([level.id for level in zones])
    cells = tuple(tuple(draw(cell) for _ in columns) for _ in rows)
    return RiskScale(tuple(rows), tuple(columns), cells, zones, *meanings)


NAMES = st.from_regex(r"\A[a-zåäöéA-ZÅÄÖ]{1,12}([ -][a-zåäö]{1,12})?\Z")
WORDS = st.sampled_from(
    [declined(one) for one in ("granskning", "IK-plan", "insats", "målområde", "förslag")]
) | st.builds(Word, NAMES, NAMES, NAMES, NAMES, st.sampled_from(["en", "ett"]))
"""Words that follow from their endings, and words with forms of their own."""


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """A whole organisation that the reader takes."""
    tree = draw(units())
    ids = [unit.id for unit in tree]
    held = draw(functions(ids))
    names = [function.name for function in held]
    role, unit = st.sampled_from(GIVEN_ROLES), st.sampled_from(ids)
    who = st.tuples(EMAILS, st.just("")) | st.tuples(st.just(""), st.sampled_from(names))
    grants = draw(st.lists(st.tuples(role, unit, who), unique=True, max_size=5))
    claims = draw(st.lists(st.builds(ClaimGrant, LINES, role, unit), unique=True, max_size=3))
    own = draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=3))
    said = [(word, draw(WORDS)) for word in own]
    ratings = st.builds(RatingScale, levels(1, draw(st.integers(2, 4))))
    return Organisation(
        name=draw(LINES),
        mail_domains=("kommun.example", "bolag.example"),
        contact=draw(st.sampled_from(names)),
        units=tree,
        functions=held,
        ratings=draw(st.just(DEFAULT_RATINGS) | ratings),
        risk_scale=draw(st.just(DEFAULT_RISKS) | risk_scales()),
        accent=draw(st.just(Organisation.accent) | COLOURS),
        grants=tuple(Grant(r, u, *w, *draw(times())) for r, u, w in grants),
        claims=tuple(claims),
        labels=tuple((word, its.one) for word, its in said),
        forms=tuple((word, its) for word, its in said if its != declined(its.one)),
    )
