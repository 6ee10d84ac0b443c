"""The scale that risks are weighed on: shown to everybody who knows the organisation, and changed by
whoever administers all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from icengine.domain.access import Permit
from icengine.domain.people import Organisation
from icengine.domain.scale import RiskScale
from icengine.domain.scale_document import STEPS
from icengine.domain.task import figure
from icengine.services import organisation as use
from icengine.web.deps import MeDep, WebDep
from icengine.web.pages.editing import DONE, Deed, Desk, desk, serve
from icengine.web.pages.fields import Choice, Field, Form, Reading, nothing_or
from icengine.web.pages.paths import RISK_SCALE
from icengine.web.pages.registerview import matrix_view

router = APIRouter()

LEAST = 3
"""Steps that the form offers at least; files may have two."""
LONGEST_WORD, LONGEST_MEANING = 40, 200
"""Characters in the word of a step, and in what it means."""
AXES = (("s", "Sannolikhet"), ("k", "Konsekvens"))
RESIZE = "storlek"
"""What the button says that asks for another number of steps."""
SIZE = "Antal steg"


@router.api_route(RISK_SCALE, methods=["GET", "HEAD"])
def shown(web: WebDep, me: MeDep, klart: str = "") -> Response:
    """The scale with its matrix and what each step means."""
    found = desk(web, me, {})
    scale = found.organisation.risk_scale
    administers = found.may(Permit.ADMINISTER, found.organisation.root.id)
    return web.visitor_page(
        "riskskala.html",
        me,
        axes=(
            ("Sannolikhet", _meant(scale.likelihood, scale.likelihood_meanings)),
            ("Konsekvens", _meant(scale.consequence, scale.consequence_meanings)),
        ),
        matrix=matrix_view(scale, ()),
        change=f"{RISK_SCALE}/andra" if administers else "",
        done=DONE.get(klart, ""),
        here="/organisation",
    )


def _meant(words: tuple[str, ...], meanings: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(words, meanings or ("",) * len(words), strict=True))


# -- changing it --


def scale_form(desk: Desk, _om: str) -> Form:
    """The scale as it is, with as many steps as the reader asks for."""
    desk.own_unit(desk.organisation.root.id)
    scale = desk.organisation.risk_scale
    sizes = tuple(_size(desk.asked, axis, stored) for axis, stored in _stored(scale))
    fields = (*_sizes(scale, sizes), *_axis_fields(scale, sizes), *_cell_fields(scale, sizes))
    lead = (
        "Gäller alla enheter, utom planer som har en egen skala. Antagna planer behåller den skala "
        "de antogs med."
    )
    return Form("Ändra riskskalan", fields, "Spara skalan", RISK_SCALE, "Riskskalan", lead,
                template="riskskala-andra.html")  # fmt: skip


def _stored(scale: RiskScale) -> tuple[tuple[str, int], ...]:
    return ("s", len(scale.likelihood)), ("k", len(scale.consequence))


def _size(asked: Mapping[str, str], axis: str, stored: int) -> int:
    """How many steps to show: as asked for, or as there are."""
    number = figure(asked.get(f"steg-{axis}", ""))
    return number if number and STEPS[0] <= number <= STEPS[1] else stored


def _sizes(scale: RiskScale, sizes: tuple[int, ...]) -> Iterator[Field]:
    for (axis, name), (_, stored), size in zip(AXES, _stored(scale), sizes, strict=True):
        least = min(LEAST, stored)
        choices = tuple(Choice(str(n), f"{n} steg") for n in range(least, STEPS[1] + 1))
        yield Field(f"steg-{axis}", name, "select", value=str(size), choices=choices, group=SIZE)


def _axis_fields(scale: RiskScale, sizes: tuple[int, ...]) -> Iterator[Field]:
    pairs = (
        _meant(scale.likelihood, scale.likelihood_meanings),
        _meant(scale.consequence, scale.consequence_meanings),
    )
    for (axis, name), size, there in zip(AXES, sizes, pairs, strict=True):
        for n in range(1, size + 1):
            word, meaning = there[n - 1] if n <= len(there) else ("", "")
            group = f"{name}, från lägst till högst"
            yield Field(f"{axis}-{n}", f"{name} {n}", value=word, group=group)
            yield Field(f"{axis}-{n}-betyder", f"{name} {n} betyder", value=meaning, group=group)


def _cell_fields(scale: RiskScale, sizes: tuple[int, ...]) -> Iterator[Field]:
    zones = nothing_or((Choice(lv.id, f"{lv.symbol} {lv.short or lv.word}") for lv in scale.levels),
                       "Välj")  # fmt: skip
    for s in range(sizes[0], 0, -1):
        for k in range(1, sizes[1] + 1):
            yield Field(f"zon-{s}-{k}", f"Sannolikhet {s}, konsekvens {k}", "select",
                        value=_nearest(scale, s, k), choices=zones)  # fmt: skip


def _nearest(scale: RiskScale, s: int, k: int) -> str:
    """The zone of a cell; of one that is new, that of the nearest cell there is."""
    row = scale.zones[min(s, len(scale.zones)) - 1]
    return row[min(k, len(row)) - 1]


def save(desk: Desk, _om: str, read: Reading) -> Deed | Form:
    """The scale as it was typed; the form with another number of steps where that was asked for."""
    if desk.asked.get("gor") == RESIZE:
        return _resized(scale_form(desk, ""), desk.asked)
    before = desk.organisation.risk_scale
    sizes = tuple(_size(desk.asked, axis, stored) for axis, stored in _stored(before))
    words, meanings = [], []
    for (axis, name), size in zip(AXES, sizes, strict=True):
        words.append(tuple(_word(read, axis, name, n) for n in range(1, size + 1)))
        said = tuple(_meaning(read, axis, n) for n in range(1, size + 1))
        meanings.append(said if any(said) else ())
    zones = tuple(
        tuple(
            read.choice(f"zon-{s}-{k}", f"Välj zon för sannolikhet {s} och konsekvens {k}.")
            for k in range(1, sizes[1] + 1)
        )
        for s in range(1, sizes[0] + 1)
    )
    scale = RiskScale(words[0], words[1], zones, before.levels, meanings[0], meanings[1])
    return Deed(use.change_risk_scale, {"scale": scale}, _scale, RISK_SCALE, "riskskala")


def _word(read: Reading, axis: str, name: str, n: int) -> str:
    word = read.line(f"{axis}-{n}", f"Skriv ett ord för {name.lower()} {n}.")
    others = [read.fields[f"{axis}-{m}"].value.casefold() for m in range(1, n)]
    if word and word.casefold() in others:
        read.wrong(f"{axis}-{n}", f"”{word[:LONGEST_WORD]}” står redan för ett annat steg.")
    if len(word) > LONGEST_WORD:
        read.wrong(f"{axis}-{n}", f"Skriv högst {LONGEST_WORD} tecken för {name.lower()} {n}.")
    return word


def _meaning(read: Reading, axis: str, n: int) -> str:
    text = read.line(f"{axis}-{n}-betyder")
    if len(text) > LONGEST_MEANING:
        read.wrong(f"{axis}-{n}-betyder", f"Skriv högst {LONGEST_MEANING} tecken.")
    return text


def _resized(form: Form, sent: Mapping[str, str]) -> Form:
    """The form with what was typed; steps and cells that are new keep what is proposed."""
    typed = form.typed(sent)
    fields = (
        new if new.name in sent else old for old, new in zip(form.fields, typed.fields, strict=True)
    )
    return replace(form, fields=tuple(fields))


def _scale(organisation: Organisation) -> object:
    return organisation.risk_scale


serve(router, f"{RISK_SCALE}/andra", scale_form, save)
