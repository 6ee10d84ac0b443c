"""Plan documents of every kind, for properties that hold of all plans: what a controller may write."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from hypothesis import strategies as st

from icengine.domain.plan import Combine, Treatment

FUNCTIONS = ("Controllern", "Ekonomichefen", "Personalchefen", "IT-chefen")
"""Functions of the example organisation in `organisations.py`."""
UNITS = ("kommun", "ks", "bun", "bolaget")
FREQUENCIES = (
    "1 gång per år", "varje tertial", "varje månad", "april och oktober", "löpande", "vid behov",
    "senast 30 september", "februari, augusti och januari året efter", "2 gånger per år",
)  # fmt: skip

_ODD = st.sampled_from(
    [
        "=SUMMA(A1)",
        "+46 8 123",
        "-",
        "@någon",
        "ja",
        "nej",
        "null",
        "2026-01-01",
        "12",
        "1,5",
        "'a",
        "# nej",
        "a: b",
        "- a",
        "å ä ö É 😀",
        '"citat"',
        "a\tb",
        "[1]",
        "{}",
        "%",
        "*",
        "&x",
        "!y",
        "_x000D_",
        "TRUE",
        "#REF!",
        "1e5",
        "<b>&amp;",
    ]
)
_ANY = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


def _fit(text: str) -> bool:
    return bool(text.strip()) and unicodedata.is_normalized("NFC", text)


LINES = st.one_of(_ODD, _ANY).map(lambda text: " ".join(text.split())).filter(_fit)
"""Names and titles."""
TEXTS = st.one_of(LINES, st.lists(st.one_of(LINES, st.just("")), min_size=2, max_size=4).map("\n".join)).filter(_fit)  # fmt: skip
"""Texts, of several lines too."""
CLAUSES = TEXTS.filter(lambda text: text.replace(".", "").strip() != "")
"""What may happen: more than a full stop."""
DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


def _mapping(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:  # fmt: skip
    return st.fixed_dictionaries(required, optional=optional)


_WEIGHTS = st.one_of(
    st.just({}),
    _mapping({"sannolikhet": st.integers(1, 4), "konsekvens": st.integers(1, 4)}, {}),
    _mapping(
        {
            key: st.integers(1, 4)
            for key in ("sannolikhet", "konsekvens", "sannolikhet före", "konsekvens före")
        },
        {"befintliga åtgärder": TEXTS},
    ),
)
_YES = st.just("ja")
_FUNCTION = st.sampled_from(FUNCTIONS)


@st.composite
def assessments(draw: st.DrawFn, id: str) -> dict[str, Any]:
    """A risk as it was weighed."""
    found = draw(
        _mapping(
            {"id": st.just(id), "område": st.sampled_from(["Ekonomi", "Medarbetare"]),
             "titel": LINES, "risken att": CLAUSES},
            {"på grund av": TEXTS, "vilket kan leda till": TEXTS, "perspektiv": LINES,
             "kategori": LINES, "riskägare": _FUNCTION, "oegentligheter": _YES, "bedömd": DAYS,
             "bedömd av": LINES, "ersätter": st.just("R-gammal")},
        )
    )  # fmt: skip
    return found | draw(_WEIGHTS)


_THRESHOLDS = st.just(
    [{"minst": "99,5", "bedömning": "gron"}, {"minst": 75, "bedömning": "gul"},
     {"minst": 0, "bedömning": "rod"}]
)  # fmt: skip
_WINDOWS = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(
    lambda months: [
        {
            "namn": f"omgång {m}",
            "från": date(2026, m, 3),
            "till": date(2026, m, 14),
            "öppnar": date(2026, m, 4),
            "senast": date(2026, m, 20),
        }
        for m in months
    ]
)
_SHARED = st.one_of(
    _mapping(
        {"slag": st.lists(st.sampled_from(["nämnd", "bolag"]), min_size=1, unique=True)},
        {"under": st.just("kommun"), "ansvariga": st.just({"bun": "Personalchefen"})},
    ),
    st.just({"enheter": ["ks", "bun"]}),
)


@st.composite
def controls(draw: st.DrawFn, id: str) -> dict[str, Any]:
    """A control with any of its keys."""
    return draw(
        _mapping(
            {"id": st.just(id), "titel": LINES, "kontrollmoment": TEXTS, "metod": TEXTS,
             "frekvens": st.sampled_from(FREQUENCIES), "ansvarig": _FUNCTION},
            {"kontrollmål": TEXTS, "urval": TEXTS, "tillfällen": _WINDOWS, "utförare": _FUNCTION,
             "processägare": _FUNCTION, "godkännare": _FUNCTION, "mål": TEXTS,
             "mätning": _mapping({"del": LINES, "helhet": LINES, "gränser": _THRESHOLDS},
                                 {"mål procent": st.sampled_from([90, "92,5"])}),
             "flera tillfällen": st.sampled_from([str(c) for c in Combine]),
             "obligatorisk enligt": LINES, "klass": LINES, "gemensam": _SHARED, "skyddad": _YES,
             "kräver inloggning": _YES, "ersätter": st.just("K-gammal"),
             "öppnar dagar före": st.integers(1, 60),
             "redovisas arbetsdagar efter": st.integers(0, 20)},
        )
    )  # fmt: skip


@st.composite
def risks(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A risk with what is done about it."""
    found = draw(assessments(f"R{number}"))
    how = draw(st.sampled_from(Treatment))
    found["hantering"] = str(how)
    if how is Treatment.CONTROL:
        ids = [f"K{number}.{n}" for n in range(1, draw(st.integers(1, 3)) + 1)]
        found["kontroller"] = [draw(controls(id)) for id in ids]
    if how in (Treatment.ACCEPT, Treatment.FOLLOW_UP):
        found["skäl"] = draw(TEXTS)
    if how is Treatment.ACT_NOW:
        found["direktåtgärder"] = [
            {
                "id": f"D{number}",
                "åtgärd": draw(TEXTS),
                "ansvarig": draw(_FUNCTION),
                "klart": draw(DAYS),
            }
        ]
    return found


@st.composite
def plan_documents(draw: st.DrawFn) -> dict[str, Any]:
    """A whole plan for 2026, right in every way."""
    found = draw(
        _mapping(
            {"enhet": st.sampled_from(UNITS), "år": st.just(2026), "upprättad av": _FUNCTION},
            {"titel": LINES, "riktlinje": LINES, "urval till": st.sampled_from([2027, 2028]),
             "processområden": st.just(["Medarbetare", "Ekonomi"]),
             "perioder": st.just({"budgetberedningen": "september–oktober"}),
             "löpande redovisas": st.just("kvartalsvis"),
             "öppnar dagar före": st.integers(1, 60),
             "redovisas arbetsdagar efter": st.integers(0, 20)},
        )
    )  # fmt: skip
    count = draw(st.integers(1, 4))
    found["risker"] = [draw(risks(n)) for n in range(1, count + 1)]
    left = draw(st.integers(0, 2))
    if left:
        found["utelämnade risker"] = [
            {**draw(assessments(f"U{n}")), "skäl": draw(TEXTS)} for n in range(1, left + 1)
        ]
    return found
