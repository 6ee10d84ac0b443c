"""What differs between two organisations, in lines that a reader of the log understands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import TypeVar

from icengine.domain.calendar import swedish_date
from icengine.domain.people import Grant, Holding, Move, Organisation, Unit
from icengine.domain.report_layout import SECTIONS, Layout, layout_of
from icengine.domain.report_model import ReportKind
from icengine.domain.scale import Level, RiskScale
from icengine.domain.words import capital, listed

T = TypeVar("T")


@dataclass(frozen=True)
class Change:
    """One thing that differs, in Swedish."""

    what: str
    """ "Ekonomichefen: innehavare"."""
    before: str
    """As it was; "" for what is new."""
    after: str
    """As it is; "" for what is gone."""

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.what}: {self.before} → {self.after}"
        return f"{self.what}: {self.after or f'{self.before} (tas bort)'}"


def difference(before: Organisation, after: Organisation) -> tuple[Change, ...]:
    """Every difference; () exactly where the two are equal."""
    names = _Names(before, after)
    found = [
        *_settings(before, after),
        *_units(before, after, names),
        *_functions(before, after, names),
        *_grants(before, after, names),
        *_claims(before, after, names),
    ]
    if not found and before != after:
        found.append(Change("Ordningen i listorna", "", "en annan"))
    return tuple(found)


class _Names:
    """What units are called in lines about others: as they are now, with id where two are alike."""

    def __init__(self, before: Organisation, after: Organisation) -> None:
        self._units = {unit.id: unit.name for unit in (*before.units, *after.units)}
        self._count = Counter(self._units.values())

    def __call__(self, id: str) -> str:
        name = self._units.get(id, id)
        return f"{name} ({id})" if self._count[name] > 1 else name


def first_and_last(start: date | None, end: date | None) -> str:
    """A time in words: "från 1 mars 2026"; "" for one without an end or a beginning."""
    if start and end:
        return f"{swedish_date(start)}–{swedish_date(end)}"
    if start:
        return f"från {swedish_date(start)}"
    return f"till {swedish_date(end)}" if end else ""


def _compared(what: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(what, before, after)


def _settings(before: Organisation, after: Organisation) -> Iterator[Change]:
    yield from _compared("Organisationens namn", before.name, after.name)
    yield from _compared("Färgen", before.accent, after.accent)
    yield from _compared("Kontakten", before.contact, after.contact)
    domains = ", ".join(before.mail_domains), ", ".join(after.mail_domains)
    yield from _compared("E-postdomänerna", *domains)
    yield from _compared("Påminnelser", *(item.reminders.said for item in (before, after)))
    readers = ("ja" if item.second_reader else "nej" for item in (before, after))
    yield from _compared("Andra läsare av grönt på hög risk", *readers)
    labels = dict(before.labels), dict(after.labels)
    for word in dict.fromkeys([*labels[0], *labels[1]]):
        yield from _compared(f"Ordet {word}", *(words.get(word, word) for words in labels))
        forms = (_forms(item, word) for item in (before, after))
        if word in dict(before.forms) or word in dict(after.forms):
            yield from _compared(f"Ordet {word}, böjt", *forms)
    if before.ratings != after.ratings:
        levels = [_words(item.ratings.levels) for item in (before, after)]
        yield from _scale("Bedömningsskalan", *levels)
    yield from scale_changes(before.risk_scale, after.risk_scale)
    for kind in SECTIONS:
        own = (layout_of(item.reports, kind) for item in (before, after))
        yield from _layout(kind, *own)
    words = dict(before.verdicts), dict(after.verdicts)
    for verdict in dict.fromkeys([*words[0], *words[1]]):
        yield from _compared(f"Omdömet {verdict}", *(own.get(verdict, verdict) for own in words))


def _layout(kind: ReportKind, before: Layout, after: Layout) -> Iterator[Change]:
    what = f"Rapporten {kind}"
    yield from _compared(f"{what}, ordning", ", ".join(before.order), ", ".join(after.order))
    yield from _compared(
        f"{what}, avsnitt som är utelämnade", ", ".join(before.off), ", ".join(after.off)
    )
    for name in dict.fromkeys([id for id, _ in (*before.texts, *after.texts)]):
        said = SECTIONS[kind].get(name, name)
        yield from _compared(f"{what}, egen text i ”{said}”", before.text(name), after.text(name))


def _forms(organisation: Organisation, word: str) -> str:
    said = organisation.vocabulary(word)
    return f"{said.article} {said.one}, {said.definite}, {said.several}, {said.definite_several}"


def scale_changes(before: RiskScale, after: RiskScale) -> Iterator[Change]:
    """What differs between two risk scales: size, each step, each cell."""
    if before == after:
        return
    found = [
        *_compared("Riskskalan", *(_size(scale) for scale in (before, after))),
        *_steps("sannolikhet", _meant(before, True), _meant(after, True)),
        *_steps("konsekvens", _meant(before, False), _meant(after, False)),
        *_cells(before, after),
    ]
    if before.levels != after.levels and not any(change.what == "Riskskalan" for change in found):
        found.append(Change("Riskskalans zoner", "", "samma ord, men ändrade i övrigt"))
    yield from found


def _size(scale: RiskScale) -> str:
    return f"{len(scale.likelihood)} × {len(scale.consequence)} rutor, {_words(scale.levels)}"


def _meant(scale: RiskScale, likelihood: bool) -> list[str]:
    """The steps of an axis: "Trolig: någon gång om året"."""
    words, meanings = (
        (scale.likelihood, scale.likelihood_meanings)
        if likelihood
        else (scale.consequence, scale.consequence_meanings)
    )
    pairs = zip(words, meanings or [""] * len(words), strict=True)
    return [f"{word}: {meant}" if meant else word for word, meant in pairs]


def _steps(axis: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for n, (one, other) in enumerate(zip_longest(before, after, fillvalue=""), 1):
        yield from _compared(f"Riskskalan, {axis} {n}", one, other)


def _cells(before: RiskScale, after: RiskScale) -> Iterator[Change]:
    """Cells that are in both and have another zone."""
    for s, (one, other) in enumerate(zip(before.zones, after.zones, strict=False), 1):
        for k in range(1, min(len(one), len(other)) + 1):
            words = before.zone(s, k).word, after.zone(s, k).word
            yield from _compared(f"Riskskalan, sannolikhet {s} och konsekvens {k}", *words)


def _scale(what: str, before: str, after: str) -> Iterator[Change]:
    """A scale that differs, also where it does not in what is said about it."""
    same = "samma ord, men ändrad i övrigt"
    yield Change(what, before, after if before != after else same)


def _words(levels: Iterable[Level]) -> str:
    return ", ".join(level.word for level in levels)


def _units(before: Organisation, after: Organisation, names: _Names) -> Iterator[Change]:
    old = {unit.id: unit for unit in before.units}
    new = {unit.id: unit for unit in after.units}
    for id in dict.fromkeys([*old, *new]):
        if id not in new:
            yield Change(f"Enheten {id}", _unit(old[id], names), "")
        elif id not in old:
            yield Change(f"Enheten {id}", "", _unit(new[id], names))
        elif old[id] != new[id]:
            parts = _parts(old[id], names), _parts(new[id], names)
            for part in parts[0]:
                yield from _compared(f"{names(id)}: {part}", parts[0][part], parts[1][part])


def _unit(unit: Unit, names: _Names) -> str:
    """A unit in one line: "Barnnämnden, nämnd under Kommunen från 1 januari 2026"."""
    under = f"under {names(unit.parent)}" if unit.parent else ""
    head = " ".join(filter(None, (str(unit.kind), under, first_and_last(unit.start, unit.end))))
    parts = _parts(unit, names)
    shown = ("föregångare", "egen myndighet", "släpper in roller ovanifrån", "flyttar")
    rest = [parts[key] if key == "flyttar" else f"{key} {parts[key]}" for key in shown
            if parts[key] not in ("", "nej", "inte")]  # fmt: skip
    return ", ".join([unit.name, head, *rest])


def _parts(unit: Unit, names: _Names) -> dict[str, str]:
    """What a unit is, part by part."""
    return {
        "namn": unit.name,
        "slag": str(unit.kind),
        "under": names(unit.parent),
        "första dag": swedish_date(unit.start) if unit.start else "",
        "sista dag": swedish_date(unit.end) if unit.end else "",
        "föregångare": ", ".join(names(id) for id in unit.predecessors),
        "egen myndighet": "ja" if unit.own_authority else "nej",
        "släpper in roller ovanifrån": listed(list(unit.admits)) or "inte",
        "flyttar": ", ".join(_move(move, names) for move in unit.moves),
    }


def _move(move: Move, names: _Names) -> str:
    return f"under {names(move.parent)} från {swedish_date(move.start)}"


def _functions(before: Organisation, after: Organisation, names: _Names) -> Iterator[Change]:
    old = {function.name: function for function in before.functions}
    new = {function.name: function for function in after.functions}
    for name in dict.fromkeys([*old, *new]):
        one, other = old.get(name), new.get(name)
        yield from _compared(
            f"{name}: enhet" if one and other else f"Funktionen {name}",
            f"vid {names(one.unit)}" if one else "",
            f"vid {names(other.unit)}" if other else "",
        )
        holders = [item.holders if item else () for item in (one, other)]
        yield from _compared(f"{name}: innehavare", *(_holders(all, False) for all in holders))
        yield from _compared(f"{name}: ersättare", *(_holders(all, True) for all in holders))


def _holders(holders: Iterable[Holding], substitute: bool) -> str:
    return ", ".join(
        f"{item.email} {first_and_last(item.start, item.end)}".strip()
        for item in holders
        if item.substitute is substitute
    )


def _grants(before: Organisation, after: Organisation, names: _Names) -> Iterator[Change]:
    def key(grant: Grant) -> str:
        return f"{capital(str(grant.role))} vid {names(grant.unit)}"

    yield from _gone_and_new(before.grants, after.grants, key, _who)


def _who(grant: Grant) -> str:
    return f"{grant.email or grant.function} {first_and_last(grant.start, grant.end)}".strip()


def _claims(before: Organisation, after: Organisation, names: _Names) -> Iterator[Change]:
    yield from _gone_and_new(
        before.claims,
        after.claims,
        lambda claim: f"Kontorollen {claim.value}",
        lambda claim: f"{claim.role} vid {names(claim.unit)}",
    )


def _gone_and_new(
    before: Sequence[T],
    after: Sequence[T],
    key: Callable[[T], str],
    said: Callable[[T], str],
) -> Iterator[Change]:
    """Entries of a list that are gone or new, those with one key in one line."""
    gone = [item for item in before if item not in after]
    new = [item for item in after if item not in before]
    for what in dict.fromkeys(map(key, [*gone, *new])):
        sides = [", ".join(said(i) for i in items if key(i) == what) for items in (gone, new)]
        yield from _compared(what, *sides)
