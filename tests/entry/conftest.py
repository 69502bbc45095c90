"""Databases for sandboxes that a test starts itself."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    # pytest loads the plugin itself, and must do so before anybody else does.
    from tests.fixtures_postgres import PostgresServer

_numbers = itertools.count(1)


@pytest.fixture
def fresh_demo_database(postgres_server: PostgresServer, demo_template: str) -> Iterator[str]:
    """The URL of a database of this test's own that holds the demo data."""
    name = f"demo_{os.getpid()}_{next(_numbers)}"
    yield postgres_server.create_database(name, demo_template)
    postgres_server.drop_database(name)
