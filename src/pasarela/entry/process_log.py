"""Where this process writes what an operator should know: one line of JSON each on standard error, never card data.

Both structlog and the standard library's logging end here. A last net masks every run of digits that could be a card
number.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from pasarela.kernel.secret import mask_pans

_SHARED = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def log_to_stderr(level: int) -> None:
    """Sends everything from `level` on to standard error; called once, first thing in a process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
                _masked,
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _masked(_logger: Any, _name: str, text: str | MutableMapping[str, Any]) -> str:
    assert isinstance(text, str), "the renderer before this makes text"
    return mask_pans(text)
