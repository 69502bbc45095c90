"""Talks to the control plane of a running sandbox over HTTP, for the commands that do what a `curl` would do."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from pasarela.entry.cli.commands import CommandFailed

DEFAULT_URL = "http://127.0.0.1:8080"
ANSWER_SECONDS_MAX = 900.0  # moving the clock by a year answers when everything due has run

# A sandbox is a neighbour: never through the proxy that the environment names for the outside world.
_OPENER = build_opener(ProxyHandler({}))


def add_url(parser: argparse.ArgumentParser) -> None:
    """Adds `--url`, which says where the sandbox answers."""
    parser.add_argument(
        "--url",
        default=os.environ.get("PASARELA_URL", DEFAULT_URL),
        help=f"where the sandbox answers (default: $PASARELA_URL or {DEFAULT_URL})",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Adds `--json`, for programs."""
    parser.add_argument("--json", action="store_true", dest="as_json", help="print the answer as JSON")


class ControlClient:
    """One method for each HTTP verb; an error answer becomes `CommandFailed` with its message and its fix."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise CommandFailed(f"--url {url!r} is not an http address")
        self._base = url.rstrip("/")

    def get(self, path: str, query: Mapping[str, object] | None = None) -> Any:
        given = {name: str(value) for name, value in (query or {}).items() if value is not None}
        return self._call("GET", f"{path}?{urlencode(given)}" if given else path)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Sends `body` without what is None, which was not said."""
        return self.post_whole(path, {name: value for name, value in body.items() if value is not None})

    def post_whole(self, path: str, body: Mapping[str, object]) -> Any:
        """Sends `body` with its nulls, which mean something."""
        return self._call("POST", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data is not None else {}
        address = f"{self._base}/sandbox/v1{path}"
        request = Request(address, data, headers, method=method)  # noqa: S310 - http or https, checked above
        try:
            with _OPENER.open(request, timeout=ANSWER_SECONDS_MAX) as answer:
                return _decoded(answer.read())
        except HTTPError as error:
            with error:
                raise CommandFailed(_refusal(error.code, error.read())) from error
        except (URLError, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise CommandFailed(
                f"no sandbox answers at {self._base} ({reason}); start one with `pasarela sandbox` or say --url"
            ) from error


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError as error:
        raise CommandFailed("what answers there is not a Pasarela sandbox: its answer is not JSON") from error


def _refusal(status: int, body: bytes) -> str:
    try:
        told = json.loads(body)["error"]
        return f"{told['message']}. {told['fix'] or ''}".strip()
    except (ValueError, KeyError, TypeError):
        return f"what answers there has no control plane (HTTP {status}): is it a Pasarela sandbox?"
