"""Scales as written in files: levels of bedömning, the risk matrix, thresholds of a measured control."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from icengine.domain.node import Node, Problem, nearest
from icengine.domain.reading import COLOUR, Fields, Unique
from icengine.domain.scale import DEFAULT_RISKS, Level, Measure, RatingScale, RiskScale, Threshold
from icengine.domain.text import recorded

SYMBOLS = ("●", "▲", "◆", "■", "○")
"""Shapes that the shipped fonts have and that can be told apart in grey."""

LEVEL_KEYS = (
    "id", "ord", "symbol", "färg", "kort", "betydelse", "kräver åtgärd", "utanför ordningen",
)  # fmt: skip
STEPS = (3, 6)
"""Least and most steps of an axis of the risk matrix."""
RISK_KEYS = ("sannolikhet", "konsekvens", "zoner", "nivåer")
MEASURE_KEYS = ("del", "helhet", "mål procent", "gränser")
THRESHOLD_KEYS = ("minst", "bedömning")


def read_ratings(fields: Fields, key: str, default: RatingScale) -> RatingScale:
    """A bedömningsskala: levels best first, and exactly one outside the order (vit)."""
    nodes = fields.children(key)
    if not nodes:
        return default
    levels = _levels(nodes, fields.problems)
    ranked = [level for level in levels if level.rank is not None]
    if len(ranked) < 2 or len(levels) - len(ranked) != 1:
        fields.wrong(
            nodes[0],
            f"{key} ska ha minst två nivåer i ordning och en utanför ordningen",
            "märk nivån för det som inte kan bedömas med utanför ordningen: ja",
        )
        return default
    return RatingScale(tuple(levels))


def _levels(nodes: tuple[Node, ...], problems: list[Problem]) -> list[Level]:
    levels: list[Level] = []
    ids, symbols = Unique("nivån", problems), Unique("symbolen", problems)
    for node in nodes:
        fields = Fields(node, "nivån", LEVEL_KEYS, problems)
        id, symbol, colour = fields.id(), fields.line("symbol", required=True), fields.line("färg")
        ids.add(id, node)
        symbols.add(symbol, node)
        if symbol and symbol not in SYMBOLS:
            fields.wrong(node, f"symbolen ”{symbol}” finns inte", "välj en av " + " ".join(SYMBOLS))
        if not COLOUR.fullmatch(colour):
            fields.wrong(
                node, f"färgen ”{colour}” går inte att läsa", "skriv till exempel ”#62AE7F”"
            )
        outside = fields.yes("utanför ordningen")
        level = Level(
            id=id,
            word=fields.line("ord", required=True),
            symbol=symbol,
            colour=colour.upper() if COLOUR.fullmatch(colour) else "#FFFFFF",
            short=fields.line("kort"),
            meaning=fields.line("betydelse"),
            rank=None if outside else sum(1 for lv in levels if lv.rank is not None),
            needs_action=fields.yes("kräver åtgärd"),
        )
        levels.append(level)
    return levels


def read_risk_scale(fields: Fields, key: str, default: RiskScale) -> RiskScale:
    """A riskskala: words per step, the zones worst first, and the map with the highest row on top."""
    node = fields.node.get(key)
    if node is None or node.value is None:
        return default
    inner = Fields(node, "riskskalan", RISK_KEYS, fields.problems)
    likelihood, likelihood_meanings = _steps(inner, "sannolikhet")
    consequence, consequence_meanings = _steps(inner, "konsekvens")
    nodes = inner.children("nivåer")
    levels = tuple(_levels(nodes, fields.problems)) if nodes else default.levels
    rows = tuple(tuple(row.split()) for row in inner.words("zoner", required=True))
    known = {level.id for level in levels}
    if len(rows) != len(likelihood) or any(len(row) != len(consequence) for row in rows):
        inner.wrong(
            inner.node.get("zoner") or node,
            f"zoner ska ha {len(likelihood)} rader med {len(consequence)} ord på varje",
            "översta raden är den högsta sannolikheten",
        )
        return default
    for id in sorted({id for row in rows for id in row} - known):
        hint = nearest(id, sorted(known)) or "en av: " + ", ".join(sorted(known))
        inner.wrong(inner.node.get("zoner") or node, f"okänd zon ”{id}”", hint)
        return default
    return RiskScale(
        likelihood, consequence, tuple(reversed(rows)), levels,
        likelihood_meanings, consequence_meanings,
    )  # fmt: skip


def _steps(fields: Fields, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of an axis and what they mean: "Trolig", or "Trolig: någon gång om året"."""
    words, meanings = [], []
    nodes = fields.children(key, required=True)
    for node in nodes:
        pair = next(node.items(), None)
        word, meant = pair if pair else (node.value, None)
        if not isinstance(word, str) or not word.strip() or len(dict(node.items())) > 1:
            fields.wrong(node, f"{key} ska vara en lista av ord", "skriv ordet, eller ordet: vad det betyder")  # fmt: skip
            continue
        said = meant.value if meant and isinstance(meant.value, str) else ""
        words.append(" ".join(recorded(word).split()))
        meanings.append(" ".join(recorded(said).split()))
    if nodes and not STEPS[0] <= len(nodes) <= STEPS[1]:
        fields.wrong(fields.node.get(key) or fields.node, f"{key} har {len(nodes)} steg",
                     f"{STEPS[0]}–{STEPS[1]} steg")  # fmt: skip
    return tuple(words), tuple(meanings) if any(meanings) else ()


def read_measure(fields: Fields, key: str, ratings: RatingScale) -> Measure | None:
    """How a measured control counts; None where it is not measured."""
    node = fields.node.get(key)
    if node is None or node.value is None:
        return None
    inner = Fields(node, "mätningen", MEASURE_KEYS, fields.problems)
    before = len(fields.problems)
    thresholds = _read_thresholds(inner, ratings)
    whole = len(fields.problems) == before
    falling = all(a.least > b.least for a, b in pairwise(thresholds))
    if whole and thresholds and (not falling or thresholds[-1].least != 0):
        inner.wrong(
            inner.node.get("gränser") or node,
            "gränserna ska falla från rad till rad och sluta på 0",
            "skriv den högsta gränsen först",
        )
    return Measure(
        part=inner.line("del", required=True),
        whole=inner.line("helhet", required=True),
        goal=_percent(inner, "mål procent"),
        thresholds=tuple(thresholds),
    )


def _read_thresholds(measure: Fields, ratings: RatingScale) -> list[Threshold]:
    """From what figure each level is proposed, as written; every level once, never vit."""
    thresholds = []
    levels = Unique("gränsen för nivån", measure.problems)
    for child in measure.children("gränser", required=True):
        row = Fields(child, "gränsen", THRESHOLD_KEYS, measure.problems)
        least = _percent(row, "minst", required=True)
        level = row.named(
            "bedömning",
            lambda name: name if name in ratings.ids else None,
            ratings.ids,
            "nivå",
            required=True,
        )
        place = child.get("bedömning") or child
        if level in ratings.ids:
            levels.add(level, place)
            if ratings.level(level).rank is None:
                hint = "välj en nivå som ligger i ordningen"
                row.wrong(place, f"”{level}” kan inte föreslås av ett mätvärde", hint)
        thresholds.append(Threshold(least or Decimal(0), level))
    return thresholds


def _percent(fields: Fields, key: str, *, required: bool = False) -> Decimal | None:
    text = fields.line(key, required=required)
    if not text:
        return None
    if not re.fullmatch(r"\d{1,4}([.,]\d{1,2})?", text, re.ASCII):
        node = fields.node.get(key) or fields.node
        fields.wrong(node, f"{key} är ”{text}”", "ett tal i procent, till exempel 90 eller 99,5")
        return None
    return Decimal(text.replace(",", "."))


# -- as written --


def levels_document(levels: Sequence[Level]) -> list[dict[str, Any]]:
    """Levels under their file's keys."""
    return [
        said(
            {
                "id": level.id,
                "ord": level.word,
                "symbol": level.symbol,
                "färg": level.colour,
                "kort": level.short,
                "betydelse": level.meaning,
                "kräver åtgärd": yes(level.needs_action),
                "utanför ordningen": yes(level.rank is None),
            }
        )
        for level in levels
    ]


def risk_scale_document(scale: RiskScale) -> dict[str, Any]:
    """A risk matrix under its file's keys."""
    return said(
        {
            "sannolikhet": _steps_document(scale.likelihood, scale.likelihood_meanings),
            "konsekvens": _steps_document(scale.consequence, scale.consequence_meanings),
            "zoner": [" ".join(row) for row in reversed(scale.zones)],
            "nivåer": [] if scale.levels == DEFAULT_RISKS.levels else levels_document(scale.levels),
        }
    )


def _steps_document(words: Sequence[str], meanings: Sequence[str]) -> list[Any]:
    pairs = zip(words, meanings or [""] * len(words), strict=True)
    return [{word: meant} if meant else word for word, meant in pairs]


def measure_document(measure: Measure) -> dict[str, Any]:
    """How a measured control counts, under its file's keys."""
    return said(
        {
            "del": measure.part,
            "helhet": measure.whole,
            "mål procent": _percentage(measure.goal) if measure.goal is not None else None,
            "gränser": [
                {"minst": _percentage(one.least), "bedömning": one.level}
                for one in measure.thresholds
            ],
        }
    )


def _percentage(value: Decimal) -> int | str:
    """90, or "99,5"."""
    whole = int(value)
    return whole if value == whole else str(value.normalize()).replace(".", ",")


def said(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what says nothing."""
    return {key: value for key, value in document.items() if value not in ("", None, [], {})}


def yes(value: bool) -> str:
    """ "ja", or nothing."""
    return "ja" if value else ""
