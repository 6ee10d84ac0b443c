"""One table with a risk and its control on each row, as most municipalities have their plan.

A risk with several controls stands in cells that are merged, left empty below, or repeated. What the
table leaves to its reader (which rows are of one risk, what a control is called) is read only in the
way that nobody would read otherwise, and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from icengine.domain.node import Node, Place
from icengine.domain.plan import Treatment
from icengine.intake.columns import ACTIONS, CONTROLS, EXAMPLE, RISKS, TABLES, Column
from icengine.intake.grid import Sheet
from icengine.intake.heads import NUMBER, SENTENCE, flat_heads, folded
from icengine.intake.rows import Handed, Row, column_named, columns_of, find_head, one_row
from icengine.intake.sentences import Sentences, short

Key = tuple[str, str]
"""(sheet, key): where a column of the flat table belongs."""
FEWEST = 3
"""Heads that make a sheet a table of ours."""
TELLING = ("titel", "kontrollmoment", "kontrollmål", "metod", "urval", "frekvens")
"""Keys that make a row a control; an ansvarig alone does not."""


@dataclass
class Entry:
    """A risk with what is done about it, on its way to the plan."""

    row: Row
    controls: list[Row] = field(default_factory=list)
    actions: list[Row] = field(default_factory=list)


def column_of(key: Key) -> Column:
    """Our column for one of the flat table."""
    return column_named(next(table for table in TABLES if table.name == key[0]), key[1])


def heads_known(sheet: Sheet) -> int:
    """How many heads of such a table the sheet has."""
    head = find_head(sheet, flat_heads())
    return len(set(head[1].values())) if head else 0


def is_flat(sheet: Sheet) -> bool:
    """Does the sheet look like such a table?"""
    return heads_known(sheet) >= FEWEST


def read_flat(handed: Handed, sheet: Sheet) -> list[Entry]:
    """The risks of the table with their controls and direktåtgärder."""
    known = flat_heads()
    head = find_head(sheet, known)
    assert head is not None
    sheet = _spread(sheet, head[0])
    columns = columns_of(handed, sheet, *head, known, lambda key: column_of(key).head)
    handed.columns[sheet.name] = {key for _, key in columns.values()}
    reading = _Flat(handed, sheet, columns)
    for number in range(head[0] + 1, len(sheet.rows)):
        reading.take(number)
    reading.finish()
    return reading.entries


def _spread(sheet: Sheet, head: int) -> Sheet:
    """The sheet where a cell that is merged downwards stands on each of its rows."""
    rows = [list(row) for row in sheet.rows]
    for top, left, bottom, _ in sheet.merged:
        if top > head and left < len(rows[0]):
            for number in range(top + 1, min(bottom + 1, len(rows))):
                rows[number][left] = (
                    rows[top][left] if rows[number][left] == "" else rows[number][left]
                )
    return Sheet(sheet.name, rows, sheet.hidden)


class _Flat:
    """The reading of one table, row by row."""

    def __init__(self, handed: Handed, sheet: Sheet, columns: Mapping[int, Key]) -> None:
        self.handed, self.sheet = handed, sheet
        self.entries: list[Entry] = []
        self.by_name: dict[str, Entry] = {}
        self.last: Entry | None = None
        self.area: Node | None = None
        self.sentences = Sentences(handed)
        self.parts = {
            name: {n: column_of(key) for n, key in columns.items() if key[0] == name}
            for name in (RISKS.name, CONTROLS.name, ACTIONS.name)
        }
        keys = set(columns.values())
        self.numbers_risks = (RISKS.name, SENTENCE) in keys and not self._numbers_rows()

    def _numbers_rows(self) -> bool:
        """Does the running number differ from row to row, so that it numbers the controls?"""
        at = next((n for n, c in self.parts[CONTROLS.name].items() if c.key == NUMBER), None)
        if at is None:
            return True
        given = [str(row[at]) for row in self.sheet.rows if at < len(row) and row[at] != ""]
        return len(set(given)) == len(given) and self._each_row_has(at)

    def _each_row_has(self, at: int) -> bool:
        what = [n for n, c in self.parts[CONTROLS.name].items() if c.key == "kontrollmoment"]
        rows = [row for row in self.sheet.rows if any(row[n] != "" for n in what if n < len(row))]
        return all(row[at] != "" for row in rows)

    def take(self, number: int) -> None:
        """One row of the table."""
        risk, control, action = (
            one_row(self.handed, self.sheet, number, self.parts[name])
            for name in (RISKS.name, CONTROLS.name, ACTIONS.name)
        )
        first = risk or control or action
        if first is None:
            return
        if control and EXAMPLE in (control.text("id"), control.text(NUMBER)):
            self.handed.note(first.place, "raden är ett exempel och läses inte")
            return
        beside = control
        control = self._numbered(control, risk) if control else None
        acts = action is not None and bool(action.text("åtgärd"))
        entry = self._entry(risk, control or action, first)
        if control:
            self.sentences.title(control, "kontrollmoment", "Kontrollmoment")
            entry.controls.append(control)
        if action and acts:
            entry.actions.append(self._answered(action, beside))
        elif action:
            self.handed.wrong(action.place, "raden har ett klart-datum eller en ansvarig men ingen åtgärd",
                              "skriv åtgärden, eller töm cellen")  # fmt: skip
        if beside and not control and not acts:
            self.sentences.say(
                "uppgifter om en kontroll på en rad utan kontroll läses inte", beside.place
            )

    def _numbered(self, control: Row, risk: Row | None) -> Row | None:
        """The control under its id: "K1" in a column Nr is one, a bare 1 only counts the rows.

        None where nothing stands there but the number.
        """
        number = control.values.pop(NUMBER, None)
        if number is not None and isinstance(number.value, str):
            target = risk.values if risk and self.numbers_risks else control.values
            if not number.value.isdecimal() and "id" not in target:
                target["id"] = number
            elif not number.value.isdecimal():
                self.handed.note(number.place, "numret läses inte, id står i en egen kolumn")
        return control if any(control.text(key) for key in TELLING) else None

    def _entry(self, risk: Row | None, other: Row | None, first: Row) -> Entry:
        """The risk that the row is of: one that has been before, or a new one."""
        keys = [key for key in risk.values if key not in ("område", "riskvärde")] if risk else []
        if risk is None or not any(risk.text(key) for key in keys):
            area = risk.text("område") if risk else ""
            if self.last and self._may_name() and area in ("", self.last.row.text("område")):
                self.sentences.say("rader där risken är tom hör till risken ovanför", first.place)
                return self.last
            return self._begin(self._unnamed(risk, other or first))
        names = _names(risk)
        there = next((self.by_name[name] for name in names[:1] if name in self.by_name), None)
        if not names and self.last and not self._differs(self.last.row, risk):
            there = self.last
        if there is None:
            there = self._begin(risk)
            for name in names:
                self.by_name.setdefault(name, there)
        else:
            self._say_differences(there.row, risk)
            for key, node in risk.values.items():  # a later row may say what the first does not
                if node.value is not None and not there.row.text(key):
                    there.row.values[key] = node
        self.last = there
        return there

    def _may_name(self) -> bool:
        """Has the table a column that says which risk it is?"""
        keys = {column.key for column in self.parts[RISKS.name].values()}
        return bool(keys & {"id", "titel", SENTENCE, "risken att"})

    def _begin(self, row: Row) -> Entry:
        self._fill_area(row)
        entry = Entry(row)
        self.entries.append(entry)
        self.last = entry
        return entry

    def _fill_area(self, row: Row) -> None:
        """An empty cell below an area is of that area."""
        node = row.values.get("område")
        if node is not None and node.value is None and self.area is not None:
            row.values["område"] = Node(node.place, self.area.value)
            self.sentences.say(
                "tomma celler i kolumnen Område läses som området ovanför", node.place
            )
        elif node is not None and node.value is not None:
            self.area = node

    def _unnamed(self, risk: Row | None, other: Row) -> Row:
        """A risk for a control of which none is described: named as the control, and not weighed."""
        values = dict(risk.values) if risk else {}
        title = other.values.get("titel")
        if title is None or title.value is None:
            title = other.values.get("kontrollmoment") or other.values.get("åtgärd")
        if title is not None and isinstance(title.value, str):
            values["titel"] = Node(title.place, short(title.value))
            self.sentences.say("kontroller utan beskriven risk har fått en risk som heter som kontrollen, utan värdering",
                      other.place)  # fmt: skip
        return Row(other.place, values)

    def _differs(self, one: Row, other: Row) -> bool:
        return any(True for _ in self._differences(one, other))

    def _differences(self, one: Row, other: Row) -> Iterable[tuple[str, Node, Node]]:
        for key, node in other.values.items():
            before = one.values.get(key)
            if (
                node.value is not None
                and before is not None
                and before.value not in (None, node.value)
            ):
                yield key, before, node

    def _say_differences(self, one: Row, other: Row) -> None:
        for key, before, node in self._differences(one, other):
            head = column_of((RISKS.name, key)).head
            self.handed.wrong(
                node.place, f"samma risk har ett annat värde i kolumnen {head} i {before.place.cell}",
                "skriv samma sak på riskens alla rader, eller ge riskerna olika id",
            )  # fmt: skip

    def _answered(self, action: Row, control: Row | None) -> Row:
        """A direktåtgärd on a row without a control is answered for by the row's ansvarig."""
        said = action.values.get("ansvarig")
        if (
            (said is None or said.value is None)
            and control is not None
            and "ansvarig" in control.values
        ):
            action.values["ansvarig"] = control.values["ansvarig"]
        return action

    def finish(self) -> None:
        """What the rows together say of each risk."""
        for entry in self.entries:
            self.sentences.risk(entry.row)
            node = entry.row.values.get("hantering")
            if node is None or node.value is None:
                self._treat(entry, node.place if node else entry.row.place)
        self.sentences.finish()

    def _treat(self, entry: Entry, place: Place) -> None:
        """A risk with a control is controlled, and one with only an åtgärd is acted on."""
        how = Treatment.CONTROL if entry.controls else Treatment.ACT_NOW if entry.actions else None
        if how is not None:
            entry.row.values["hantering"] = Node(place, str(how))
            self.sentences.say(
                f"risker med {'kontroll' if entry.controls else 'bara åtgärd'} är lästa som ”{how}”",
                place,
            )


def _names(risk: Row) -> list[str]:
    """What the rows of one risk have in common, the surest first."""
    keys = ("id", "titel", SENTENCE, "risken att")
    return [f"{key}: {folded(risk.text(key))}" for key in keys if risk.text(key)]
