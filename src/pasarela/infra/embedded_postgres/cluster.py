"""PostgreSQL's files: made once, whole or not at all, and checked before each start."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.errors import EmbeddedPostgresUnavailable
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.installation import MAJOR_VERSION, Installation, cannot_run, run
from pasarela.infra.embedded_postgres.layout import Layout, own_folder
from pasarela.infra.embedded_postgres.waiting import Progress

OWNER = "pasarela"
"""The superuser's name, also that of the database."""


def folder_argument(folder: Path, account: Account) -> str:
    """How PostgreSQL is told its folder, which must also be its working directory.

    A lent account may not be let through the folders above (/root is closed to it). Through /proc/self/cwd a
    process reaches its working directory without walking there, and PostgreSQL's processes never leave
    theirs.
    """
    return "/proc/self/cwd" if account.lent else str(folder)


def ensure_cluster(
    layout: Layout,
    installation: Installation,
    account: Account,
    lock: FileLock,
    *,
    durability: bool,
    progress: Progress | None,
) -> bool:
    """Makes the cluster if there is none, and says whether it did. What makes it inherits `lock`. Raises
    `EmbeddedPostgresUnavailable` when it cannot be made, or when what is there is not a cluster that these
    programs can read.
    """
    if layout.cluster.is_dir():
        _check(layout.cluster)
        return False
    shutil.rmtree(layout.unfinished_cluster, ignore_errors=True)
    own_folder(layout.unfinished_cluster, account)
    command = [
        str(installation.program("initdb")),
        f"--pgdata={folder_argument(layout.unfinished_cluster, account)}",
        f"--username={OWNER}",
        "--locale=C",
        "--encoding=UTF8",
        "--data-checksums",
        # Whoever gets into the socket's folder is root or the files' owner, who could read them anyway: a
        # password would protect nothing. Nobody else gets in, and nothing listens on the network.
        "--auth-local=trust",
        "--auth-host=reject",
        "--no-instructions",
        *([] if durability else ["--no-sync"]),
    ]
    try:
        done = run(
            command,
            account,
            layout.unfinished_cluster,
            doing="Creating the database",
            progress=progress,
            lock=lock,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise cannot_run(error) from error
    if done.returncode != 0:
        raise EmbeddedPostgresUnavailable(
            f"The database could not be created in {layout.cluster}.",
            "See PostgreSQL's own words below.",
            "\n".join(done.stderr.splitlines()[-15:]),
        )
    layout.unfinished_cluster.rename(layout.cluster)
    if durability:
        for folder in (layout.home, layout.data):
            _sync(folder)
    return True


def _check(cluster: Path) -> None:
    fix = f"Move {cluster} away to start with an empty database, or choose another data folder."
    try:
        version = (cluster / "PG_VERSION").read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EmbeddedPostgresUnavailable(
            f"The folder {cluster} does not hold a readable PostgreSQL database: {error}.", fix
        ) from error
    if version != str(MAJOR_VERSION):
        raise EmbeddedPostgresUnavailable(
            f"The database in {cluster} is of PostgreSQL {version}, these programs are of {MAJOR_VERSION}.",
            fix,
        )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
