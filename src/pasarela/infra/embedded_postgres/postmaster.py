"""One running server: PostgreSQL's first process, started directly and watched by a thread of its own."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Mapping

from pasarela.infra.embedded_postgres.account import Account
from pasarela.infra.embedded_postgres.cluster import folder_argument
from pasarela.infra.embedded_postgres.errors import EmbeddedPostgresUnavailable
from pasarela.infra.embedded_postgres.file_lock import FileLock
from pasarela.infra.embedded_postgres.installation import Installation, cannot_run, environment
from pasarela.infra.embedded_postgres.layout import Layout
from pasarela.infra.embedded_postgres.server_log import ServerLog
from pasarela.infra.embedded_postgres.waiting import Progress, until

# A recovery after a crash reads up to max_wal_size of write-ahead log.
READY_SECONDS_MAX = 600.0
ROTATE_SECONDS = 60.0
_STATUS_LINE = 7


class Postmaster:
    """A server process from its launch to its end.

    It ends by itself, with a fast shutdown, when this process dies in whatever way (Linux with util-linux's
    setpriv; elsewhere the next start ends it). The kernel ties that to the *thread* that launched the
    server, so a thread of ours launches it and then waits for it, for as long as it runs.
    """

    def __init__(self, layout: Layout, account: Account) -> None:
        """Raises `OSError` when the log can't be opened."""
        self._layout = layout
        self._account = account
        self._log = ServerLog(layout.log)
        self._process: subprocess.Popen[bytes] | None = None
        self._failure: OSError | subprocess.SubprocessError | None = None
        self._launched = threading.Event()
        self._ended = threading.Event()
        self._rotator = threading.Thread(target=self._rotate, name="postgres-log", daemon=True)

    def launch(self, installation: Installation, settings: Mapping[str, str], lock: FileLock) -> int:
        """Starts the process, which inherits `lock`; answers its id. Raises `EmbeddedPostgresUnavailable`."""
        command = [
            *_ending_with_us(),
            str(installation.program("postgres")),
            "-D",
            folder_argument(self._layout.cluster, self._account),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ]
        threading.Thread(
            target=self._keep, args=(command, lock.descriptor), name="postgres-keeper", daemon=True
        ).start()
        self._launched.wait()
        if self._failure is not None:
            raise cannot_run(self._failure) from self._failure
        assert self._process is not None
        self._rotator.start()
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the launched process has not ended yet."""
        return not self._ended.is_set()

    def wait_until_ready(self, progress: Progress | None, *, recovering: bool) -> None:
        """Returns when the server accepts connections. Raises `EmbeddedPostgresUnavailable` with the last
        lines of its log when it ends or takes more than ten minutes.
        """
        doing = "The database recovers from an unclean end" if recovering else "Starting the database"
        until(lambda: self._ready() or not self.alive, READY_SECONDS_MAX, doing, progress)
        if not self.alive or not self._ready():
            raise EmbeddedPostgresUnavailable(
                f"The database in {self._layout.cluster} does not start.",
                f"Read what PostgreSQL says below; to start with an empty one, move {self._layout.home}.",
                self.last_words(),
            )

    def wait(self) -> None:
        """Waits for the end of a process that is known to be ending, and closes the log."""
        self._ended.wait()
        if self._rotator.is_alive():
            self._rotator.join()
        self._log.close()

    def last_words(self) -> str:
        """The last lines that the server wrote into its log since its launch."""
        return self._log.last_words()

    def _keep(self, command: list[str], lock: int) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a program of the wheel, with arguments of ours
                command,
                cwd=self._layout.cluster,
                env=environment(),
                user=self._account.user,
                group=self._account.group,
                extra_groups=self._account.extra_groups,
                pass_fds=[lock],
                stdin=subprocess.DEVNULL,
                stdout=self._log.descriptor,
                stderr=self._log.descriptor,
                # Ctrl-C in the terminal is for us: we end the server when nobody needs it any more.
                start_new_session=True,
            )
            self._launched.set()
            self._process.wait()
        except (OSError, subprocess.SubprocessError) as error:
            self._failure = error
        finally:
            self._ended.set()
            self._launched.set()

    def _rotate(self) -> None:
        while not self._ended.wait(ROTATE_SECONDS):
            # A full disk: the log goes on growing until there is room.
            with contextlib.suppress(OSError):
                self._log.rotate()

    def _ready(self) -> bool:
        assert self._process is not None
        try:
            lines = (self._layout.cluster / "postmaster.pid").read_text().split("\n")
        except (OSError, UnicodeDecodeError):
            return False
        ours = lines[0] == str(self._process.pid)
        return ours and len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"


def _ending_with_us() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []
