"""Ways to spoil what is right: a file as text, the same file as a tree, a form, a setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from icengine.domain.node import Node, Place

HOSTILE = st.sampled_from(
    """~ "" '' [] {} [[]] {a:b} - : # & * ! | > % @ ` ? ja nej null 0 -1 1e9 0x10 00 1,5 100.01 ٣ ²
    2022-02-30 2022-13-01 0000-00-00 9999-12-31 10000-01-01 1900 2000 2100 2101 ks barn rod vit KS
    K3 kommunen kommunstyrelsen Ekonomichefen controller@kommun.example a@b =?x?= <b> ../.. %00
    #0B5A67 #0b5a6 mars maj–mars september–november vartannat löpande varje vecka 53 30/2 31/12
    ● ▲ öppnar: under: id: kontroller: frekvens: titel: risker: \ud83d\ude00""".split()  # noqa: SIM905 - a list of 90 strings is no easier to read
).map(lambda word: word.encode("utf-16", "surrogatepass").decode("utf-16"))
LONG = st.builds(lambda text, n: text * n, st.sampled_from(["9", "å", "mars ", "e\u0316\u0301"]),
                 st.sampled_from([50, 301, 2000, 20_001]))  # fmt: skip
WORDS = st.text(max_size=30) | HOSTILE | LONG
"""What may stand where something else should."""


@st.composite
def spoiled_text(draw: Any, whole: str) -> str:
    """The file with a few of its rows changed, moved, cut, or said in another way."""
    rows = whole.split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(rows) - 1))
        row = rows[at]
        key, colon, _ = row.partition(": ")
        match draw(st.integers(0, 8)):
            case 0:
                rows[at] = f"{key}{colon or ': '}{draw(WORDS)}"
            case 1:
                rows[at : at + draw(st.integers(1, 9))] = [""]
            case 2:
                rows.insert(draw(st.integers(0, len(rows))), row)
            case 3:
                rows[at] = " " * draw(st.integers(0, 9)) + row.lstrip()
            case 4:
                rows[at] = draw(WORDS)
            case 5:
                place = draw(st.integers(0, len(row)))
                rows[at] = row[:place] + draw(WORDS) + row[place:]
            case 6:
                rows = rows[: at + 1]
            case 7:
                other = draw(st.integers(0, len(rows) - 1))
                rows[at], rows[other] = rows[other], row
            case _:
                rows[at] = row.replace(": ", draw(st.sampled_from([":", ": - ", ":\n", ": |\n"])))
    return "\n".join(rows)


def _scalar(place: Place) -> st.SearchStrategy[Node]:
    return st.builds(lambda value: Node(place, value), WORDS | st.none())


def _any_node(place: Place, parts: list[Node]) -> st.SearchStrategy[Node]:
    """A node of any kind: a text, nothing, empty, or a piece of the same file."""
    return st.one_of(
        _scalar(place),
        st.sampled_from([Node(place, ()), Node(place, {})]),
        st.sampled_from(parts),
        st.lists(_scalar(place), max_size=4).map(lambda nodes: Node(place, tuple(nodes))),
        st.dictionaries(WORDS, _scalar(place), max_size=3).map(
            lambda entries: Node(place, entries, dict.fromkeys(entries, place))
        ),
    )


def _parts(node: Node) -> list[Node]:
    """The node and every node in it."""
    inside = [*node.children(), *(child for _, child in node.items())]
    return [node, *(part for child in inside for part in _parts(child))]


@st.composite
def spoiled_node(draw: Any, whole: Node) -> Node:
    """The tree with a few of its nodes replaced, moved, renamed or taken out."""
    parts = _parts(whole)
    for _ in range(draw(st.integers(1, 5))):
        whole = draw(_spoiled(whole, parts))
    return whole


@st.composite
def _spoiled(draw: Any, node: Node, parts: list[Node]) -> Node:
    if isinstance(node.value, str) or not node.value or draw(st.integers(0, 9)) == 0:
        return draw(_any_node(node.place, parts))
    if isinstance(node.value, Mapping):
        return draw(_spoiled_mapping(node, dict(node.value), parts))
    children = list(node.value)
    at = draw(st.integers(0, len(children) - 1))
    match draw(st.integers(0, 5)):
        case 0:
            del children[at]
        case 1:
            children.insert(at, children[draw(st.integers(0, len(children) - 1))])
        case _:
            children[at] = draw(_spoiled(children[at], parts))
    return Node(node.place, tuple(children))


@st.composite
def _spoiled_mapping(draw: Any, node: Node, entries: dict[str, Node], parts: list[Node]) -> Node:
    key = draw(st.sampled_from(sorted(entries)))
    match draw(st.integers(0, 6)):
        case 0:
            del entries[key]
        case 1:
            entries[draw(WORDS | st.just(key.upper()))] = entries.pop(key)
        case 2:
            entries[key] = draw(_any_node(node.place, parts))
        case _:
            entries[key] = draw(_spoiled(entries[key], parts))
    return Node(
        node.place, entries, {name: node.key_places.get(name, node.place) for name in entries}
    )


FREQUENCY_WORDS = st.sampled_from(
    """en två 2 3 6 12 31 53 99999 gång gånger ggr per i om / år året kvartal månad tertial vecka
    varje var varannan tredje 3:e mars oktober februari jan jul – - och , : ( ) . ; & + senast före
    innan under mellan från till och med t.o.m. fr o m tidig sen våren höst slutet början av 2025
    2026 2027 1899 efter löpande vid behov händelse bokslut delår delårsrapport 1 helår årsskiftet
    vintern 2026/2027 med start vartannat vart Q2 T1 v. v H2 2026-09-15 2026-09 30/4 29/2 minst högst
    ca nästa jämna udda årligen kvartalsvis mandatperiod redovisas rapporteras enligt plan inte
    eller mellandagarna hela skottår halvår dagligen arbetsdag första sista måndagen""".split()  # noqa: SIM905
)


@st.composite
def frequency_text(draw: Any) -> str:
    """Words that frequencies are made of, with gaps and noise between."""
    gaps = st.sampled_from([" ", " ", " ", "", "\u00a0", "\n", ", ", "–", "/"])
    pieces = draw(st.lists(FREQUENCY_WORDS | FREQUENCY_WORDS | st.text(max_size=4), max_size=14))
    return "".join(f"{piece}{draw(gaps)}" for piece in pieces)
