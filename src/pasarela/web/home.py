"""The page `/` of a sandbox: the five APIs with a working call each, demo credentials, where to go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from pasarela.web.pages import page


@dataclass(frozen=True, slots=True)
class ApiOnShow:
    """One API as the page and the start-up lines tell of it.

    `base` is the path that calls begin with; `example` a curl command whose `{origin}` stands for the sandbox's own
    address, empty while the API is not built; `docs` and `openapi` are paths; `credentials` what the demo data know.
    """

    name: str
    base: str
    example: str = ""
    docs: str = ""
    openapi: str = ""
    credentials: Mapping[str, str] | None = None

    @property
    def built(self) -> bool:
        return bool(self.example)


class HomePage:
    """Answers `GET /`."""

    def __init__(self, apis: Sequence[ApiOnShow], version: str) -> None:
        self._apis = apis
        self._version = version

    async def show(self, request: Request) -> Response:
        origin = str(request.base_url).rstrip("/")
        return page(
            "home.html",
            origin=origin,
            version=self._version,
            apis=self._apis,
            examples={api.name: api.example.replace("{origin}", origin) for api in self._apis},
        )
