"""One thing that is missing or weak in a plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something in a plan that stops it, or that asks for a reason."""

    key: str
    """Stable, to give the reason under: "urval:K3"."""
    subject: str
    """What it is about: the id of a control or risk, a function, or "planen"."""
    sentence: str
    """What is so; a protected control by its number alone."""
    remedy: str
    """What to do about it."""
    stops: bool = False
    """The rules forbid it; otherwise it is only unwise, and asks for a reason."""
    protected: bool = False
    """About a protected control: what is written about it is too."""
