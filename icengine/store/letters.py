"""Letters: mails as they were written to be sent, each with what one person was owed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlmodel import col

from icengine.store.db import Session
from icengine.store.mail_tables import LetterRow


@dataclass(frozen=True)
class Letter:
    """What is kept of a mail: nothing that anybody could log in or answer with."""

    email: str
    message_id: str
    subject: str
    body: str
    """Its text, with every link masked."""
    id: int = 0
    """Its number, where it has been kept before."""


def keep(session: Session, letters: Sequence[Letter], now: datetime) -> list[int]:
    """Their numbers, in order; two statements for all. One that was kept before has its text written
    anew."""
    new = [letter for letter in letters if not letter.id]
    old = [letter for letter in letters if letter.id]
    numbers: dict[str, list[int]] = {}
    if new:
        rows = [
            {
                "email": letter.email,
                "message_id": letter.message_id,
                "subject": letter.subject,
                "body": letter.body,
                "written_at": now,
            }
            for letter in new
        ]
        # Each names itself by its Message-ID: asked for in order, SQLite takes a statement for each.
        statement = insert(LetterRow).returning(col(LetterRow.message_id), col(LetterRow.id))
        for name, id in session.execute(statement, rows):
            numbers.setdefault(name, []).append(id or 0)
    if old:
        session.connection().execute(
            update(LetterRow)
            .where(col(LetterRow.id) == bindparam("row"))
            .values(subject=bindparam("its_subject"), body=bindparam("its_body"), written_at=now),
            [
                {"row": letter.id, "its_subject": letter.subject, "its_body": letter.body}
                for letter in old
            ],
        )
    return [letter.id or numbers[letter.message_id].pop(0) for letter in letters]


def message_ids(session: Session, letters: Collection[int]) -> dict[int, str]:
    """The Message-ID of each."""
    if not letters:
        return {}
    query = select(col(LetterRow.id), col(LetterRow.message_id)).where(
        col(LetterRow.id).in_(letters)
    )
    return {id: message_id for id, message_id in session.execute(query) if id is not None}


def forget(session: Session, letters: Collection[int]) -> None:
    """Drop letters that surely did not leave: what they said is written anew the next time."""
    if letters:
        session.connection().execute(delete(LetterRow).where(col(LetterRow.id).in_(letters)))
