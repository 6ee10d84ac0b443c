"""Addresses of the organisation's pages. None holds an e-mail address: addresses of pages are logged
on the way, and people are named by number."""

from __future__ import annotations

from urllib.parse import quote

ORGANISATION, PEOPLE = "/organisation", "/personer"
FILE, SETTINGS = f"{ORGANISATION}/fil", f"{ORGANISATION}/installningar"
LAYOUTS = f"{ORGANISATION}/rapporter"
SHARED = "/gemensamma"
FUNCTIONS = f"{ORGANISATION}/funktioner"
RISK_SCALE = f"{ORGANISATION}/riskskala"
REGISTER, PLANS = "/riskregister", "/planer"
TAKEN = ("fil", "installningar", "funktioner", "funktion", "riskskala", "rapporter")
"""First parts of other pages' addresses; a unit may have one of them as its id all the same."""
MARK = "enhet:"
"""Goes before such an id. No id has a colon."""


def unit_path(id: str, action: str = "") -> str:
    """The page of a unit, or a form of it."""
    shown = f"{MARK}{id}" if id in TAKEN else id
    return f"{ORGANISATION}/{quote(shown, safe='')}" + (f"/{action}" if action else "")


def unit_id(part: str) -> str:
    """The id that a part of an address names."""
    return part.removeprefix(MARK)


def function_path(name: str, action: str = "") -> str:
    """The page of a function, or a form of it. The name is last: it may have slashes in it."""
    start = f"{ORGANISATION}/funktion/{action}" if action else FUNCTIONS
    return f"{start}/{quote(name, safe='')}"


def person_path(number: int, action: str = "") -> str:
    """The page of a person, or a form of it."""
    return f"{PEOPLE}/{number}" + (f"/{action}" if action else "")


NEW_RISK = "ny"
RISK_MARK = "risk:"
"""Goes before the id of a risk that is called as the page of a new one."""


def register_path(unit: str, risk: str = "", action: str = "") -> str:
    """The page of a unit's risk register, of a risk in it, or a form of one of them."""
    shown = f"{RISK_MARK}{risk}" if risk == NEW_RISK else risk
    parts = [REGISTER, quote(unit, safe=""), *([quote(shown, safe="")] if risk else [])]
    return "/".join([*parts, action] if action else parts)


def risk_id(part: str) -> str:
    """The id that a part of an address names."""
    return part.removeprefix(RISK_MARK)


PLANS = "/planer"


def plan_path(key: str, *more: str | int) -> str:
    """The page of a plan, or one below it."""
    return "/".join([PLANS, *(quote(str(part), safe="") for part in (key, *more))])


def shared_path(plan: str, control: str, unit: str) -> str:
    """The page of a unit's part in a shared control."""
    return "/".join((SHARED, *(quote(part, safe="") for part in (plan, control, unit))))


def yearly_path(key: str, control: str = "", unit: str = "") -> str:
    """The bedömningar of a plan's year, or of one control or one unit's part in it."""
    return plan_path(key, "bedomningar", *(part for part in (control, unit) if part))


WHOLES = "/samlad"


def whole_path(key: str, *more: str | int) -> str:
    """The samlad rapport of a unit and a year, or a page below it."""
    return "/".join([WHOLES, *(quote(str(part), safe="") for part in (key, *more))])


def selection_path(key: str, subject: str = "") -> str:
    """The selection for a coming plan, or one risk's or control's part in it."""
    return plan_path(key, "urval", *([subject] if subject else []))
