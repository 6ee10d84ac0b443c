"""Addresses of the pages where a plan is built."""

from __future__ import annotations

from urllib.parse import quote

from icengine.domain.draft_entries import Kind

SEGMENTS = {
    Kind.RISK: "risker", Kind.LEFT_OUT: "utelamnade", Kind.CONTROL: "kontroller",
    Kind.ACTION: "direktatgarder",
}  # fmt: skip
"""What the lists of a plan are called in an address."""
NEW = {
    Kind.RISK: "ny-risk", Kind.LEFT_OUT: "ny-utelamnad", Kind.CONTROL: "ny-kontroll",
    Kind.ACTION: "ny-direktatgard",
}  # fmt: skip
PLAN, REGISTER, MOVE, CALENDAR, FILE = "plan", "register", "flytta", "kalender", "fil"


def draft_path(key: str, *parts: str) -> str:
    """The page of a plan's draft, or one below it."""
    return "/".join(["/planer", quote(key, safe=""), "utkast", *(quote(p, safe="") for p in parts)])


def plan_path(key: str, *parts: str) -> str:
    """A page about a plan, adopted or not."""
    return "/".join(["/planer", quote(key, safe=""), *(quote(part, safe="") for part in parts)])


def part_path(key: str, kind: Kind, name: str, *more: str) -> str:
    """The form about something in a draft, or a page below it."""
    return draft_path(key, SEGMENTS[kind], name, *more)


def new_path(key: str, kind: Kind, risk: str = "") -> str:
    """The form for one more of a kind; `risk` is where it is to stand."""
    if kind.in_risk:
        return part_path(key, Kind.RISK, risk, NEW[kind])
    return draft_path(key, NEW[kind])


def anchor(kind: Kind, name: str) -> str:
    """What a part is called on the draft's page."""
    return f"{SEGMENTS[kind]}-{name.replace(':', '-')}"
