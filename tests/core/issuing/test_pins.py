"""PINs and the codes that they open: what is right, what counts, what locks, and many guesses at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import structlog

from pasarela.core.issuing.errors import NoPin, NotVirtual, PinLocked, UnknownCard, WrongPin
from pasarela.core.issuing.model import Delivery, PinKind
from pasarela.core.issuing.opening import AccountWish
from pasarela.kernel.secret import Secret
from tests.core.issuing_world import HERE, INE, PIN, WRONG, World, outcomes, uid
from tests.factories.tables import rows

TRIES = "SELECT wrong_tries, locked_until FROM issuing_pins"


async def tries(world: World) -> tuple[int, bool]:
    (row,) = await rows(world.database, TRIES)
    return row["wrong_tries"], row["locked_until"] is not None


async def test_a_card_without_a_pin_has_none_to_validate(world: World) -> None:
    card = await world.virtual(10)

    for call in (
        world.issuing.pins.validate(world.session, card.card_id, PIN, HERE),
        world.issuing.pins.authenticate(world.session, card.card_id, card.last4 + "80"),
        world.issuing.pins.change(world.session, card.card_id, uid(5), PIN, WRONG, HERE),
    ):
        with pytest.raises(NoPin):
            await call
    assert await tries(world) == (0, False)


async def test_setting_validating_and_changing(world: World) -> None:
    card, pins = await world.with_pin(10), world.issuing.pins

    assert (await pins.validate(world.session, card.card_id, PIN, HERE)).card_id == card.card_id
    with pytest.raises(WrongPin):
        await pins.change(world.session, card.card_id, uid(5), WRONG, Secret("9999"), HERE)
    await pins.change(world.session, card.card_id, uid(5), PIN, WRONG, HERE)

    await pins.validate(world.session, card.card_id, WRONG, HERE)
    with pytest.raises(WrongPin):
        await pins.validate(world.session, card.card_id, PIN, HERE)
    assert await tries(world) == (1, False)


async def test_authentication_by_four_digits_of_the_card_and_two_of_the_pin(world: World) -> None:
    card, pins = await world.with_pin(10), world.issuing.pins
    wrong_last4 = str((int(card.last4) + 1) % 10_000).zfill(4)

    await pins.authenticate(world.session, card.card_id, card.last4 + "80")
    for told in (card.last4 + "81", wrong_last4 + "80"):
        with pytest.raises(WrongPin):
            await pins.authenticate(world.session, card.card_id, told)

    assert await tries(world) == (2, False)


async def test_purchases_take_either_pin(world: World) -> None:
    card, pins = await world.with_pin(10), world.issuing.pins
    shop = await pins.pos_pin(card)

    await pins.check(card, shop, PinKind.EITHER)
    await pins.check(card, PIN, PinKind.EITHER)

    assert await tries(world) == (0, False)


async def test_fifty_wrong_guesses_at_once_are_looked_at_five_times(world: World) -> None:
    card, processes = await world.with_pin(10), [world.issuing, world.process(), world.process()]

    became = await outcomes(
        processes[n % 3].pins.validate(world.session, card.card_id, Secret(f"1{n:03d}"), HERE) for n in range(50)
    )

    assert became == ["PinLocked"] * 45 + ["WrongPin"] * 5
    assert await tries(world) == (5, True)


async def test_a_lock_hides_the_right_pin_too_until_it_ends(world: World) -> None:
    card, pins = await world.with_pin(10), world.issuing.pins
    for minutes in (5, 15, 60, 24 * 60, 24 * 60):
        for _ in range(5):
            with pytest.raises(WrongPin):
                await pins.check(card, WRONG)
        world.clock.advance(minutes=minutes, seconds=-1)
        with pytest.raises(PinLocked) as locked:
            await world.process().pins.check(card, PIN)
        assert locked.value.until == world.clock.now() + timedelta(seconds=1)
        world.clock.advance(seconds=1)

    await pins.check(card, PIN)

    assert await tries(world) == (0, False)


async def test_setting_a_pin_ends_a_lock(world: World) -> None:
    card, pins = await world.with_pin(10), world.issuing.pins
    await outcomes(pins.check(card, WRONG) for _ in range(5))

    await pins.set(world.session, card.card_id, uid(6), WRONG, HERE)

    await pins.check(card, WRONG)


async def test_trivial_pins_are_allowed_and_reported(world: World) -> None:
    card = await world.virtual(10)

    with structlog.testing.capture_logs() as logs:
        await world.issuing.pins.set(world.session, card.card_id, uid(6), Secret("1995"), HERE)
        await world.issuing.pins.set(world.session, card.card_id, uid(7), PIN, HERE)

    assert logs == [{"event": "trivial PIN", "log_level": "warning", "tenant": card.tenant_id, "card": card.card_id}]


async def test_no_pin_is_stored_that_could_be_read(world: World) -> None:
    card = await world.with_pin(10)
    shop = await world.issuing.pins.pos_pin(card)

    (row,) = await rows(world.database, "SELECT p::text AS whole, verifier, pos_sealed FROM issuing_pins p")

    assert PIN.reveal().encode() not in row["verifier"]
    assert shop.reveal().encode() not in row["pos_sealed"]


async def test_a_dynamic_code_stays_the_same_for_five_minutes(world: World) -> None:
    card, cvc = await world.with_pin(10), world.issuing.cvc
    first = await cvc.issue(world.session, card.card_id, PIN, HERE)
    world.clock.advance(minutes=2, seconds=30)
    second = await cvc.issue(world.session, card.card_id, PIN, HERE)
    world.clock.advance(minutes=2, seconds=30)
    third = await cvc.issue(world.session, card.card_id, PIN, HERE)

    assert [each.remaining_minutes for each in (first, second, third)] == [5, 3, 5]
    assert first.code == second.code
    assert first.card.cvc_issued_at != third.card.cvc_issued_at
    codes, now = world.issuing.codes, world.clock.now()
    assert codes.is_dynamic(card.tenant_id, card.card_id, third.card.cvc_issued_at, third.code, at=now)


async def test_a_dynamic_code_needs_the_pin_and_a_virtual_card(world: World) -> None:
    card, cvc, opening = await world.with_pin(10), world.issuing.cvc, world.issuing.opening
    bare = await world.virtual(11)
    plastic = await opening.assign(
        world.session, uid(12), await world.plastic(), AccountWish(uid(512), uid(1), INE), HERE
    )

    with pytest.raises(WrongPin):
        await cvc.issue(world.session, card.card_id, WRONG, HERE)
    with pytest.raises(NoPin):
        await cvc.issue(world.session, bare.card_id, PIN, HERE)
    with pytest.raises(NotVirtual):
        await cvc.issue(world.session, plastic.card_id, PIN, HERE)
    with pytest.raises(UnknownCard):
        await cvc.issue(world.session, uid(99), PIN, HERE)
    assert [row["n"] for row in await rows(world.database, "SELECT count(cvc_issued_at) AS n FROM issuing_cards")] == [
        0
    ]


async def test_a_virtual_card_with_a_plastic_has_dynamic_codes_too(world: World) -> None:
    card = await world.with_pin(10)
    home = Delivery("Av. Siempre", "#12 Lt3.", "Benito Juárez", "CDMX", "55120")
    await world.issuing.cards.make_physical(world.session, card.card_id, home, HERE)

    assert (await world.issuing.cvc.issue(world.session, card.card_id, PIN, HERE)).remaining_minutes == 5
