"""Fixtures for the embedded PostgreSQL: data folders to start it on."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pasarela.infra.embedded_postgres import EmbeddedPostgres
from tests.fixtures_postgres import MEMORY_PREFIX, memory_or


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that isn't there yet, with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix=MEMORY_PREFIX, dir=memory_or(Path(tempfile.gettempdir()))) as folder:
        yield Path(folder) / "data"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database."""
    data = tmp_path_factory.mktemp("made") / ".pasarela"
    with EmbeddedPostgres(data, durability=False):
        return data


@pytest.fixture
def postgres(made: Path, data: Path) -> Iterator[EmbeddedPostgres]:
    """Made, but not started."""
    subprocess.run(["/bin/cp", "-a", made, data], check=True)
    embedded = EmbeddedPostgres(data, durability=False)
    yield embedded
    embedded.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, as pytest's own are closed."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
