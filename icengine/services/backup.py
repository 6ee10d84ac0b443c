"""Use cases of whoever runs the engine: a backup while it runs, a restore, a move to another database.

What is restored is proved: every table holds what the backup counted, the event log is whole, and every
report's files have the fingerprints that were recorded.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from icengine.domain.access import Actor, Permit
from icengine.errors import Refused
from icengine.services.permits import WHOLE, require
from icengine.store.copying import Counter, Tally, every_table, fill, is_empty, lines, tally
from icengine.store.db import Database

FORMAT = "icengine-backup/1"
MANIFEST = "manifest.json"
NO_BACKUP = "Filen är ingen säkerhetskopia."
HINT = "Välj en fil som är gjord med icengine backup."


@dataclass(frozen=True)
class Copied:
    """What was copied."""

    tables: dict[str, Tally]

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(item.rows for item in self.tables.values())


def back_up(database: Database, file: IO[bytes], *, actor: Actor, now: datetime) -> Copied:
    """Write everything as it is at one moment, while the engine runs."""
    require(actor, Permit.OPERATE, WHOLE)
    revision = database.revision
    found: dict[str, Tally] = {}
    with (
        database.snapshot() as connection,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for table in every_table():
            counter = Counter()
            with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as out:
                for line in lines(connection, table):
                    counter.take(line)
                    out.write(line + b"\n")
            found[table.name] = counter.tally
        manifest = {
            "format": FORMAT,
            "revision": revision,
            "at": now.isoformat(),
            "tables": {name: asdict(item) for name, item in found.items()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return Copied(found)


def restore(database: Database, path: Path, *, actor: Actor) -> Copied:
    """Fill an empty database with a backup, and read everything again. All of it, or nothing.

    Raises Refused where the file is no backup, is damaged or of another version, or where the database
    holds something already.
    """
    require(actor, Permit.OPERATE, WHOLE)
    try:
        with zipfile.ZipFile(path) as archive:
            return _restored(database, archive)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refused(NO_BACKUP, f"{HINT} ({type(error).__name__})") from error


def _restored(database: Database, archive: zipfile.ZipFile) -> Copied:
    manifest = json.loads(archive.read(MANIFEST))
    if manifest.get("format") != FORMAT:
        raise Refused(NO_BACKUP, HINT)
    _check_version(database, manifest["revision"])
    asked = {name: Tally(**item) for name, item in manifest["tables"].items()}

    def of(name: str) -> Iterator[bytes]:
        with archive.open(f"tables/{name}.jsonl") as kept:
            for line in kept:
                yield line.rstrip(b"\n")

    return _filled(database, asked, of)


def copy(source: Database, target: Database, *, actor: Actor) -> Copied:
    """Move everything to another, empty database, which is made ready first; counted and read again."""
    require(actor, Permit.OPERATE, WHOLE)
    source.check_ready()
    target.migrate()
    by_name = {table.name: table for table in every_table()}
    with source.snapshot() as connection:
        asked = {name: tally(connection, table) for name, table in by_name.items()}
        return _filled(target, asked, lambda name: lines(connection, by_name[name]))


def _filled(database: Database, asked: dict[str, Tally], of: Any) -> Copied:
    with database.filling() as connection:
        if not is_empty(connection):
            raise Refused(
                "Databasen är inte tom.", "Välj en ny databas; inget som finns skrivs över."
            )
        found = {}
        for table in every_table():
            if table.name not in asked:
                raise Refused(f"Tabellen {table.name} saknas i det som ska läsas in.", HINT)
            fill(connection, table, of(table.name))
            found[table.name] = tally(connection, table)
            if found[table.name] != asked[table.name]:
                raise Refused(
                    f"Tabellen {table.name} blev inte som den var.", "Filen är skadad eller ändrad."
                )
    database.take_stock()
    return Copied(found)


def _check_version(database: Database, revision: str) -> None:
    own = database.revision
    if own != revision:
        raise Refused(
            f"Säkerhetskopian har version {revision}, databasen {own or 'ingen'}.",
            "Återställ med samma version av programmet, och uppdatera sedan.",
        )
