"""Registering a tenant."""

from __future__ import annotations

import asyncio
import re

import pytest

from pasarela.core.context import Mode
from pasarela.core.tenants.authenticate import Authenticate
from pasarela.core.tenants.errors import AccountTaken, KeyTaken, UnknownTenant
from pasarela.core.tenants.model import KeyKind, NewTenant, Tariff, TenantStatus
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.rules import DEFAULT_TARIFFS
from pasarela.kernel import clabe
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency
from pasarela.kernel.paging import Page
from pasarela.kernel.secret import Secret
from tests.fakes.stopped_clock import NOON

DEMO = NewTenant(
    api="openpay",
    account="mzdtln0bmtms6o3kck8f",
    name="Tienda de ejemplo",
    email="tienda@pasarela.test",
    phone="4421112233",
    private_key=Secret("sk_e568c42a6c384b7ab02cd47d2e407cab"),
    public_key=Secret("pk_e568c42a6c384b7ab02cd47d2e407cab"),
    clabe="646180109400423323",
    city="Querétaro",
    category_code="5999",
    tariffs=(Tariff(Instrument.CARD, Currency.USD, 100, 1, 0),),
    settings={"affiliations": ["781500"]},
)


async def test_register_keeps_what_is_given(register: Register, tenants: Tenants) -> None:
    registered = await register(DEMO)

    tenant = registered.tenant
    assert (tenant.api, tenant.account, tenant.name) == ("openpay", DEMO.account, DEMO.name)
    assert (tenant.email, tenant.phone, tenant.city) == (DEMO.email, DEMO.phone, "Querétaro")
    assert (tenant.status, tenant.mode) == (TenantStatus.ACTIVE, Mode.TEST)
    assert (tenant.clabe, tenant.category_code) == (DEMO.clabe, "5999")
    assert tenant.created_at == NOON
    assert tenant.tariffs == DEMO.tariffs
    assert tenant.settings == {"affiliations": ["781500"]}
    assert registered.private.key == DEMO.private_key
    assert registered.public.key == DEMO.public_key
    assert await tenants.by_id(tenant.tenant_id) == tenant
    assert await tenants.by_account("openpay", tenant.account) == tenant
    assert await tenants.by_clabe("646180109400423323") == tenant
    assert await tenants.by_clabe("646180109400135624") is None


async def test_register_makes_up_what_is_not_given(register: Register) -> None:
    registered = await register(NewTenant(api="openpay", name="Otra", mode=Mode.PRODUCTION))

    assert re.fullmatch("m[0-9a-z]{18}", registered.tenant.account)
    assert re.fullmatch("sk_[0-9a-f]{32}", registered.private.key.reveal())
    assert re.fullmatch("pk_[0-9a-f]{32}", registered.public.key.reveal())
    assert registered.tenant.clabe is not None
    assert clabe.valid(registered.tenant.clabe)
    assert registered.tenant.clabe.startswith("6461801094")
    assert set(registered.tenant.tariffs) == set(DEFAULT_TARIFFS)
    assert registered.tenant.mode is Mode.PRODUCTION


async def test_a_taken_account_is_refused_and_leaves_nothing(register: Register, tenants: Tenants) -> None:
    await register(DEMO)

    with pytest.raises(AccountTaken):
        await register(NewTenant(api="openpay", name="Otra", account=DEMO.account))

    assert len(await tenants.list(Page())) == 1


async def test_two_registrations_of_one_account_at_once(register: Register) -> None:
    new = NewTenant(api="openpay", name="Otra", account="mtwice")

    results = await asyncio.gather(register(new), register(new), return_exceptions=True)

    assert sorted(isinstance(result, AccountTaken) for result in results) == [False, True]


async def test_the_same_account_may_exist_in_another_dialect(register: Register) -> None:
    await register(NewTenant(api="openpay", name="Una", account="m1"))

    other = await register(NewTenant(api="bbva", name="Otra", account="m1"))

    assert other.tenant.api == "bbva"


async def test_one_key_can_not_be_private_and_public(register: Register, tenants: Tenants) -> None:
    both = Secret("2PmoFfjZJzjKTnuSYCFySMfHlOIBz7")

    with pytest.raises(KeyTaken):
        await register(NewTenant(api="paymentez", name="A", private_key=both, public_key=both))

    assert await tenants.list(Page()) == []


async def test_two_tenants_may_share_a_key(register: Register, authenticate: Authenticate) -> None:
    shared = Secret("2PmoFfjZJzjKTnuSYCFySMfHlOIBz7")
    for account in ("AbiColApp", "AbiMexApp"):
        await register(NewTenant(api="paymentez", name=account, account=account, private_key=shared))

    for account in ("AbiColApp", "AbiMexApp"):
        found = await authenticate("paymentez", account, shared)
        assert (found.tenant.account, found.kind) == (account, KeyKind.PRIVATE)


async def test_clabes_differ(register: Register) -> None:
    made = [await register(NewTenant(api="openpay", name=str(n))) for n in range(3)]

    assert len({registered.tenant.clabe for registered in made}) == 3


async def test_list_is_newest_first_and_by_dialect(register: Register, tenants: Tenants) -> None:
    for name, api in (("a", "openpay"), ("b", "bbva"), ("c", "openpay")):
        await register(NewTenant(api=api, name=name))

    assert [tenant.name for tenant in await tenants.list(Page())] == ["c", "b", "a"]
    assert [tenant.name for tenant in await tenants.list(Page(), "openpay")] == ["c", "a"]
    assert [tenant.name for tenant in await tenants.list(Page(offset=1, limit=1))] == ["b"]


async def test_unknown_tenants(tenants: Tenants) -> None:
    with pytest.raises(UnknownTenant):
        await tenants.by_id(4711)
    with pytest.raises(UnknownTenant):
        await tenants.by_account("openpay", "mnobody")
