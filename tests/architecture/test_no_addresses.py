"""The tracked files name no package registry and no folder of the machine that they were written on.

Both differ from machine to machine: a lock file or a script that holds one works for its author only.
"""

import re
import subprocess
from collections.abc import Iterator

import pytest

from tests.architecture.source import ROOT, Problem

# Put together here, so that this file may be tracked too.
_HOSTS = [
    ".".join(words)
    for words in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    )
]
_FOLDERS = ["/".join(("", *parts)) for parts in (("opt", "wheels"), ("opt", "pypi"), ("work", ""), ("root", ""))]
# A path begins where no word goes on: "network/..." and "~/work/..." are none of the machine's folders.
_ADDRESS = re.compile(
    "|".join([rf"\b{re.escape(host)}\b" for host in _HOSTS] + [rf"(?<![\w.~-]){folder}" for folder in _FOLDERS])
)


def test_tracked_files_hold_no_addresses() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - git is wherever the machine has it
    paths = [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]

    assert paths
    found = [str(p) for path in paths for p in addresses(path, (ROOT / path).read_bytes().decode(errors="ignore"))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("address", _HOSTS + _FOLDERS)
def test_address_is_found(address: str) -> None:
    text = f"first\nindex = https:/{address}/simple\nfrom {address}\n"

    assert [problem.line for problem in addresses("x.txt", text)][-1] == 3


def test_neighbours_pass() -> None:
    assert list(addresses("x.txt", "see network/work, ~/work/x, tests/work/x, pypi, Debian, /workshop")) == []


def addresses(path: str, text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _ADDRESS.search(line):
            yield Problem(path, number, f"names {found[0]!r}, which other machines do not have")
