"""The forms about a plan's parts: what stands in a part, in fields; and what was typed, as the part."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icengine.domain.document import read_so_far
from icengine.domain.draft import Document, Draft, DraftState
from icengine.domain.draft_entries import Kind, entry_of, named
from icengine.domain.node import Place, Problem, as_node, plain
from icengine.domain.people import UnitKind
from icengine.services.planwriting import PlanDesk, facts
from icengine.web.pages.fields import box
from icengine.web.pages.plancalendar import draft_calendar
from icengine.web.pages.planfields import (
    KeyField,
    Shape,
    counts_of,
    fields_of,
    typed,
    written,
)
from icengine.web.pages.planproblems import problems_of
from icengine.web.pages.planshapes import plan_shape, shape_of
from icengine.web.pages.planview import draft_view
from icengine.web.pages.planwords import said
from tests.domain.plan_documents import FUNCTIONS, UNITS, plan_documents
from tests.domain.test_plan_document import ORGANISATION

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def desk_of(document: Document) -> PlanDesk:
    """A draft with that in it, for somebody who may change it."""
    document = plain(as_node(document))
    draft = Draft("ks-2026", "ks", 2026, 1, 1, DraftState.DRAFT, document, NOW, "system:test")
    node = as_node(document, "utkastet")
    plan, problems = read_so_far(node, ORGANISATION)
    return PlanDesk(draft, node, plan, tuple(problems), ORGANISATION, True, True)


def parts_of(desk: PlanDesk) -> list[tuple[Shape, Document]]:
    """Everything that has a form."""
    found = [(plan_shape(desk), facts(desk.document))]
    for kind in Kind:
        for name in named(desk.document, kind):
            entry = entry_of(desk.document, kind, name)
            if entry is not None:
                found.append((shape_of(desk, kind), entry))
    return found


def browser_sends(fields: tuple[KeyField, ...]) -> dict[str, str]:
    """What a browser sends of a form that nobody has touched."""
    sent: dict[str, str] = {}
    for field in fields:
        if field.kind == "checks":
            sent |= {box(field.name, value): "ja" for value in field.chosen}
        elif field.kind == "yes":
            sent |= {field.name: "ja"} if field.value else {}
        elif field.kind == "radio":
            sent |= {field.name: field.value} if field.value else {}
        elif field.kind in ("area", "lines"):
            sent[field.name] = re.sub(r"\r\n|\r|\n", "\r\n", field.value)
        else:
            sent[field.name] = re.sub(r"[\r\n]", "", field.value)
    return sent


def untouched(shape: Shape, entry: Document) -> Document:
    """The part after its form was saved as it stood."""
    fields = fields_of(shape, entry)
    sent = browser_sends(fields)
    before = fields_of(shape, entry, counts_of(shape, sent))
    return written(shape, entry, before, typed(before, sent))


@given(plan_documents())
def test_a_form_saved_as_it_stands_changes_nothing(document: Document) -> None:
    desk = desk_of(document)
    for shape, entry in parts_of(desk):
        assert untouched(shape, entry) == entry


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.sampled_from(["ja", "NEJ", "kanske", "7", "2026-02-30", "20260101", "a\r\nb", " x "]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "å", "från", "namn"]), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(plan_documents(), st.data())
def test_nor_does_it_where_what_stands_there_is_nothing_a_plan_could_say(
    document: Document, data: st.DataObject
) -> None:
    document = plain(as_node(document))
    for holder in (document, *document["risker"], *(document["risker"][0].get("kontroller") or ())):
        for key in data.draw(st.lists(st.sampled_from(sorted(holder)), max_size=3)):
            if key not in ("risker", "kontroller"):
                holder[key] = data.draw(JUNK)
        holder["okänd"] = data.draw(JUNK)
    desk = desk_of(document)
    for shape, entry in parts_of(desk):
        assert untouched(shape, entry) == entry
    view = draft_view(desk, [], NOW)
    assert view.count == len(desk.problems)
    assert draft_calendar(desk).key == "ks-2026"
    assert sum(map(len, problems_of(desk).at.values())) + len(problems_of(desk).plan) == len(
        desk.problems
    )


@given(plan_documents())
def test_a_part_written_from_nothing_says_the_same(document: Document) -> None:
    desk = desk_of(_in_form_order(document))
    for shape, entry in parts_of(desk):
        kept = {key: value for key, value in entry.items() if key in shape.kept}
        target = fields_of(shape, entry)
        counts = {f.rows: f.row + 1 for f in target if f.rows}
        blank = fields_of(shape, kept, counts)
        after = typed(blank, browser_sends(target))
        made = written(shape, kept, blank, after)
        assert read_alone(desk, made, entry) == read_alone(desk, entry, entry)


def _in_form_order(document: Document) -> Document:
    """The kinds of units in the order of the form: it means nothing, and a form cannot keep it."""
    for risk in document["risker"]:
        for control in risk.get("kontroller", []):
            if "slag" in control.get("gemensam", {}):
                kinds = control["gemensam"]["slag"]
                control["gemensam"] |= {"slag": [str(k) for k in UnitKind if str(k) in kinds]}
    return document


def read_alone(desk: PlanDesk, entry: Document, instead_of: Document) -> Any:
    """The plan with an entry in the place of another."""

    def swapped(value: Any) -> Any:
        if value == instead_of:
            return entry
        if isinstance(value, dict):
            return {key: swapped(inner) for key, inner in value.items()}
        return [swapped(inner) for inner in value] if isinstance(value, list) else value

    document = swapped(desk.document)
    if instead_of == facts(desk.document):
        document = {**desk.document, **entry}
    return read_so_far(as_node(document), ORGANISATION)


def field_named(fields: tuple[KeyField, ...], name: str) -> KeyField:
    return next(field for field in fields if field.name == name)


def change(shape: Shape, entry: Document, **values: str) -> Document:
    """The part after somebody typed something into its form."""
    before = fields_of(shape, entry)
    sent = browser_sends(before) | {k.replace("_", "-"): v for k, v in values.items()}
    return written(shape, entry, before, typed(before, sent))


CONTROL = {
    "id": "K1", "titel": "Avtalstrohet", "kontrollmoment": "Köp", "metod": "Läs", "frekvens": "mars",
    "ansvarig": FUNCTIONS[0],
}  # fmt: skip


def control_desk(**more: Any) -> tuple[PlanDesk, Shape, Document]:
    risk = {"id": "R1", "område": "Ekonomi", "titel": "Köp", "hantering": "granskning",
            "kontroller": [CONTROL | more]}  # fmt: skip
    desk = desk_of({"enhet": UNITS[1], "år": 2026, "upprättad av": FUNCTIONS[1], "risker": [risk]})
    entry = entry_of(desk.document, Kind.CONTROL, "K1")
    assert entry is not None
    return desk, shape_of(desk, Kind.CONTROL), entry


def test_a_row_that_is_emptied_is_gone_and_the_others_stay() -> None:
    days = [{"från": "2026-03-02", "namn": "första"}, {"från": "2026-05-04", "märklig": "x"}]
    _, shape, entry = control_desk(tillfällen=days)
    after = change(shape, entry, tillfallen_1_fran="", tillfallen_1_namn="")
    assert after["tillfällen"] == days[1:]
    assert "tillfällen" not in change(shape, control_desk(tillfällen=days[:1])[2],
                                      tillfallen_1_fran="", tillfallen_1_namn="")  # fmt: skip


def test_what_is_no_date_is_kept_and_the_reader_says_so_at_its_field() -> None:
    desk, shape, entry = control_desk()
    after = change(shape, entry, tillfallen_1_fran="i mars")
    assert after["tillfällen"] == [{"från": "i mars"}]
    desk, _, _ = control_desk(tillfällen=after["tillfällen"])
    (wrong,) = problems_of(desk).of(Kind.CONTROL, "K1")
    assert wrong.field == "tillfallen-1-fran"
    assert "”i mars”" in wrong.text


def test_what_is_missing_is_said_at_the_field_that_it_is_missing_in() -> None:
    desk, _, _ = control_desk(
        metod="", mätning={"helhet": "x"}, gemensam={"ansvariga": {"ks": "Någon"}}
    )
    fields = {wrong.field for wrong in problems_of(desk).of(Kind.CONTROL, "K1")}
    assert {"metod", "matning-del", "matning-granser-1-minst", "gemensam-slag"} & fields >= {"metod", "matning-del"}  # fmt: skip
    assert "gemensam-ansvariga-1-funktion" in fields
    assert "" not in fields


def test_a_key_that_no_plan_has_can_be_taken_out() -> None:
    desk, shape, entry = control_desk(frekvans="mars")
    assert "okant" in {wrong.field for wrong in problems_of(desk).of(Kind.CONTROL, "K1")}
    assert "frekvans" not in change(shape, entry, okant_0="ja")


def test_a_text_longer_than_any_plan_has_is_kept_whole() -> None:
    _, shape, entry = control_desk()
    after = change(shape, entry, metod="å" * 30_000)
    assert len(after["metod"]) == 30_000
    assert untouched(shape, after) == after


def test_a_protected_control_says_how_much_is_wrong_and_not_what() -> None:
    desk, _, _ = control_desk(skyddad="ja", ansvarig="Hemlige chefen", godkännare="Ännu hemligare")
    hidden = replace(desk, sees_protected=False)
    (wrong,) = problems_of(hidden).of(Kind.CONTROL, "K1")
    assert wrong.text == "Två saker att rätta i den här kontrollen."
    assert wrong.address == ""


@pytest.mark.parametrize(
    ("message", "hint", "key", "label", "text"),
    [
        ("kontrollen K1 saknar titel", "skriv titel: …", "titel", "Kort namn", "Kort namn saknas."),
        ("mätningen saknar del", "skriv del: …", "del", "Vad räknas?", "”Vad räknas?” saknas."),
        ("”R 1” kan inte vara id", "bokstäver och siffror", "id", "Riskens nummer",
         "”R 1” kan inte vara nummer. Bokstäver och siffror."),
        ("”x” säger inte hur ofta", "menade du ”tertialvis”?", "frekvens", "Hur ofta?",
         "”x” säger inte hur ofta. Menade du ”tertialvis”?"),
        ("gränser ska vara en lista, men är en text", "börja raden med -", "gränser", "Gräns",
         "Gräns går inte att läsa. Skriv det på nytt."),
        ("titel är 300 tecken lång", "högst 200 tecken", "titel", "Kort namn",
         "Kort namn är 300 tecken lång. Högst 200 tecken."),
        ("okänd nyckel ”färg” i risken", "kända nycklar: id", "", "",
         "”färg” är inget som planen har plats för."),
    ],
)  # fmt: skip
def test_a_problem_is_said_in_the_words_of_the_form_and_not_of_files(
    message: str, hint: str, key: str, label: str, text: str
) -> None:
    assert said(Problem(Place("x"), message, hint), key, label) == text


def test_lists_that_are_parts_of_their_own_are_asked_for_without_the_words_of_files() -> None:
    hint = "en lista, en rad per post som börjar med -"
    wrong = Problem(Place("x"), "risken R1 saknar kontroller", hint, "kontroller")
    assert said(wrong) == "Risken behöver minst en kontroll, eller en annan hantering."


def test_a_unit_that_has_ended_can_be_chosen_no_more_and_says_so_where_it_is_chosen() -> None:
    ended = replace(ORGANISATION.units[2], end=date(2025, 3, 31))
    organisation = replace(ORGANISATION, units=(*ORGANISATION.units[:2], ended))
    desk = replace(desk_of({"enhet": "ks", "år": "2026"}), organisation=organisation)
    shape = shape_of(desk, Kind.CONTROL)

    def units(entry: Document) -> list[str]:
        (field,) = (f for f in fields_of(shape, entry) if f.name == "gemensam-enheter")
        return [choice.label for choice in field.choices]

    assert units({}) == ["Exempelby kommun", "Kommunstyrelsen"]
    chosen = units({"gemensam": {"enheter": ["bun"]}})
    assert chosen[-1] == "Barn- och utbildningsnämnden (upphörde 31 mars 2025)"
