"""The server's settings: durable, tuned for a laptop, reachable through one unix socket only. They are given
on the command line, so that they are the program's own at every start and no file has to be edited.
PostgreSQL 15 knows every one of them.
"""

from __future__ import annotations

import os
from pathlib import Path

MIB = 1024 * 1024
SHARED_BUFFERS_MIB_MIN = 32
SHARED_BUFFERS_MIB_MAX = 256

_CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory_bytes() -> int:
    """The memory that this process may use: the machine's, or its container's if that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for limit in _CGROUP_LIMITS:
        try:
            return min(machine, int(limit.read_text()))
        except (OSError, ValueError):
            # No such file, or it says "max".
            continue
    return machine


def server_settings(*, name: str, socket_folder: str, memory: int, durability: bool) -> dict[str, str]:
    """Every setting that differs from PostgreSQL's default. `memory` is in bytes; `socket_folder` is
    absolute or relative to the cluster; `durability=False` gives up safety against crashes of the machine:
    for tests only.
    """
    shared = min(max(memory // 8 // MIB, SHARED_BUFFERS_MIB_MIN), SHARED_BUFFERS_MIB_MAX)
    on = "on" if durability else "off"
    return {
        # Every process of the server shows this name: that is how a later start finds the remains of a crash.
        "cluster_name": name,
        "listen_addresses": "",
        "unix_socket_directories": socket_folder,
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{shared}MB",
        "effective_cache_size": f"{max(memory // 2 // MIB, shared)}MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "fsync": on,
        "full_page_writes": on,
        # Also without durability: what is committed survives the death of the server's processes.
        "synchronous_commit": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        # pglz: every build has it, and the wheel's has neither lz4 nor zstd. Off for tests, whose many new
        # databases would take four times as long.
        "wal_compression": on,
        "timezone": "UTC",
        "log_timezone": "UTC",
        # Statements and the details of errors may hold personal data, so they stay out of the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
