"""Finding out who calls."""

from __future__ import annotations

import asyncio

import pytest

from pasarela.core.tenants.authenticate import REMEMBERED_SECONDS, Authenticate
from pasarela.core.tenants.change_status import ChangeStatus
from pasarela.core.tenants.errors import (
    KeyNotFound,
    KeyTaken,
    TenantDisabled,
    UnknownKey,
    UnknownTenant,
)
from pasarela.core.tenants.issue_key import IssueKey
from pasarela.core.tenants.model import KeyKind, NewTenant, Registered, TenantStatus
from pasarela.core.tenants.queries import Tenants
from pasarela.core.tenants.register import Register
from pasarela.core.tenants.revoke_key import RevokeKey
from pasarela.infra.database import Database
from pasarela.kernel.secret import Secret
from tests.core.tenants.conftest import Seconds
from tests.fakes.stopped_clock import NOON, StoppedClock


@pytest.fixture
async def shop(register: Register) -> Registered:
    return await register(NewTenant(api="openpay", name="Tienda", account="mshop"))


async def test_authenticate_names_tenant_and_kind(authenticate: Authenticate, shop: Registered) -> None:
    private = await authenticate("openpay", "mshop", shop.private.key)
    public = await authenticate("openpay", "mshop", shop.public.key)

    assert (private.tenant, private.kind) == (shop.tenant, KeyKind.PRIVATE)
    assert (public.tenant, public.kind) == (shop.tenant, KeyKind.PUBLIC)


async def test_all_wrong_credentials_are_refused_alike(
    authenticate: Authenticate, shop: Registered, register: Register
) -> None:
    other = await register(NewTenant(api="openpay", name="Otra", account="mother"))
    wrong = [
        ("openpay", "mshop", Secret("sk_" + "0" * 32)),
        ("openpay", "mshop", Secret("")),
        ("openpay", "mnobody", shop.private.key),
        ("openpay", "mshop", other.private.key),
        ("bbva", "mshop", shop.private.key),
        ("openpay", "MSHOP", shop.private.key),
    ]
    for attempt in wrong:
        with pytest.raises(UnknownKey) as refusal:
            await authenticate(*attempt)
        assert str(refusal.value) == "The key is not a key of this account."


async def test_answers_are_remembered_for_seconds(
    database: Database, authenticate: Authenticate, shop: Registered, seconds: Seconds
) -> None:
    await authenticate("openpay", "mshop", shop.private.key)
    with pytest.raises(UnknownKey):
        await authenticate("openpay", "mshop", Secret("wrong"))
    await database.close()

    seconds.passed = REMEMBERED_SECONDS - 0.1
    assert (await authenticate("openpay", "mshop", shop.private.key)).tenant == shop.tenant
    with pytest.raises(UnknownKey):
        await authenticate("openpay", "mshop", Secret("wrong"))

    seconds.passed = REMEMBERED_SECONDS
    with pytest.raises(KeyError):
        await authenticate("openpay", "mshop", shop.private.key)


async def test_concurrent_misses_share_statements(authenticate: Authenticate, shop: Registered) -> None:
    keys = [shop.private.key, shop.public.key, Secret("wrong")] * 50

    results = await asyncio.gather(*(authenticate("openpay", "mshop", key) for key in keys), return_exceptions=True)

    kinds = ["refused" if isinstance(result, BaseException) else result.kind.value for result in results]
    assert kinds == ["private", "public", "refused"] * 50


async def test_a_revoked_key_is_refused_within_seconds(
    authenticate: Authenticate, revoke_key: RevokeKey, shop: Registered, seconds: Seconds
) -> None:
    await authenticate("openpay", "mshop", shop.private.key)
    await revoke_key(shop.tenant.tenant_id, shop.private.key_id)

    seconds.passed = REMEMBERED_SECONDS
    with pytest.raises(UnknownKey):
        await authenticate("openpay", "mshop", shop.private.key)
    assert (await authenticate("openpay", "mshop", shop.public.key)).kind is KeyKind.PUBLIC


async def test_forget_makes_a_change_take_effect_at_once(
    authenticate: Authenticate, revoke_key: RevokeKey, shop: Registered
) -> None:
    await authenticate("openpay", "mshop", shop.private.key)
    await revoke_key(shop.tenant.tenant_id, shop.private.key_id)

    authenticate.forget()

    with pytest.raises(UnknownKey):
        await authenticate("openpay", "mshop", shop.private.key)


@pytest.mark.parametrize("status", [TenantStatus.SUSPENDED, TenantStatus.DELETED])
async def test_a_disabled_tenant_is_refused(
    authenticate: Authenticate, change_status: ChangeStatus, shop: Registered, status: TenantStatus
) -> None:
    await change_status(shop.tenant.tenant_id, status)

    with pytest.raises(TenantDisabled):
        await authenticate("openpay", "mshop", shop.private.key)
    with pytest.raises(UnknownKey):
        await authenticate("openpay", "mshop", Secret("wrong"))


async def test_a_tenant_can_be_active_again(
    authenticate: Authenticate, change_status: ChangeStatus, shop: Registered
) -> None:
    await change_status(shop.tenant.tenant_id, TenantStatus.SUSPENDED)
    await change_status(shop.tenant.tenant_id, TenantStatus.ACTIVE)

    assert (await authenticate("openpay", "mshop", shop.private.key)).tenant == shop.tenant


async def test_change_status_of_nobody(change_status: ChangeStatus) -> None:
    with pytest.raises(UnknownTenant):
        await change_status(4711, TenantStatus.SUSPENDED)


async def test_issue_key_adds_one(authenticate: Authenticate, issue_key: IssueKey, shop: Registered) -> None:
    issued = await issue_key(shop.tenant.tenant_id, KeyKind.PRIVATE)

    assert (await authenticate("openpay", "mshop", issued.key)).kind is KeyKind.PRIVATE
    assert (await authenticate("openpay", "mshop", shop.private.key)).kind is KeyKind.PRIVATE


async def test_issue_key_refuses_a_key_that_the_tenant_has(issue_key: IssueKey, shop: Registered) -> None:
    with pytest.raises(KeyTaken):
        await issue_key(shop.tenant.tenant_id, KeyKind.PUBLIC, shop.private.key)


async def test_keys_are_listed_by_hint(
    clock: StoppedClock, issue_key: IssueKey, revoke_key: RevokeKey, shop: Registered, tenants: Tenants
) -> None:
    clock.advance(minutes=1)
    issued = await issue_key(shop.tenant.tenant_id, KeyKind.PRIVATE, Secret("sk_0123456789abcdef"))
    await revoke_key(shop.tenant.tenant_id, shop.public.key_id)

    keys = await tenants.keys(shop.tenant.tenant_id)

    assert (keys[0].key_id, keys[0].hint, keys[0].kind) == (issued.key_id, "cdef", KeyKind.PRIVATE)
    assert {key.key_id: key.revoked_at for key in keys} == {
        issued.key_id: None,
        shop.private.key_id: None,
        shop.public.key_id: clock.at,
    }
    assert [key.created_at for key in keys] == [clock.at, NOON, NOON]


async def test_revoke_key_refuses_what_is_not_there(
    revoke_key: RevokeKey, register: Register, shop: Registered
) -> None:
    other = await register(NewTenant(api="openpay", name="Otra"))
    with pytest.raises(KeyNotFound):
        await revoke_key(shop.tenant.tenant_id, other.private.key_id)

    await revoke_key(shop.tenant.tenant_id, shop.private.key_id)
    with pytest.raises(KeyNotFound):
        await revoke_key(shop.tenant.tenant_id, shop.private.key_id)


async def test_no_key_is_stored(database: Database, shop: Registered) -> None:
    async with database.operator() as tx:
        rows = await tx.fetch("SELECT k::text FROM api_keys k")

    assert len(rows) == 2
    assert not any(shop.private.key.reveal()[3:] in row["k"] for row in rows)


async def test_tenants_do_not_see_each_other(database: Database, shop: Registered, register: Register) -> None:
    await register(NewTenant(api="openpay", name="Otra"))

    async with database.tenant(shop.tenant.tenant_id) as tx:
        for table in ("tenants", "api_keys", "tariffs", "tenant_profiles"):
            seen = await tx.fetch(f"SELECT DISTINCT tenant_id FROM {table}")  # noqa: S608 - our own names
            assert [row["tenant_id"] for row in seen] == [shop.tenant.tenant_id], table


async def test_a_key_alone_names_its_account(
    authenticate: Authenticate, shop: Registered, revoke_key: RevokeKey, change_status: ChangeStatus
) -> None:
    found = await authenticate.by_key("openpay", shop.private.key)

    assert (found.tenant, found.kind) == (shop.tenant, KeyKind.PRIVATE)
    for api, key in (("bbva", shop.private.key), ("openpay", Secret("sk_" + "0" * 32))):
        with pytest.raises(UnknownKey):
            await authenticate.by_key(api, key)
    await revoke_key(shop.tenant.tenant_id, shop.private.key_id)
    with pytest.raises(UnknownKey):
        await authenticate.by_key("openpay", shop.private.key)
    await change_status(shop.tenant.tenant_id, TenantStatus.SUSPENDED)
    authenticate.forget()
    with pytest.raises(TenantDisabled):
        await authenticate.by_key("openpay", shop.public.key)
