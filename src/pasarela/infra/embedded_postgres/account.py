"""Who the server runs as. PostgreSQL refuses to run as root, so root lends it an unprivileged account;
anyone else runs it as themselves. A folder that already has a database keeps its owner.
"""

from __future__ import annotations

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path

from pasarela.infra.embedded_postgres.errors import EmbeddedPostgresUnavailable

# An account of its own is best, that of a database server next; `nobody` exists everywhere else.
ACCOUNTS = ("pasarela", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """The server's user and group ids; `lent` when they are not this process's own."""

    uid: int
    gid: int
    lent: bool

    @property
    def user(self) -> int | None:
        """For `subprocess`: the user to become, None to stay who we are."""
        return self.uid if self.lent else None

    @property
    def group(self) -> int | None:
        return self.gid if self.lent else None

    @property
    def extra_groups(self) -> list[int] | None:
        return [] if self.lent else None


def account_for(folder: Path) -> Account:
    """The account for the server whose files are, or will be, in `folder`.

    Raises `EmbeddedPostgresUnavailable` when nobody suitable exists or when the folder is someone else's.
    """
    owner = folder.lstat() if folder.is_dir() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise EmbeddedPostgresUnavailable(
                f"The database in {folder} belongs to user {owner.st_uid}, not to user {os.geteuid()}.",
                "Start as that user (root, if root made it), or choose another data folder.",
            )
        return Account(os.geteuid(), os.getegid(), lent=False)
    if sys.platform != "linux":
        raise EmbeddedPostgresUnavailable(
            "PostgreSQL does not run as root.", "Start as an ordinary user, or use --database-url."
        )
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, lent=True)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, lent=True)
    raise EmbeddedPostgresUnavailable(
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(ACCOUNTS)} exists.",
        "Create one (useradd --system pasarela), start as an ordinary user, or use --database-url.",
    )
