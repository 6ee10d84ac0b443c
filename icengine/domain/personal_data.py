"""Where personal data is kept: every table and column that can hold it.

`docs/personuppgifter.md` says of each what it is for, and a test sees to it that no table or column
is left out: a new one is either named here, or among those that say nothing about anybody.
"""

from __future__ import annotations

KEPT: dict[str, tuple[str, ...]] = {
    "person": ("id", "email", "created_at"),
    "organisation": ("document",),
    "holding": ("function", "email", "start", "end"),
    "login_link": ("person", "target", "created_at", "expires_at", "used_at"),
    "web_session": (
        "person", "method", "address", "agent", "brought", "created_at", "seen_at", "expires_at",
        "ended_at",
    ),
    "link": ("email", "function", "created_at", "revoked_at"),
    "link_task": ("link", "task", "approve"),
    "link_action": ("link", "action"),
    "outbox": (
        "key", "kind", "email", "task", "action", "notice", "state", "created_at", "sent_at", "error",
    ),
    "letter": ("email", "subject", "body", "written_at"),
    "bad_address": ("email", "at", "reason", "by", "cleared_at"),
    "calendar_feed": ("person", "created_at", "revoked_at"),
    "answer": ("at", "by", "content", "person", "entered_by"),
    "task_change": ("at", "value", "by", "reason"),
    "task_request": (
        "asked_at", "by", "person", "reason", "decided_at", "decided_by", "decision",
    ),
    "evidence": ("name", "dated", "uploaded_at", "by", "person", "removed_at", "removed_by"),
    "evidence_content": ("content",),
    "yearly_rating": ("at", "reason", "by"),
    "carry_decision": ("at", "reason", "by"),
    "report": ("document", "fixed_by", "settled_at", "settled_by"),
    "report_file": ("content",),
    "verdict": ("at", "reason", "by"),
    "unit_totals": ("at", "note", "by"),
    "action": ("responsible",),
    "action_state": ("at", "text", "responsible", "by", "cause", "note"),
    "task_state": ("at", "by", "reason"),
    "note": ("at", "text", "by"),
    "register_risk": ("document", "reason", "by", "recorded_at"),
    "plan_draft": ("document", "fixed", "reasons", "changed_at", "by"),
    "plan_version": ("document", "reasons"),
    "shared_owner": ("function", "named_at", "by"),
    "control": ("title", "owner", "approver"),
    "task": ("owner", "delegate"),
    "event": ("at", "actor", "subject"),
    "event_payload": ("payload",),
}  # fmt: skip
"""Table -> the columns that say, or may come to say, something about a person."""

EMPTY: dict[str, tuple[str, ...]] = {
    "organisation": ("version", "recorded_at", "sha256"),
    "holding": ("id",),
    "login_link": ("id", "digest"),
    "login_attempt": ("digest", "state", "nonce", "verifier", "target", "expires_at"),
    "web_session": ("id", "digest"),
    "link": ("id", "digest"),
    "outbox": ("id", "attempts", "next_at", "letter"),
    "letter": ("id", "message_id"),
    "bad_address": ("id",),
    "mail_day": ("day", "at"),
    "heartbeat": ("name", "started_at", "at", "failed_at", "cause"),
    "calendar_feed": ("id", "digest"),
    "task_change": ("id", "task", "kind"),
    "task_request": ("id", "task", "kind", "until", "granted"),
    "evidence": ("id", "task", "media_type", "size", "sha256", "scan"),
    "evidence_content": ("evidence",),
    "yearly_rating": ("id", "plan", "control", "unit", "level"),
    "carry_decision": ("id", "plan", "subject", "year", "proposed"),
    "report": (
        "plan", "number", "kind", "title", "as_of", "dnr", "appendix", "meeting", "fingerprint", "state",
        "decided_on", "paragraph", "wanted", "failure",
    ),
    "report_file": ("plan", "number", "format", "size", "sha256"),
    "verdict": ("id", "top", "year", "unit", "verdict"),
    "unit_totals": ("id", "unit", "year", "levels", "done", "open_actions", "late_actions"),
    "answer": ("task", "version", "submitted"),
    "action": (
        "id", "plan", "number", "subject", "task", "direct", "unit", "status", "due", "follow_up",
        "effect",
    ),
    "action_state": ("id", "action", "due", "status", "follow_up", "effect"),
    "task_state": ("id", "task", "state"),
    "note": ("id", "plan", "subject"),
    "register_risk": ("unit", "id", "version", "retired"),
    "plan": ("key", "unit", "year", "closed_at"),
    "plan_draft": ("plan", "unit", "year", "number", "revision", "state", "sha256", "dnr"),
    "shared_owner": ("plan", "control", "unit", "version"),
    "plan_version": (
        "plan", "version", "sha256", "dnr", "decided_on", "paragraph", "adopted_at",
    ),
    "control": ("plan", "version", "id", "position", "risk", "area", "protected", "shared", "on_event"),
    "task": (
        "id", "plan", "version", "control", "unit", "slot", "label", "start", "end", "opens", "due",
        "state", "notified_at", "own_owner", "own_due",
    ),
    "event": ("seq", "kind", "digest", "previous", "hash"),
    "event_payload": ("seq", "salt"),
    "event_disposed": ("seq", "decision"),
    "event_about": ("seq", "unit", "plan", "control"),
}  # fmt: skip
"""Table -> the columns that say nothing about anybody: keys, states, checksums, dates of plans."""
