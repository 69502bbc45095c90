"""Ids that one call makes beside its own: the same ones when the call is repeated under the same id."""

from __future__ import annotations

import uuid


def beside(operation_id: str, what: str) -> str:
    """The id of the `what` that the call with `operation_id` makes, too."""
    return str(uuid.uuid5(uuid.UUID(operation_id), what))
