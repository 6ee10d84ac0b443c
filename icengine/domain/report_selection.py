"""The selection (urval) for a coming plan: what goes to it, by rule or decided, with its reasons."""

from __future__ import annotations

from icengine.domain.assessment import Yearly
from icengine.domain.carry_over import Candidate, Left, Reason
from icengine.domain.plan import Control
from icengine.domain.report_decided import CONTROLLER
from icengine.domain.report_extent import NO_EVENT
from icengine.domain.report_findings import SEPARATELY, Findings
from icengine.domain.report_model import Block, Cell, Column, Section, Table, Text
from icengine.domain.text import Rich, one_line, paragraphs
from icengine.domain.words import capital, counted, listed, many, number, sentence


def selection(found: Findings) -> Section:
    """What goes to each coming plan, what returns by itself, and what does not go on."""
    carried, control = found.carried, found.word("kontrollmoment")
    columns = (
        Column(f"Risk eller {control.one}", 5.4),
        Column("Bedömning", 3.65),
        Column("Skäl", 6.4),
    )
    blocks: list[Block] = [Text(_selection_intro(found))]
    for year in carried.years:
        if entries := carried.to(year):
            rows = tuple(_selected_row(found, entry) for entry in entries)
            id = "urval" if year == carried.years[0] else f"urval-{year}"
            caption = f"Går till urvalet för plan {year}, med skäl."
            blocks.append(Table(id, columns, rows, caption))
    if carried.mandatory:
        rows = tuple(_mandatory_row(found, entry) for entry in carried.mandatory)
        why = (Column(control.title, 5.4), Column("Varför", 10.05))
        caption = f"Obligatoriska {control.several}, som återkommer av sig själva."
        blocks.append(Table("obligatoriska", why, rows, caption))
    if carried.stays:
        rows = tuple(_stays_row(found, entry) for entry in carried.stays)
        blocks.append(Table("forsinte", columns, rows, "Förs inte vidare, med skäl."))
    return Section("urval", selection_title(found), tuple(blocks))


def selection_title(found: Findings) -> str:
    """ "Urval till plan 2024", "Urval till plan 2023 och 2024"."""
    return f"Urval till plan {listed([str(year) for year in found.carried.years])}"


def selection_sentence(found: Findings) -> str:
    """ "Sex risker och kontrollmoment går till urvalet för plan 2024", without a full stop; of two
    plans "Två risker går till urvalet för plan 2023 och en risk till urvalet för plan 2024"."""
    first, *rest = found.carried.years
    said = [f"{capital(_amount(found, first))} går till urvalet för plan {first}"]
    said += [f"{_amount(found, year)} till urvalet för plan {year}" for year in rest]
    return listed(said)


def _amount(found: Findings, year: int) -> str:
    """ "sex risker och kontrollmoment", "en risk", "två kontrollmoment"."""
    controls, word = {control.id for _, control in found.controls}, found.word("kontrollmoment")
    chosen = found.carried.to(year)
    of_controls = sum(1 for entry in chosen if entry.id in controls)
    of_risks = len(chosen) - of_controls
    if not of_risks:
        return word.count(of_controls)
    if not of_controls:
        return many(of_risks, "risk", "risker")
    return f"{counted(len(chosen))} risker och {word.several}"


def _selection_intro(found: Findings) -> Rich:
    carried, control = found.carried, found.word("kontrollmoment")
    whole = all_decided(found)
    rule = (
        f"{'Enligt regeln går det' if whole else 'Till urvalet går det'} som inte är utan "
        f"anmärkning, inte är genomfört, har {_open(found)} eller har följts upp utan "
        f"{control.one}{' till urvalet' if whole else ''}. {_who_decided(found)}Urvalet är ett "
        "underlag: vad som kommer med i planen avgörs när den görs."
    )
    if not carried.selected:
        return f"Inget går till urvalet för plan {carried.proposed_year}. {rule}"
    said = f"{selection_sentence(found)}."
    n = len(carried.mandatory)
    if n:
        one = control.fits("obligatorisk", "obligatoriskt")
        what = many(n, f"{one} {control.one}", f"obligatoriska {control.several}", control.article)
        said += f" {capital(what)} återkommer varje år och står för sig."
    return f"{said} {rule}"


def all_decided(found: Findings) -> bool:
    """Has the controller decided about everything that is asked?"""
    asked = [entry for entry in found.carried.candidates if entry.is_asked]
    return bool(asked) and all(entry.decided for entry in asked)


def _who_decided(found: Findings) -> str:
    """Who has decided the selection, as a sentence with its space; "" where it is the rule's alone."""
    if all_decided(found):
        return f"Vad som går dit är beslutat av {CONTROLLER}. "
    if any(entry.decided for entry in found.carried.candidates):
        return f"Det som {CONTROLLER} har beslutat är märkt; resten är förslag enligt regeln. "
    return ""


def _selected_row(found: Findings, entry: Candidate) -> tuple[Cell, ...]:
    return _row(found, entry, " ".join(why_it_goes(found, entry)))


def _stays_row(found: Findings, entry: Candidate) -> tuple[Cell, ...]:
    return _row(found, entry, why_it_stays(found, entry))


def _row(found: Findings, entry: Candidate, by_rule: Rich) -> tuple[Cell, ...]:
    control = _control(found, entry.id)
    name, level = Cell(found.subject_name(entry.id)), Cell()
    if control is not None:
        level = Cell(mark=found.yearlies[control.id].level)
        if control.protected:
            return name, level, Cell(f"{SEPARATELY}.")
    said = _decided(found, entry, by_rule)
    if control is not None and entry.mandatory:
        fits = found.word("kontrollmoment").fits
        it = fits("själv, som obligatorisk", "självt, som obligatoriskt")
        said = _joined(said, f"Återkommer också av sig {it}.")
    return name, level, Cell(said)


def _decided(found: Findings, entry: Candidate, by_rule: Rich) -> Rich:
    """The controller's reason where they gave one, the rule's otherwise, and that it is decided.

    Where all is decided and nothing more is said of this one, that stands over the table.
    """
    if entry.decided is None or (not entry.own and all_decided(found)):
        return by_rule
    mark = f"Beslutat av {CONTROLLER}."
    if reason := one_line(entry.decided.reason):
        return f"{sentence(reason)} {mark}"
    if entry.decided.year != entry.proposed:
        return f"{mark} Det följde förslaget, som har ändrats sedan dess."
    return _joined(by_rule, mark)


def _joined(text: Rich, more: str) -> Rich:
    """The text with one sentence more."""
    if isinstance(text, str):
        return f"{text} {more}".strip()
    return (*text, more)


def _open(found: Findings, n: int = 1) -> str:
    """ "en öppen åtgärd", "två öppna åtgärder"."""
    word = found.word("åtgärd")
    one = f"{word.fits('öppen', 'öppet')} {word.one}"
    return many(n, one, f"öppna {word.several}", word.article)


def why_it_goes(found: Findings, entry: Candidate) -> tuple[str, ...]:
    """Why the rule sends it to the selection, in sentences; () where it does not."""
    control = _control(found, entry.id)
    if control is not None:
        return tuple(_reason(reason, found, control) for reason in entry.reasons)
    words = {
        Reason.NO_CONTROL: f"Har följts upp utan {found.word('kontrollmoment').one}.",
        Reason.OPEN_ACTION: f"Har {_open(found)}.",
    }
    return tuple(words[reason] for reason in entry.reasons)


def _reason(reason: Reason, found: Findings, control: Control) -> str:
    """The reason in words; the level itself stands beside it."""
    year = found.yearlies[control.id]
    if reason is Reason.NOT_GREEN:
        best = found.plan.ratings.best.word.lower()
        return f"Bedömningen är inte ”{best}”."
    if reason is Reason.NOT_DONE:
        if year.done == 0:
            return "Kontrollen är inte genomförd."
        rest = f" {capital(counted(year.waiting))} återstår." if year.waiting else ""
        return f"Genomfört {number(year.done)} av {number(year.planned)} tillfällen.{rest}"
    if reason is Reason.NOT_RELEVANT:
        what = "Det som var registrerat utgår" if year.cancelled else NO_EVENT.rstrip(".")
        return f"{what}, och kontrollen är därför inte prövad."
    own = [a for a in found.open_actions() if a.subject in {control.id, control.replaces} - {""}]
    return f"Har {_open(found, len(own))}."


def _mandatory_row(found: Findings, entry: Candidate) -> tuple[Cell, ...]:
    control = found.plan.control(entry.id)[1]
    if control.protected:
        return Cell(found.name(control)), Cell(f"{SEPARATELY}.")
    said = returns_by_itself(entry)
    if entry.year:
        said += " Står även i urvalet ovan."
    return Cell(found.name(control)), Cell(said)


def returns_by_itself(entry: Candidate) -> str:
    """That a mandatory control returns, and by which rule."""
    return f"Återkommer varje år enligt {one_line(entry.mandatory).rstrip('.')}."


def why_it_stays(found: Findings, entry: Candidate) -> Rich:
    """Why the rule does not send it on; "" where it does."""
    if entry.left is None:
        return ""
    control, word = _control(found, entry.id), found.word("kontrollmoment")
    if control is not None:
        return _control_stays(found, entry.left, found.yearlies[control.id])
    if entry.left is Left.THROUGH_CONTROLS:
        return f"Följs genom sina {word.several}."
    risk = next(r for r in found.plan.risks if r.id == entry.id)
    reason, acts = sentence(one_line(risk.reason)), found.word("åtgärd")
    nothing = f"{capital(acts.none)} är {acts.fits('öppen', 'öppet')}."
    said: dict[Left, Rich] = {
        Left.ACCEPTED: f"Risken är accepterad. {reason}".strip(),
        Left.ACTED: "Direktåtgärderna är klara."
        if len(risk.actions) > 1
        else "Direktåtgärden är klar.",
        Left.NO_ACTION: paragraphs(reason) or nothing,
    }
    return said[entry.left]


def _control_stays(found: Findings, left: Left, year: Yearly) -> str:
    if left is Left.CANCELLED:
        return "Kontrollen utgår."
    if left is not Left.WAITING:
        done = found.word("kontrollmoment").fits("Genomförd", "Genomfört")
        return f"{done} och utan öppna {found.word('åtgärd').several}."
    if not year.done:
        return "Återstår att genomföra."
    times = many(year.waiting, "tillfälle", "tillfällen", "ett")
    return f"Hittills utan anmärkning. {capital(times)} återstår."


def _control(found: Findings, id: str) -> Control | None:
    return next((control for _, control in found.controls if control.id == id), None)
