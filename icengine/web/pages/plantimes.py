"""The dates of a control that is being written, as its form says so far."""

from __future__ import annotations

from collections.abc import Mapping

from icengine.domain.document import read_control_alone
from icengine.domain.draft import Document
from icengine.domain.draft_entries import Kind
from icengine.domain.node import as_node
from icengine.domain.readback import Readback, read_back
from icengine.services.planwriting import PlanDesk, facts
from icengine.web.pages.planfields import counts_of, fields_of, typed, written
from icengine.web.pages.planshapes import shape_of


def times_of(desk: PlanDesk, entry: Document) -> Readback:
    """The dates of a control as it is being written."""
    rules = as_node(facts(desk.document))
    read, problems = read_control_alone(rules, as_node(entry), desk.organisation)
    return read_back(read, problems, desk.draft.year)


def control_typed(desk: PlanDesk, sent: Mapping[str, str]) -> Document:
    """What was typed so far of a control."""
    shape = shape_of(desk, Kind.CONTROL)
    blank = fields_of(shape, {}, counts_of(shape, sent))
    return written(shape, {}, blank, typed(blank, sent))
