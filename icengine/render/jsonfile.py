"""Report -> JSON, for whoever reads reports with a program. `report.schema.json` beside this file says
what each field means and how the fingerprint is computed from the file."""

from __future__ import annotations

import json

from icengine.domain.report_model import Report

FORMAT = "icengine-rapport/2"
"""The shape of the file; raised with the schema when a field changes its meaning or goes."""


def jsonfile(report: Report) -> bytes:
    """The finished file, UTF-8 with sorted names."""
    content = {"format": FORMAT, **report.to_json()}
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
