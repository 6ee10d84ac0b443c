"""How often, read back as dates: what whoever writes a control is told."""

from __future__ import annotations

from icengine.domain.document import read_control_alone
from icengine.domain.node import as_node
from icengine.domain.readback import Readback, read_back
from tests.domain.test_plan_document import ORGANISATION


def read(text: str, year: int = 2026, **more: object) -> Readback:
    plan = {"enhet": "ks", "år": year}
    control = {"id": "K1", "frekvens": text, **more}
    found, problems = read_control_alone(as_node(plan), as_node(control), ORGANISATION)
    return read_back(found, problems, year)


def test_a_text_is_read_back_as_the_last_days_to_answer() -> None:
    assert read("tertialvis").summary == (
        "Tre tillfällen: sista dagarna att svara är 30 april, 31 augusti och 30 december."
    )
    assert read("en gång i mars").summary == "Ett tillfälle: sista dagen att svara är 31 mars."


def test_a_day_that_is_moved_for_a_holiday_is_said() -> None:
    assert read("tertialvis").notes == (
        "31 december är nyårsafton, så sista dagen blir onsdag 30 december.",
    )
    assert read("januari").notes == (
        "31 januari är en lördag, så sista dagen blir fredag 30 januari.",
    )


def test_july_is_pointed_out() -> None:
    notes = read("juli").notes
    assert notes[0] == "Juli är semestermånad. Då öppnar uppgiften för juli 2026."
    assert notes[1] == "Juli är semestermånad. Då ska svaret för juli 2026 vara inne."


def test_what_cannot_be_read_is_asked_about_in_the_readers_own_words() -> None:
    found = read("regelbundet")
    assert (found.summary, found.occasions) == ("", ())
    assert found.problems[0].message == "”regelbundet” säger inte hur ofta"
    assert read("").problems[0].message == "kontrollen K1 saknar frekvens"


def test_only_what_decides_the_dates_is_in_the_way() -> None:
    assert read("mars", ansvarig="Ingen alls").problems == ()
    assert read("mars", tillfällen=[{"från": "i går"}]).problems != ()


def test_continuous_and_event_controls_say_what_they_are() -> None:
    assert read("löpande").summary.startswith("Pågår löpande och redovisas vid tre tillfällen: ")
    assert read("vid behov").summary == "När något händer: inget bestämt datum."


def test_own_dates_go_before_the_text() -> None:
    found = read("före skolstarten", tillfällen=[{"från": "2026-08-03", "till": "2026-08-14"}])
    assert found.summary == "Ett tillfälle: sista dagen att svara är 14 augusti."
