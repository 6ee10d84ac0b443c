"""An åtgärd's whole life: whatever happens in whatever order, it is what the rules say.

The machine is in `action_machine.py`.
"""

from __future__ import annotations

from pathlib import Path

from action_machine import ActionMachine
from databases import Postgres
from machines import on_postgresql, on_sqlite, run


def test_an_atgard_is_what_the_rules_say_in_any_order(
    sqlite_template: Path, tmp_path: Path
) -> None:
    run(ActionMachine, on_sqlite(sqlite_template, tmp_path), examples=8, steps=20)


def test_so_it_is_on_postgresql_too(postgres: Postgres) -> None:
    run(ActionMachine, on_postgresql(postgres), examples=3, steps=15)
