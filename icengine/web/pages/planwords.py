"""The reader's problems in the words of the forms: a field's own label, and no advice for files."""

from __future__ import annotations

import re

from icengine.domain.node import Problem
from icengine.domain.words import capital, sentence
from icengine.web.pages.planfields import Rows, Shape, slug


def labels(shape: Shape) -> dict[str, tuple[str, str]]:
    """Field -> (its key, its label); a column of a list stands under the list's name and its own."""
    found: dict[str, tuple[str, str]] = {}
    for item in shape.items:
        if isinstance(item, Rows):
            for column in item.columns:
                found[f"{slug(*item.key)}-{slug(*column.key)}"] = (column.key[-1], column.label)
        else:
            found[slug(*item.key)] = (item.key[-1], item.label)
    return found


def label_of(shape: Shape, name: str) -> tuple[str, str]:
    """(key, label) of a field, in a list too; ("", "") where there is none."""
    found = labels(shape)
    return found.get(name) or found.get(re.sub(r"-\d+-", "-", name), ("", ""))


NEEDED = {
    "kontroller": "Risken behöver minst en kontroll, eller en annan hantering.",
    "direktåtgärder": "Risken behöver minst en direktåtgärd, eller en annan hantering.",
    "risker": "Planen har inga risker än.",
}
"""What is said of lists that are parts of their own on the page."""
_FILE_HINT = re.compile(
    r"skriv [^:]+: .*|.*(börja[r]? (raden )?med -|kända nycklar|indraget|organisationsfilen).*"
)
"""Advice that is of use in a file alone."""
_FILE_SHAPE = re.compile(r".* ska vara en (grupp av nycklar|lista|text)\b.*")


def said(problem: Problem, key: str = "", label: str = "") -> str:
    """A problem in a sentence or two, without the words of files: `label` is what the field of the
    key is called on the page."""
    gone = re.fullmatch(r".* saknar (.+)", problem.message)
    missing = problem.key or (gone[1] if gone and (not key or gone[1] == key) else "")
    if missing in NEEDED:
        return NEEDED[missing]
    name = _quoted(label or capital(key or missing))
    hint = "" if _FILE_HINT.fullmatch(problem.hint) else problem.hint.partition("; utelämna")[0]
    text = problem.message.replace("kan inte vara id", "kan inte vara nummer")
    if missing:
        text = f"{name} saknas"
    elif odd := re.match(r"okänd nyckel (”.*”) i ", text):
        text, hint = f"{odd[1]} är inget som planen har plats för", ""
    elif _FILE_SHAPE.fullmatch(text):
        text, hint = f"{name or 'Det här'} går inte att läsa. Skriv det på nytt", ""
    elif key and text.startswith(f"{key} "):
        text = f"{name}{text[len(key) :]}"
    return " ".join(sentence(capital(part)) for part in (text, hint) if part)


FORM_WORDS = {
    "titel": "Kort namn", "område": "Processområde", "id": "Nummer", "del": "Vad räknas?",
    "helhet": "Av hur många?", "frekvens": "Hur ofta?", "ansvarig": "Kontrollansvarig",
}  # fmt: skip
"""What the forms call keys, where no form is at hand to ask."""


def said_of(problem: Problem) -> str:
    """A problem where it stands beside no form: with the risk or control that it is about."""
    steps = problem.place.cell.split("/")
    about = steps[-2] if len(steps) % 2 and len(steps) > 1 else steps[-1]
    key = problem.key or (steps[-1] if len(steps) % 2 and len(steps) > 1 else "")
    told = said(problem, key, FORM_WORDS.get(key, ""))
    return f"{about}: {told}" if about and "/" in problem.place.cell else told


def _quoted(label: str) -> str:
    """A label in a sentence; within quotation marks where it would end the sentence."""
    return f"”{label}”" if label.endswith(("?", "!", "…")) else label
