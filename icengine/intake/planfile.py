"""A plan in a file of any kind -> the plan, or every problem where it stands in that file."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from icengine.domain.document import read_plan
from icengine.domain.node import Place, Problem
from icengine.domain.people import Organisation
from icengine.domain.plan import Plan
from icengine.errors import NotFound
from icengine.intake.archive import LARGEST, TOO_LARGE
from icengine.intake.columns import PLAN, TABLES
from icengine.intake.grid import SUFFIXES, UNREAD
from icengine.intake.naming import KnownOf, nothing_known
from icengine.intake.rows import reading_order, sheet_of
from icengine.intake.sheets import Read, read_sheets
from icengine.intake.yamlfile import read_yaml, read_yaml_bytes, write_yaml

ASKS = re.compile(r"skriv (.+): …")
"""The hint of a key that is missing in a text file."""
BASIS_ROW = re.compile(r"# hämtad från: (.{1,200})")
"""The first row of a text file that was made from a stored plan."""
AS_LIST = "en lista, en rad per post som börjar med -"
BESIDE = {"enhet": "--unit ID", "år": "--year ÅR", "upprättad av": "--author FUNKTION"}
"""How the command says what a table does not."""
TABLE_OF = {table.name: table for table in (PLAN, *TABLES)}


@dataclass(frozen=True)
class PlanFile:
    """What a file says of a plan."""

    plan: Plan | None
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    """What was read in another way than it stands, or not at all; only of files of sheets."""
    basis: str = ""
    """The draft or version that a workbook was made from; "" where it does not say."""


def read_plan_path(
    path: Path,
    organisation: Organisation,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
) -> PlanFile:
    """The plan in a file: .yaml, .xlsx, .ods or .csv.

    `known` and `given`: see `read_sheets`. Raises NotFound where there is no such file to read.
    """
    suffix = path.suffix.casefold()
    if suffix in UNREAD:
        said = f"filer som slutar på {suffix} läses inte"
        return PlanFile(
            None, [Problem(Place(str(path)), said, f"spara om den som {UNREAD[suffix]}")]
        )
    if suffix not in SUFFIXES:
        node, problems = read_yaml(path)
        plan, problems = read_plan(node, organisation) if node else (None, problems)
        return PlanFile(plan, problems, basis=_basis_of(path) if plan else "")
    data = bytes_of(path)
    return read_plan_data(data, str(path), suffix, organisation, known=known, given=given)


def read_plan_data(
    data: bytes,
    source: str,
    suffix: str,
    organisation: Organisation,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
) -> PlanFile:
    """The plan in a file that has been read already: of sheets by its suffix, otherwise text."""
    if suffix in SUFFIXES:
        if len(data) > LARGEST:
            return PlanFile(None, [Problem(Place(source), *TOO_LARGE)])
        return read_plan_bytes(data, source, suffix, organisation, known=known, given=given)
    node, problems = read_yaml_bytes(data, source)
    plan, problems = read_plan(node, organisation) if node else (None, problems)
    first = data[:300].decode("utf-8-sig", errors="replace").partition("\n")[0]
    return PlanFile(plan, problems, basis=_basis_in(first) if plan else "")


def plan_text(document: Mapping[str, Any], basis: str = "") -> str:
    """A document as a text file, which says what it was made from in a row that is no content."""
    return f"# hämtad från: {basis}\n" * bool(basis) + write_yaml(dict(document))


def _basis_of(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return _basis_in(file.readline(300))


def _basis_in(first: str) -> str:
    """What the first row of a text file says that it was made from."""
    found = BASIS_ROW.fullmatch(first.rstrip("\r\n"))
    return found[1].strip() if found else ""


def bytes_of(path: Path) -> bytes:
    """The file, and no more of it than may be read."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            with path.open("rb") as file:
                return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise NotFound(
            f"Filen {path} finns inte eller går inte att öppna.", "Kontrollera sökvägen."
        ) from error
    raise NotFound(f"{path} är ingen vanlig fil.", "Kontrollera sökvägen.")


def read_plan_bytes(
    data: bytes,
    source: str,
    suffix: str,
    organisation: Organisation,
    *,
    known: KnownOf | None = nothing_known,
    given: Mapping[str, str] | None = None,
) -> PlanFile:
    """The plan in a file of sheets that has been read already."""
    read = read_sheets(data, source, suffix, organisation, known=known, given=given)
    if read.node is None:
        return PlanFile(None, read.problems, read.notices)
    plan, problems = read_plan(read.node, organisation)
    said = [*read.problems, *(as_sheets(problem, read) for problem in problems)]
    said = sorted(_once(said), key=reading_order(read.sheets))
    return PlanFile(None if said else plan, said, read.notices, read.basis)


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def as_sheets(problem: Problem, read: Read) -> Problem:
    """A problem said of columns instead of keys and lists."""
    asked = ASKS.fullmatch(problem.hint)
    if problem.hint == AS_LIST:
        return replace(problem, hint="fyll i bladet Risker, en rad för varje risk")
    if asked is None:
        missing = BESIDE.get(problem.key, "") if "saknar" in problem.message else ""
        return (
            replace(problem, hint=f"{problem.hint}, eller ange {missing}") if missing else problem
        )
    key, sheet = asked[1], sheet_of(problem.place)
    if sheet not in read.columns or not problem.place.cell:
        about = PLAN.column(key).head if key in PLAN.keys else ""
        beside = f", eller ange {BESIDE[key]}" if key in BESIDE else ""
        where = (
            f"på bladet {PLAN.name}"
            if PLAN.name in read.sheets
            else "i en cell ovanför tabellen, och värdet i cellen bredvid"
        )
        return replace(problem, hint=f"skriv {about} {where}{beside}" if about else "")
    head = _head(key, sheet)
    if key in read.columns[sheet]:
        return replace(problem, hint=f"fyll i kolumnen {head}")
    return replace(problem, hint=f"bladet behöver en kolumn med rubriken {head}")


def _head(key: str, sheet: str) -> str:
    """Our own head of a column."""
    tables = [TABLE_OF[sheet]] if sheet in TABLE_OF else TABLES
    columns = [column for table in tables for column in table.columns if column.key == key]
    columns = columns or [c for table in TABLES for c in table.columns if c.key == key]
    return columns[0].head if columns else key
