"""What pages ask about access itself: the audit, for admins, and who acknowledged what."""

from __future__ import annotations

import asyncio
from typing import Any

from edge.console.access.audit import as_document
from edge.console.access.roles import Role
from edge.console.access.store import Store
from edge.console.question import BadQuestionError, Parameters, Question

PAGE = 200
"""Rows of the audit at once."""


def audit_question(store: Store) -> Question:
    """Return the question for the audit: newest rows first, older ones with `before=<number>`."""

    async def ask(parameters: Parameters) -> dict[str, Any]:
        text = parameters.get("before", "0")
        if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - digits of 64 bits
            raise BadQuestionError("before: 要写编号。before: a number of a row.")
        entries = await asyncio.to_thread(store.audit, PAGE, int(text))
        return {"entries": [as_document(one) for one in entries]}

    return Question("audit", Role.ADMIN, ask)
