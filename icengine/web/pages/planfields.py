"""Forms about the parts of a plan: a part's keys as fields, and what was typed as the part again.

A save changes the keys that were typed in and no others, so that what a file has said in its own way
stays as it is. What is typed is kept though it is wrong: the reader of files says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from icengine.domain.draft import Document
from icengine.domain.draft_entries import in_order
from icengine.domain.node import Node
from icengine.domain.text import recorded
from icengine.web.pages.fields import Choice, Field, box, without_lead

MOST_ROWS = 60
"""Rows of a list that a form can change; longer ones are changed in a file."""
MORE = 5
"""Rows that the button for more gives."""
UNKNOWN = "okant"
"""Field of the keys that no plan has."""
_ASCII = str.maketrans("åäöÅÄÖ ", "aaoAAO-")


def slug(*names: str) -> str:
    """What a key is called as a field."""
    return "-".join(names).translate(_ASCII)


@dataclass(frozen=True)
class KeyField(Field):
    """A field of a plan's part. Besides a field's kinds: function and suggest (a line with names to
    choose from), radio, and lines (a list, one a line)."""

    key: tuple[str, ...] = ()
    """The keys that lead to it in its part, or in its row."""
    rows: str = ""
    """The list that it stands in; "" outside lists."""
    row: int = 0
    """Which row of it, from 0."""
    legend: str = ""
    """What the row is called: "Tillfälle 2"."""
    known: tuple[Choice, ...] = ()
    """What can no longer be chosen, as it is said where it stands already."""

    @property
    def input(self) -> str:
        """Kind of input; a date field would hide, and lose, what it cannot show."""
        if self.kind == "date":
            return "date" if not self.value or _is_date(self.value) else "text"
        return "text"

    @property
    def shown(self) -> str:
        """What stands in it, in words."""
        if self.kind == "radio":
            return next((c.label for c in self.choices if c.value == self.value), self.value)
        return super().shown


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) and date.fromisoformat(text))
    except ValueError:
        return False


@dataclass(frozen=True)
class Item:
    """A key of a part, as a field."""

    key: tuple[str, ...]
    label: str
    kind: str = "text"
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    group: str = ""
    preset: tuple[str, ...] = ()
    """What stands in it in new rows, by row."""
    known: tuple[Choice, ...] = ()
    """What can no longer be chosen, as it is said where it stands already."""


@dataclass(frozen=True)
class Rows:
    """A list of a part, a row of fields for each entry of it."""

    key: tuple[str, ...]
    columns: tuple[Item, ...]
    legend: str
    group: str
    spare: int = 1
    """Rows to fill in beside those that are there."""
    pairs: bool = False
    """Is it a mapping, whose keys are the first column and whose values are the second?"""


@dataclass(frozen=True)
class Shape:
    """What a form asks about a part."""

    items: tuple[Item | Rows, ...]
    kept: tuple[str, ...] = ()
    """Keys of the part that the form leaves alone."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The part's keys that it asks about."""
        return tuple(dict.fromkeys(item.key[0] for item in self.items))


# -- a part as fields --


def fields_of(
    shape: Shape, entry: Document, counts: Mapping[str, int] | None = None
) -> tuple[KeyField, ...]:
    """The fields with what stands in the part; `counts` asks for that many rows of a list."""
    found: list[KeyField] = []
    for item in shape.items:
        if isinstance(item, Item):
            found.append(_field(item, _at(entry, item.key), slug(*item.key)))
        else:
            found += _row_fields(item, _entries(item, entry), counts or {})
    return (*found, *_unknown(shape, entry))


def _at(entry: Any, key: tuple[str, ...]) -> Any:
    for name in key:
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def _field(item: Item, value: Any, name: str, **more: Any) -> KeyField:
    field = KeyField(
        name, item.label, item.kind, hint=item.hint, choices=item.choices, group=item.group,
        key=item.key, known=item.known, **more,
    )  # fmt: skip
    if item.kind == "checks":
        return _checks(field, value)
    if item.kind == "lines":
        lines = value if isinstance(value, list) else []
        return replace(field, value="\n".join(str(x) for x in lines if isinstance(x, str)))
    text = value if isinstance(value, str) else ""
    if item.kind != "area":  # a browser takes the line ends out of a line
        text = _line(text)
    if item.kind == "yes":
        if text.casefold() in ("", "ja", "nej"):
            return replace(field, value="ja" if text.casefold() == "ja" else "")
        choices = (Choice("nej", "nej"), Choice("ja", "ja"))
        return _with_odd(replace(field, kind="select", value=text, choices=choices))
    if item.kind in ("select", "radio"):
        text = next((c.value for c in item.choices if c.value.casefold() == text.casefold()), text)
        return _with_odd(replace(field, value=text))
    return replace(field, value=text)


def _with_odd(field: KeyField) -> KeyField:
    """Something else than the choices stands there: it is one of them until it is changed."""
    if not field.value or field.value in {choice.value for choice in field.choices}:
        return field
    return replace(field, choices=(*field.choices, _odd(field, field.value)))


def _odd(field: KeyField, value: str) -> Choice:
    """What stands there and is none of the choices."""
    known = {choice.value.casefold(): choice for choice in field.known}
    return known.get(value.casefold()) or Choice(value, f"”{value}”")


def _checks(field: KeyField, value: Any) -> KeyField:
    listed = value if isinstance(value, list) else [value]
    texts = [line for text in listed if isinstance(text, str) and (line := _line(text))]
    by_fold = {c.value.casefold(): c.value for c in (*field.known, *field.choices)}
    chosen = [by_fold.get(text.casefold(), text) for text in texts]
    there = {choice.value for choice in field.choices}
    odd = (_odd(field, text) for text in dict.fromkeys(chosen))
    choices = (*field.choices, *(choice for choice in odd if choice.value not in there))
    return replace(field, choices=choices, chosen=frozenset(chosen))


def _entries(rows: Rows, entry: Document) -> list[Any]:
    """What the rows stand for: entries of a list, or a key and its value as two columns."""
    there = _at(entry, rows.key)
    if not rows.pairs:
        return there if isinstance(there, list) else []
    first, second = (column.key[0] for column in rows.columns)
    pairs = there.items() if isinstance(there, dict) else ()
    return [{first: key, second: value} for key, value in pairs]


def _row_fields(rows: Rows, entries: list[Any], counts: Mapping[str, int]) -> Iterator[KeyField]:
    name = slug(*rows.key)
    if len(entries) > MOST_ROWS:
        return
    blank = rows.spare if entries else max(rows.spare, *(len(c.preset) for c in rows.columns))
    count = max(counts.get(name, 0), len(entries) + blank)
    for n in range(min(count, MOST_ROWS + blank)):
        entry = entries[n] if n < len(entries) else {}
        for column in rows.columns:
            value = _at(entry, column.key)
            if n >= len(entries) and n < len(column.preset):
                value = column.preset[n]
            yield _field(
                replace(column, group=rows.group), value, f"{name}-{n + 1}-{slug(*column.key)}",
                rows=name, row=n, legend=f"{rows.legend} {n + 1}",
            )  # fmt: skip


def _unknown(shape: Shape, entry: Document) -> Iterator[KeyField]:
    """Keys that no plan has, to take out."""
    odd = [key for key in entry if key not in (*shape.keys, *shape.kept)]
    if odd:
        choices = tuple(Choice(str(n), f"Ta bort ”{key}”") for n, key in enumerate(odd))
        yield KeyField(
            UNKNOWN, "Uppgifter som ingen plan har", "checks", choices=choices,
            group="Okända uppgifter", key=tuple(odd),
            hint="De kom med från en fil. Planen kan inte antas med dem.",
        )  # fmt: skip


# -- what was typed --


def counts_of(shape: Shape, sent: Mapping[str, str]) -> dict[str, int]:
    """How many rows of each list the form had, and five more of the one that more were asked for."""
    found = {}
    for rows in shape.items:
        if isinstance(rows, Rows):
            name = slug(*rows.key)
            said = sent.get(f"rader-{name}", "")
            count = int(said) if re.fullmatch(r"\d{1,4}", said, re.ASCII) else 0
            more = MORE if sent.get("gor") == f"rader-{name}" else 0
            found[name] = min(count + more, MOST_ROWS + rows.spare)
    return found


def typed(fields: Iterable[KeyField], sent: Mapping[str, str]) -> tuple[KeyField, ...]:
    """The fields with what was sent in them, whole: no text is cut."""
    return tuple(_typed(field, sent) for field in fields)


def _typed(field: KeyField, sent: Mapping[str, str]) -> KeyField:
    if field.kind == "checks":
        chosen = (c.value for c in field.choices if box(field.name, c.value) in sent)
        return replace(field, chosen=frozenset(chosen))
    if field.kind == "yes":
        return replace(field, value="ja" if field.name in sent else "")
    if field.name not in sent:
        return field
    return _with_odd_choice(replace(field, value=_plain(field, sent[field.name])))


def _with_odd_choice(field: KeyField) -> KeyField:
    return _with_odd(field) if field.kind in ("select", "radio") else field


def _line(text: str) -> str:
    """A text as typed on one line."""
    return " ".join(recorded(text).split())


def _plain(field: Field, text: str) -> str:
    """A text as this kind of field can give it back."""
    return recorded(text) if field.kind in ("area", "lines") else _line(text)


def same(before: KeyField, after: KeyField) -> bool:
    """Was nothing typed there?"""
    if before.kind == "checks":
        return before.chosen == after.chosen
    return _plain(before, before.value) == _plain(after, after.value)


def written(
    shape: Shape, entry: Document, before: Sequence[KeyField], after: Sequence[KeyField]
) -> Document:
    """The part with what was typed, and everything else in it as it is."""
    was = {field.name: field for field in before}
    changed = {f.name for f in after if f.name not in was or not same(was[f.name], f)}
    found = {**entry}
    for item in shape.items:
        if isinstance(item, Rows):
            rows = [field for field in after if field.rows == slug(*item.key)]
            if any(field.name in changed for field in rows):
                _put(found, item.key, _rewritten(item, _entries(item, entry), rows, changed))
        elif (name := slug(*item.key)) in changed:
            _put(found, item.key, _value(next(f for f in after if f.name == name)))
    for field in after:
        if field.name == UNKNOWN:
            gone = {field.key[int(n)] for n in field.chosen}
            found = {key: value for key, value in found.items() if key not in gone}
    return in_order(found, shape.keys)


def _value(field: KeyField) -> Any:
    """What stands in a field, as a file says it; nothing for what says nothing."""
    if field.kind == "checks":
        return [c.value for c in field.choices if c.value in field.chosen]
    if field.kind == "lines":
        return [line for line in (_line(x) for x in field.value.split("\n")) if line]
    return without_lead(field.key[-1], field.value)


def _put(entry: Document, key: tuple[str, ...], value: Any) -> None:
    """Set a key, or take it out where it says nothing; so also the groups that lead to it."""
    first, *rest = key
    if rest:
        inner = dict(entry[first]) if isinstance(entry.get(first), dict) else {}
        _put(inner, tuple(rest), value)
        value = inner
    if value in ("", [], {}, None):
        entry.pop(first, None)
    else:
        entry[first] = value


def _rewritten(
    rows: Rows, entries: list[Any], fields: Sequence[KeyField], changed: set[str]
) -> Any:
    """A list with what was typed in its rows; a row in which nothing is left is gone."""
    found = []
    for n in range(max(field.row for field in fields) + 1):
        mine = [field for field in fields if field.row == n]
        there = entries[n] if n < len(entries) else None
        if there is not None and not any(field.name in changed for field in mine):
            found.append(there)
            continue
        telling = [f for f in mine if not _preset(rows, f)]
        if not any(field.value for field in telling):
            continue
        row = dict(there) if isinstance(there, dict) else {}
        for field in mine:
            if field.name in changed or there is None:
                _put(row, field.key, _value(field))
        found.append(in_order(row, [column.key[0] for column in rows.columns]))
    if not rows.pairs:
        return found
    first, second = (column.key[0] for column in rows.columns)
    return {str(row.get(first, "")): row.get(second) for row in found}


def _preset(rows: Rows, field: KeyField) -> bool:
    """Does something stand in the field before anybody writes there?"""
    return any(column.key == field.key and column.preset for column in rows.columns)


# -- what is wrong, at its field --


def places(shape: Shape, node: Node) -> dict[tuple[str, str], str]:
    """(place, missing key) -> the field where it is mended, for a part of the document."""
    found: dict[tuple[str, str], str] = {}
    for item in shape.items:
        name = slug(*item.key)
        target = f"{name}-1-{slug(*item.columns[0].key)}" if isinstance(item, Rows) else name
        holder: Node | None = node
        for key in item.key:
            if holder is not None:
                found.setdefault((holder.place.cell, key), target)
                holder = holder.get(key)
                if holder is not None:
                    found.setdefault((holder.place.cell, ""), target)
        if isinstance(item, Rows) and holder is not None:
            _row_places(item, holder, name, found)
    return found


def _row_places(rows: Rows, node: Node, name: str, found: dict[tuple[str, str], str]) -> None:
    children = [child for _, child in node.items()] if rows.pairs else node.children()
    for n, child in enumerate(children, 1):
        # In a mapping the value alone has a place of its own: its key is the first column.
        told = f"{name}-{n}-{slug(*rows.columns[1 if rows.pairs else 0].key)}"
        found[child.place.cell, ""] = told
        for column in rows.columns:
            field = f"{name}-{n}-{slug(*column.key)}"
            found[child.place.cell, column.key[0]] = field
            inner = child.get(column.key[0])
            if inner is not None:
                found[inner.place.cell, ""] = field
