"""The receipt of an adoption: what it did to the occurrences, in the address and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from icengine.domain.task import figure
from icengine.domain.words import capital, counted, many
from icengine.services.plans import Adoption


@dataclass(frozen=True)
class Receipt:
    """Figures of an adoption."""

    planned: int = 0
    passed: int = 0
    followed: int = 0
    cancelled: int = 0

    @classmethod
    def of(cls, adoption: Adoption) -> Receipt:
        """What an adoption did."""
        return cls(adoption.planned, adoption.passed, adoption.followed, adoption.cancelled)

    @classmethod
    def read(cls, address: Mapping[str, str]) -> Receipt:
        """What an address says; 0 for what it does not."""
        names = ("planerade", "passerade", "foljer", "utgar")
        return cls(*(figure(address.get(name, "")) or 0 for name in names))

    def query(self) -> str:
        """The same in an address."""
        said = {
            "planerade": self.planned, "passerade": self.passed, "foljer": self.followed,
            "utgar": self.cancelled,
        }  # fmt: skip
        return urlencode({"klart": "antagen", **{name: n for name, n in said.items() if n}})


def receipt_words(done: Receipt) -> tuple[str, ...]:
    """ "Tre tillfällen är planerade.", "Två av dem har redan passerat sin sista dag." """
    found = []
    if done.planned:
        fit = "planerat" if done.planned == 1 else "planerade"
        found.append(f"{_count(done.planned)} är {fit}.")
    if done.planned and done.passed:
        some = "Det" if done.planned == 1 else f"{capital(counted(done.passed))} av dem"
        found.append(f"{some} har redan passerat sin sista dag.")
    if done.followed:
        found.append(f"{_count(done.followed)} följer den nya versionen.")
    if done.cancelled:
        found.append(f"{_count(done.cancelled)} utgår.")
    return tuple(found)


def _count(n: int) -> str:
    return capital(many(n, "tillfälle", "tillfällen", "ett"))
