"""The dialect over a platform in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest

from pasarela.facades.openpay.dialect import application
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import Answer, ask
from tests.facades.fake_platform import MERCHANT, PRIVATE, FakePlatform

Ask: TypeAlias = Callable[..., Awaitable[Answer]]


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


@pytest.fixture
def app(platform: FakePlatform) -> DialectApp[Profile]:
    return application(platform.services)


@pytest.fixture
def api(app: DialectApp[Profile]) -> Ask:
    """Calls below the merchant's address, with the private key unless told otherwise."""

    async def call(method: str, path: str = "", body: object = None, **options: Any) -> Answer:
        options.setdefault("key", PRIVATE)
        return await ask(app, method, f"/v1/{MERCHANT}{path}", body, root_path="/openpay", **options)

    return call
