"""What a report says of a yearly bedömning that the controller has decided."""

from __future__ import annotations

from icengine.domain.assessment import Yearly
from icengine.domain.calendar import local_date, swedish_date
from icengine.domain.report_findings import Findings
from icengine.domain.text import one_line
from icengine.domain.words import sentence

CONTROLLER = "internkontrollansvarig"
"""What a report calls the controller."""
PROTECTED = f"Bedömningen är bestämd av {CONTROLLER}."
"""All that is said of a protected control's."""
HEADING = "Årets bedömning"
"""Over what is said of it under a table, where there is room."""
BELOW = "Bestämd, se under tabellen."
"""What stands beside the bedömning then."""


def decided(found: Findings, year: Yearly, gave: str = "") -> str:
    """That it is decided and when, why, and what the occurrences gave; "" where nothing is decided.

    `gave` is who gave another, where it is not the occurrences.
    """
    if year.decided is None:
        return ""
    gave = gave or ("Tillfällena" if year.planned > 1 else "Svaret")
    level = found.plan.ratings.level(year.computed).word.lower()
    said = (
        f"Bestämd av {CONTROLLER} den {swedish_date(local_date(year.decided.at))}. "
        f"Skäl: {sentence(one_line(year.decided.reason))} {gave} gav ”{level}”."
    )
    return f"{said} Svar har lämnats in sedan dess." if year.answered_since else said
