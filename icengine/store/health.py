"""How the engine is, in a fixed number of statements; nothing about anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlmodel import col

from icengine.domain.evidence import Scan
from icengine.domain.fixed_report import ReportState
from icengine.domain.task import State
