"""What can be chosen from: the program's products, the catalogs, the institutions on SPEI."""

from __future__ import annotations

from pasarela.facades.necipco import present
from pasarela.facades.necipco.auth import session_of
from pasarela.facades.necipco.catalogs import CATALOGS
from pasarela.facades.necipco.profile import Profile
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.routing import Handler


async def products(call: Call[Profile]) -> Reply:
    return present.reply(present.products_found(await call.services.issuing.products(session_of(call).tenant_id)))


async def institutions(_call: Call[Profile]) -> Reply:
    return present.reply(present.institutions())


def catalog(name: str) -> Handler[Profile]:
    """The handler that shows a catalog under its own name."""
    shown = present.catalog(name, CATALOGS[name])

    async def show(_call: Call[Profile]) -> Reply:
        return present.reply(shown)

    return show
