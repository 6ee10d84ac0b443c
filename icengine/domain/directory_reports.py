"""How an organisation's reports are arranged, under `rapporter` in its file, and its words for
kommunstyrelsen's verdicts, under `omdömen`."""

from __future__ import annotations

from typing import Any

from icengine.domain.node import Node, nearest
from icengine.domain.people import Organisation
from icengine.domain.reading import TITLE, Fields
from icengine.domain.report_layout import (
    AS_IT_IS,
    LONGEST,
    PLACEHOLDERS,
    SECTIONS,
    Layout,
    Layouts,
    unknown_places,
)
from icengine.domain.scale_document import said
from icengine.domain.whole_verdicts import Verdict

LAYOUT_KEYS = ("ordning", "utan", "texter")
KINDS = {str(kind): kind for kind in SECTIONS}


def read_layouts(fields: Fields) -> Layouts:
    """Each kind of report that is arranged; () where none is."""
    node = fields.node.get("rapporter")
    if node is None or node.value is None:
        return ()
    inner = Fields(node, "rapporterna", KINDS, fields.problems)
    found = []
    for name, child in node.items() if isinstance(node.value, dict) else ():
        if name in KINDS:
            layout = _layout(Fields(child, f"rapporten {name}", LAYOUT_KEYS, inner.problems), name)
            if layout != AS_IT_IS:
                found.append((KINDS[name], layout))
    return tuple(found)


def _layout(fields: Fields, name: str) -> Layout:
    known = SECTIONS[KINDS[name]]
    order, off = (_names(fields, key, tuple(known)) for key in ("ordning", "utan"))
    return Layout(order, off, _texts(fields, tuple(known)))


def _names(fields: Fields, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    child = fields.node.get(key)
    if child is None or child.value is None:
        return ()
    found = []
    for word in fields.words(key):
        if word in known:
            found.append(word)
        else:
            hint = nearest(word, known) or f"välj bland {', '.join(known)}"
            fields.wrong(child, f"rapporten har inget avsnitt ”{word}”", hint)
    return tuple(dict.fromkeys(found))


def _texts(fields: Fields, known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    node = fields.node.get("texter")
    if node is None or node.value is None:
        return ()
    inner = Fields(node, "texterna", known, fields.problems)
    found = []
    for name, child in node.items() if isinstance(node.value, dict) else ():
        if name in known and (text := inner.text(name, longest=LONGEST)):
            _check(inner, child, text)
            found.append((name, text))
    return tuple(found)


def _check(fields: Fields, node: Node, text: str) -> None:
    for place in unknown_places(text):
        fields.wrong(node, f"{{{place}}} är ingen platshållare", place_hint(place))


def place_hint(place: str) -> str:
    """What to write in place of a placeholder that there is not."""
    return nearest(place, tuple(PLACEHOLDERS)) or f"välj bland {', '.join(PLACEHOLDERS)}"


def read_verdicts(fields: Fields) -> tuple[tuple[str, str], ...]:
    """The organisation's own words for the verdicts."""
    node = fields.node.get("omdömen")
    if node is None or node.value is None:
        return ()
    inner = Fields(node, "omdömena", tuple(Verdict), fields.problems)
    if not isinstance(node.value, dict):
        return ()
    words = ((str(verdict), inner.line(str(verdict))) for verdict in Verdict)
    return tuple((verdict, word[:TITLE]) for verdict, word in words if word)


def layouts_document(organisation: Organisation) -> dict[str, Any]:
    """The same as a file writes it; {} where all is the engine's."""
    return {
        str(kind): said(
            {"ordning": list(layout.order), "utan": list(layout.off), "texter": dict(layout.texts)}
        )
        for kind, layout in organisation.reports
    }
