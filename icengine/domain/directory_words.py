"""The words under `ord` in an organisation file: plain ones, and ones with their forms."""

from __future__ import annotations

from typing import Any

from icengine.domain.labels import LABELS, LONGEST_WORD, Article, Word, declined, is_word
from icengine.domain.node import Node
from icengine.domain.people import Organisation
from icengine.domain.reading import Fields

WORD_KEYS = ("ord", "bestämd", "flera", "bestämd flera", "kön")
Labels = tuple[tuple[str, str], ...]
Forms = tuple[tuple[str, Word], ...]


def read_words(fields: Fields) -> tuple[Labels, Forms]:
    """The organisation's own words, and the forms of those that do not follow from the word."""
    node = fields.node.get("ord")
    if node is None or node.value is None:
        return (), ()
    inner = Fields(node, "orden", LABELS, fields.problems)
    found = [
        (key, said) for key, child in node.items() if key in LABELS
        if (said := _read_word(inner, key, child)) is not None
    ]  # fmt: skip
    return (
        tuple((key, said.one) for key, said in found),
        tuple((key, said) for key, said in found if said != declined(said.one)),
    )


def _read_word(fields: Fields, key: str, node: Node) -> Word | None:
    if isinstance(node.value, dict):
        return _read_forms(Fields(node, f"ordet {key}", WORD_KEYS, fields.problems))
    one = _read_form(fields, key)
    found = declined(one)
    if one and found is None and is_word(one):
        fields.wrong(
            node,
            f"hur ”{one}” böjs går inte att se på ordet",
            f"skriv {key}: {{ord: {one}, bestämd: …, flera: …, bestämd flera: …, kön: en}}",
        )
    return found


def _read_forms(fields: Fields) -> Word | None:
    """A word with its forms; those that are left out follow from the word, if they can."""
    one = _read_form(fields, "ord")
    known = declined(one)
    needed = known is None and is_word(one)
    definite, several, all_of_them = (_read_form(fields, key, needed) for key in WORD_KEYS[1:4])
    article = _read_article(fields, known, needed)
    if known is not None:
        definite, several = definite or known.definite, several or known.several
        all_of_them = all_of_them or known.definite_several
    if not (one and definite and several and all_of_them):
        return None
    return Word(one, definite, several, all_of_them, article)


def _read_form(fields: Fields, key: str, required: bool = True) -> str:
    text = fields.text(key, required=required, longest=LONGEST_WORD)
    child = fields.node.get(key)
    if text and child is not None and len(text) <= LONGEST_WORD and not is_word(text):
        fields.wrong(
            child,
            f"”{text}” kan inte stå som ord",
            "bara bokstäver, bindestreck och mellanslag, på en rad",
        )
    return text


def _read_article(fields: Fields, known: Word | None, required: bool) -> Article:
    written = fields.line("kön", required=required)
    articles: dict[str, Article] = {"en": "en", "ett": "ett"}
    if written and written.casefold() not in articles:
        child = fields.node.get("kön") or fields.node
        fields.wrong(child, f"kön kan inte vara ”{written}”", "en av: en, ett")
    return articles.get(written.casefold(), known.article if known else "en")


def words_document(organisation: Organisation) -> dict[str, Any]:
    """The same words as a file writes them: a word alone where it says all."""
    forms = dict(organisation.forms)
    return {
        key: _form_document(forms[key]) if key in forms and forms[key].one == own else own
        for key, own in organisation.labels
    }


def _form_document(word: Word) -> dict[str, str]:
    values = word.one, word.definite, word.several, word.definite_several, word.article
    return dict(zip(WORD_KEYS, values, strict=True))
