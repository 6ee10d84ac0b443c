"""The addresses of the table, with what a unit's things are called filled in."""

from __future__ import annotations

import re
from urllib.parse import quote

from authorities import ADDRESSES, World, email, function
from bodies import body
from table import Row

from icengine.domain.draft import mark
from icengine.domain.draft_entries import Kind
from icengine.services.planwriting import facts


def asked(world: World, row: Row, who: str, unit: str) -> tuple[str, dict[str, str]]:
    """The address with that unit's things in it, and the form that goes with it."""
    named = {
        "plan": lambda: f"{unit}-2022",
        "utkast": lambda: f"{unit}-2023",
        "skickad": lambda: f"{unit}-2024",
        "summa": lambda: world.sum_of(f"{unit}-2024"),
        "enhet": lambda: unit,
        "funktion": lambda: quote(function("Ansvarig", unit), safe=""),
        "rollens-nr": lambda: str(world.role_at(unit)),
        "K1": lambda: str(world.tasks[unit, "K1"]),
        "K2": lambda: str(world.tasks[unit, "K2"]),
        "K3": lambda: str(world.tasks[unit, "K3"]),
        "F1": lambda: str(world.files[unit, "K1"]),
        "F2": lambda: str(world.files[unit, "K2"]),
        "F3": lambda: str(world.files[unit, "K3"]),
        "rapport": lambda: str(world.report(unit)),
        "brev": lambda: str(world.letter(unit)),
        "fråga": lambda: str(world.question(unit)),
        "A1": lambda: str(world.actions[unit, "K1"].id),
        "A2": lambda: str(world.actions[unit, "K2"].id),
        "sett-A1": lambda: str(world.actions[unit, "K1"].version),
        "sett-A2": lambda: str(world.actions[unit, "K2"].version),
        "åtgärdslänk": lambda: world.action_link(unit),
        "K4": lambda: str(world.tasks[unit, "K4"]),
        "svarslänk": lambda: world.answer_link(unit),
        "läslänk": lambda: world.link(f"godkannare.{unit}", f"Godkännare {unit}", approves=(world.tasks[unit, "K2"],)),
        "inlämnad-länk": lambda: world.link(f"ansvarig.{unit}", f"Ansvarig {unit}", (world.tasks[unit, "K2"],)),
        "inloggningslänk": lambda: world.login_link(unit),
        "person": lambda: str(world.person(email(f"ansvarig.{unit}")
                                           if who != "ansvarig" else email("lasare.son"))),
        "påhittad": lambda: "x" * 43,
        "sett-plan": lambda: mark(facts(world.document(unit))),
        "sett-R1": lambda: world.seen(unit, Kind.RISK, "R1"),
        "hela-R1": lambda: world.seen(unit, Kind.RISK, "R1", whole=True),
        "sett-R2": lambda: world.seen(unit, Kind.LEFT_OUT, "R2"),
        "sett-kontroll": lambda: world.seen(unit, Kind.CONTROL, "K1"),
        "sett-D1": lambda: world.seen(unit, Kind.ACTION, "D1"),
        "sett-ordning": lambda: mark(["K1", "K2", "K3", "K8", "K4"]),
        "antagandet": lambda: str(world.event("plan antagen", f"plan:{unit}-2022")),
        "svaret": lambda: str(world.event("svar inlämnat", f"kontrolltillfälle:{unit}-2022/K2/{unit}/2022-02")),
        "enhetsändringen": lambda: str(world.event("roll given", f"enhet:{unit}")),
        "egen-inloggning": lambda: str(world.session_of(ADDRESSES.get(who, email("ingen")))),
        "annans-inloggning": lambda: str(world.session_of(email(f"ansvarig.{unit}")
                                         if who != "ansvarig" else email("lasare.son"))),
    }  # fmt: skip

    def filled(text: str) -> str:
        for name in re.findall(r"\{([^}]*)\}", text):
            found = "0" if who == "okänd" and "inloggning" in name and "länk" not in name else None
            text = text.replace(f"{{{name}}}", found or named[name]())
        return text

    fields = body(row) if row.method == "POST" else {}
    return filled(row.address), {name: filled(value) for name, value in fields.items()}
