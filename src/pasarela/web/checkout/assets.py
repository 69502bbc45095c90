"""The pages' own style sheets and scripts, under names that hold a digest of their content.

So browsers may keep them for a year, and a new release is seen at once. Nothing comes from elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

FOLDER = "/pages"
"""Below a dialect's mount."""

DIGEST_CHARS = 12
_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    address: str
    content: bytes
    media_type: str


def _asset(name: str, content: bytes) -> Asset:
    stem, _, kind = name.rpartition(".")
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_CHARS]
    return Asset(f"{FOLDER}/{stem}.{digest}.{kind}", content, _MEDIA_TYPES[kind])


ASSETS: Mapping[str, Asset] = {
    file.name: _asset(file.name, file.read_bytes()) for file in files(__package__).joinpath("static").iterdir()
}
"""By their plain names."""

_BY_ADDRESS = {asset.address: asset for asset in ASSETS.values()}


async def serve(request: Request) -> Response:
    """Answers below `FOLDER`."""
    asset = _BY_ADDRESS.get(f"{FOLDER}/{request.path_params['name']}")
    if asset is None:
        return Response(status_code=404)
    return Response(asset.content, media_type=asset.media_type, headers=_HEADERS)
