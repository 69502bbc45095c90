"""The files of one embedded database: where they are, who owns them, who may enter. Only folders that we made
ourselves are ever given an owner or a mode; the folders above them are left as they are.

    <data>/lock               held by the process that supervises
    <data>/server.lock        held by every process of the server, and so by what a crash left behind
    <data>/postgres.log       what the server says
    <data>/postgres/          the server's account only: PostgreSQL's files in cluster/, its socket in run/
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.errors import EmbeddedPostgresUnavailable

PORT = 5432
"""A unix socket's port is no more than the end of its name."""
SOCKET = f".s.PGSQL.{PORT}"
SOCKET_PATH_BYTES_MAX = 107 if sys.platform == "linux" else 103
SHORT_FOLDER_PREFIX = "pasarela-"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one data folder."""

    data: Path

    @property
    def lock(self) -> Path:
        return self.data / "lock"

    @property
    def server_lock(self) -> Path:
        return self.data / "server.lock"

    @property
    def home(self) -> Path:
        return self.data / "postgres"

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def unfinished_cluster(self) -> Path:
        return self.home / "cluster.new"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def log(self) -> Path:
        return self.data / "postgres.log"


def own_folder(path: Path, account: Account) -> None:
    """Makes the folder `path` if it is missing, for `account` alone (mode 0700).

    Raises `EmbeddedPostgresUnavailable` when it is no folder or someone else's, `OSError` when it can't be
    made.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    # By descriptor and not through symbolic links: the account, less trusted than root, can write the parent.
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        with os.scandir(descriptor) as entries:
            empty = next(entries, None) is None
        if account.lent and found.st_uid == 0 and empty:
            os.fchown(descriptor, account.uid, account.gid)
        elif found.st_uid != account.uid:
            raise EmbeddedPostgresUnavailable(
                f"The database folder {path} belongs to user {found.st_uid}, not to user {account.uid}.",
                f"Give it back (chown -R {account.uid}:{account.gid} {path}), or choose another data folder.",
            )
        if stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
            os.fchmod(descriptor, stat.S_IRWXU)
    finally:
        os.close(descriptor)


def socket_folder(layout: Layout, account: Account) -> Path:
    """The folder for the socket, mode 0700: inside the data folder, or a new one with a short path where
    clients could not address that (a socket's path has 107 bytes at most, and a comma separates hosts).
    """
    own_folder(layout.run, account)
    if addressable(layout.run):
        return layout.run
    for parent in _short_parents(account):
        if not addressable(parent / f"{SHORT_FOLDER_PREFIX}12345678"):
            continue
        try:
            folder = Path(tempfile.mkdtemp(prefix=SHORT_FOLDER_PREFIX, dir=parent))
        except OSError:
            continue
        own_folder(folder, account)
        return folder
    raise EmbeddedPostgresUnavailable(
        f"{layout.run} is too long for a unix socket, and no folder for temporary files is usable.",
        "Choose a data folder with a shorter path.",
    )


def addressable(folder: Path) -> bool:
    """Whether clients can name a socket in this folder."""
    return len(os.fsencode(folder / SOCKET)) <= SOCKET_PATH_BYTES_MAX and not {",", "\n"} & set(str(folder))


def remove_short_folder(folder: Path, layout: Layout) -> None:
    """Removes what `socket_folder` made outside the data folder; anything else is left alone."""
    if folder == layout.run or not folder.name.startswith(SHORT_FOLDER_PREFIX):
        return
    try:
        for name in (SOCKET, f"{SOCKET}.lock"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
    except OSError:
        # Gone already, or it holds a file that is not ours.
        return


def _short_parents(account: Account) -> list[Path]:
    if account.lent:
        # Root's own folder for temporary files may be closed to the account.
        return [Path("/run"), Path("/tmp")]  # noqa: S108 - mkdtemp makes an unguessable folder of mode 0700 there
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    own = [Path(runtime)] if runtime else []
    return [*own, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - as above
