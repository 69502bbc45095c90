"""The command line: `pasarela COMMAND`. Exit codes: 0 done, 1 done and something is wrong, 2 could not be done."""

from __future__ import annotations

from pasarela.entry.cli.main import main

__all__ = ["main"]
