"""Programs: logging in and out, subclients and their money, keys, ranges, products, the stock."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from pasarela.core.issuing.errors import (
    BadPublicKey,
    CardNumberRefused,
    ClientIdTaken,
    InvalidToken,
    RangeExhausted,
    RangeTaken,
    ReplayMismatch,
    UnknownCard,
    UnknownClient,
    UnknownProduct,
    WrongCredentials,
)
from pasarela.core.issuing.model import FeeRule, NewClient, NewKey, Session
from pasarela.core.issuing.stock import Loaded, StockLine
from pasarela.core.ledger.errors import InsufficientFunds
from pasarela.kernel.cards import Expiry
from pasarela.kernel.secret import Secret
from tests.core.issuing_world import KEYRING, PHYSICAL, PHYSICAL_PREFIX, VIRTUAL, World, holder, mxn, outcomes, uid
from tests.factories.tables import rows

PASSWORD = Secret("password")
SUBCLIENT = NewClient(uid(40), "NOENT", "Noentiendo", "NOENT", "no@example.com", rfc="AAMM9001010A1")
SUBKEY = NewKey(uid(41), uid(41), "NOENT", Secret("12345"), "Subclient Api Key")


async def session_of(world: World, login: str = "login 900", password: Secret = PASSWORD) -> Session:
    return (await world.issuing.sessions.login(login, password)).session


async def test_a_token_says_who_calls_and_nothing_secret(world: World) -> None:
    logged_in = await world.issuing.sessions.login("login 900", PASSWORD)

    session = await world.process().sessions.authenticate(logged_in.token)

    assert session == logged_in.session
    assert (session.client_id, session.key_id) == (world.session.client_id, world.session.key_id)
    assert session.expires_at == world.clock.now() + timedelta(days=1)
    claims = jwt.decode(logged_in.token.reveal(), options={"verify_signature": False})
    assert sorted(claims) == ["exp", "iat", "jti", "key", "sub"]
    assert [row["password_hash"][:10] for row in await rows(world.database, "SELECT * FROM issuing_keys")] == [
        "$argon2id$"
    ]


@pytest.mark.parametrize(("login", "password"), [("login 900", "Password"), ("nobody", "password"), ("", "")])
async def test_wrong_credentials(world: World, login: str, password: str) -> None:
    await world.issuing.sessions.login("login 900", PASSWORD)

    with pytest.raises(WrongCredentials):
        await world.issuing.sessions.login(login, Secret(password))


async def test_a_token_is_dead_everywhere_once_logged_out(world: World) -> None:
    sessions, elsewhere = world.issuing.sessions, world.process().sessions
    one, other = await sessions.login("login 900", PASSWORD), await sessions.login("login 900", PASSWORD)
    await elsewhere.authenticate(one.token)

    await sessions.logout(one.session)

    with pytest.raises(InvalidToken):
        await elsewhere.authenticate(one.token)
    assert await elsewhere.authenticate(other.token) == other.session


async def test_a_token_lives_a_day_of_platform_time(world: World) -> None:
    logged_in = await world.issuing.sessions.login("login 900", PASSWORD)
    world.clock.advance(days=1, seconds=-1)
    await world.issuing.sessions.authenticate(logged_in.token)
    world.clock.advance(seconds=1)

    with pytest.raises(InvalidToken):
        await world.issuing.sessions.authenticate(logged_in.token)


async def test_revoking_a_key_kills_its_tokens(world: World) -> None:
    logged_in = await world.issuing.sessions.login("login 900", PASSWORD)

    await world.issuing.keys.revoke(world.session.tenant_id, world.session.key_id)

    with pytest.raises(InvalidToken):
        await world.issuing.sessions.authenticate(logged_in.token)
    with pytest.raises(WrongCredentials):
        await world.issuing.sessions.login("login 900", PASSWORD)


async def test_tokens_that_are_not_ours(world: World) -> None:
    logged_in = await world.issuing.sessions.login("login 900", PASSWORD)
    claims = jwt.decode(logged_in.token.reveal(), options={"verify_signature": False})
    secret = KEYRING.subkey("issuing tokens")
    forged = (
        "",
        "x",
        "é.é.é",
        logged_in.token.reveal()[:-2],
        jwt.encode(claims, b"another secret of 32 characters!", "HS256"),
        jwt.encode(claims, "", "none"),
        jwt.encode({name: each for name, each in claims.items() if name != "jti"}, secret, "HS256"),
        jwt.encode({**claims, "sub": uid(40)}, secret, "HS256"),
    )

    for token in forged:
        with pytest.raises(InvalidToken):
            await world.issuing.sessions.authenticate(Secret(token))


async def test_a_subclient_gets_money_and_sees_its_own_only(world: World) -> None:
    made = await world.issuing.clients.create_subclient(world.session, SUBCLIENT, SUBKEY, mxn(1_000_00))
    again = await world.issuing.clients.create_subclient(world.session, SUBCLIENT, SUBKEY, mxn(1_000_00))
    card = await world.virtual(10)

    assert (made, made.client.available) == (again, mxn(1_000_00))
    assert (await world.client()).available == mxn(99_000_00)
    theirs = await session_of(world, SUBKEY.login, SUBKEY.password)
    assert theirs.client_id == SUBCLIENT.client_id
    with pytest.raises(UnknownCard):
        await world.issuing.cards.find(theirs, card.card_id)
    with pytest.raises(UnknownClient):
        await world.issuing.clients.create_subclient(theirs, SUBCLIENT, SUBKEY, mxn(1))
    assert [each.product_id for each in await world.issuing.programs.products(theirs.tenant_id)] == [PHYSICAL, VIRTUAL]
    assert await world.balanced()


async def test_a_subclient_that_its_parent_cannot_fund_is_not_made(world: World) -> None:
    with pytest.raises(InsufficientFunds):
        await world.issuing.clients.create_subclient(world.session, SUBCLIENT, SUBKEY, mxn(100_000_01))

    assert [each.client_id for each in await world.issuing.clients.of_program(world.session.tenant_id)] == [uid(900)]
    with pytest.raises(WrongCredentials):
        await session_of(world, SUBKEY.login, SUBKEY.password)


async def test_logins_are_unique(world: World) -> None:
    taken = NewKey(uid(42), "login 900", "NOENT", PASSWORD)

    with pytest.raises(ClientIdTaken):
        await world.issuing.clients.create_subclient(world.session, SUBCLIENT, taken, mxn(0))
    assert len(await world.issuing.clients.of_program(world.session.tenant_id)) == 1


async def test_funding_a_subclient(world: World) -> None:
    await world.issuing.clients.create_subclient(world.session, SUBCLIENT, SUBKEY, mxn(0))
    fund = world.issuing.clients.fund

    funded = await fund(world.session, uid(50), SUBCLIENT.client_id, mxn(1_200_50))
    assert await fund(world.session, uid(50), SUBCLIENT.client_id, mxn(1_200_50)) == funded
    assert (funded.client.available, funded.subclient.available) == (mxn(98_799_50), mxn(1_200_50))
    with pytest.raises(ReplayMismatch):
        await fund(world.session, uid(50), SUBCLIENT.client_id, mxn(1))
    with pytest.raises(InsufficientFunds):
        await fund(world.session, uid(51), SUBCLIENT.client_id, mxn(98_799_51))
    for stranger in (uid(77), world.session.client_id):
        with pytest.raises(UnknownClient):
            await fund(world.session, uid(52), stranger, mxn(1))
    became = await outcomes(fund(world.session, uid(n), SUBCLIENT.client_id, mxn(40_000_00)) for n in range(60, 65))
    assert became == ["InsufficientFunds"] * 3 + ["done"] * 2
    assert await world.balanced()


async def test_another_program_is_another_world(world: World) -> None:
    card, plastic = await world.virtual(10), await world.plastic()
    stranger = await world.open(950)

    for ref in (card.card_id, plastic):
        with pytest.raises(UnknownCard):
            await world.issuing.cards.in_program(stranger.tenant_id, ref)
    with pytest.raises(UnknownClient):
        await world.issuing.clients.by_id(stranger.tenant_id, world.session.client_id)
    assert await world.issuing.programs.products(stranger.tenant_id) == []
    await world.issuing.cardholders.create(stranger, holder(2))


async def test_only_sound_rsa_keys_are_registered(world: World) -> None:
    small = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----"  # noqa: E501 - a key of 512 bits in one piece

    for pem in ("", "x", small, small[:80], "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"):
        with pytest.raises(BadPublicKey):
            await world.issuing.keys.set_public_key(world.session, pem)
    assert (await world.issuing.keys.get(world.session)).public_key is None


async def test_ranges_never_overlap(world: World) -> None:
    add, tenant_id = world.issuing.programs.add_range, world.session.tenant_id

    for prefix in (PHYSICAL_PREFIX, PHYSICAL_PREFIX[:6], PHYSICAL_PREFIX + "1"):
        with pytest.raises(RangeTaken):
            await add(tenant_id, PHYSICAL, prefix)
    with pytest.raises(UnknownProduct):
        await add(tenant_id, uid(5), "555555")
    assert await world.issuing.ranges.ours(Secret(PHYSICAL_PREFIX + "00000000"))
    assert not await world.issuing.ranges.ours(Secret("4111111111111111"))


async def test_a_stock_is_made_and_a_range_runs_out(world: World) -> None:
    tenant_id, make = world.session.tenant_id, world.issuing.stock.make
    await world.issuing.programs.add_range(tenant_id, VIRTUAL, "52041698123")

    assert await make(tenant_id, PHYSICAL, 1_200) == 1_200
    plastics = await world.issuing.disclose.stock(PHYSICAL, 2_000)
    assert len({each.pan.reveal() for each in plastics}) == 1_200
    assert [each.stock_cards for each in await world.issuing.programs.products(tenant_id)] == [1_200, 0]
    await rows(world.database, "UPDATE issuing_ranges SET next_serial = 9999999 WHERE prefix = '48151622'")
    await rows(world.database, "UPDATE issuing_ranges SET next_serial = 9999 WHERE prefix = '52041698123'")
    assert await make(tenant_id, VIRTUAL, 1) == 1
    assert await make(tenant_id, VIRTUAL, 1) == 1
    with pytest.raises(RangeExhausted):
        await make(tenant_id, VIRTUAL, 1)


async def test_plastics_of_others_are_taken_over_once(world: World) -> None:
    expiry, load = Expiry(2030, 1), world.issuing.stock.load
    lines = [StockLine(Secret("5204169912345671"), expiry), StockLine(Secret("5204169900000007"), expiry)]

    assert await load(world.session.tenant_id, PHYSICAL, lines) == Loaded(2, 0)
    assert await load(world.session.tenant_id, PHYSICAL, lines) == Loaded(0, 2)
    for pan in ("4111111111111111", "5204169912345672", "520416991234567", "x"):
        with pytest.raises(CardNumberRefused):
            await load(world.session.tenant_id, PHYSICAL, [*lines, StockLine(Secret(pan), expiry)])
    assert len(await world.issuing.disclose.stock(None, 10)) == 2


async def test_fees(world: World) -> None:
    tenant_id, programs = world.session.tenant_id, world.issuing.programs

    assert await programs.fee(tenant_id, "spei") == FeeRule(0, 0)
    for fee in (FeeRule(580, 1600), FeeRule(600, 1600)):
        await programs.set_fee(tenant_id, "spei", fee)
        assert await programs.fee(tenant_id, "spei") == fee


async def test_a_deposit_counts_once(world: World) -> None:
    deposit, session = world.issuing.programs.deposit, world.session

    for _ in range(2):
        assert (await deposit(session.tenant_id, session.client_id, "d1", mxn(5_00))).available == mxn(100_005_00)
    with pytest.raises(UnknownClient):
        await deposit(session.tenant_id, uid(77), "d2", mxn(5_00))
    assert await world.balanced()
