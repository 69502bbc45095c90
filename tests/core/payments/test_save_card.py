"""`SaveCard`: a card is saved once its issuer vouches for it."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from pasarela.core.context import Caller
from pasarela.core.payments.errors import CardRefused, OutcomeUnknown, SourceSpent, UnknownSource
from pasarela.core.payments.model import SavedSource
from pasarela.core.payments.save_card import SaveCardCommand
from pasarela.core.vault.errors import DuplicateCard, ReplayMismatch
from pasarela.core.vault.model import SavedCard
from pasarela.kernel.decline import Decline
from pasarela.rails.contract import CardAuthorization
from tests.factories.cards import MASTERCARD, card
from tests.factories.payments import World, failures, mxn
from tests.factories.tables import rows, stored
from tests.fakes.card_rail import Fate, ScriptedRail, declined

ATTEMPTS = "SELECT attempt_id, kind, state, amount, response_code FROM payment_attempts"
FINAL = [decline for decline in Decline if decline is not Decline.ISSUER_UNAVAILABLE]


async def test_save_a_card(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    saved = await world.payments.save_card(merchant, SaveCardCommand("k1", card(MASTERCARD), customer_id="aone"))
    assert (saved.card_id, saved.customer_id, saved.facts.masked) == ("k1", "aone", "555555XXXXXX4444")
    [message] = rail.sent
    assert isinstance(message, CardAuthorization)
    assert (message.card, message.amount, message.purpose.value) == (card(MASTERCARD), mxn(0), "verification")
    assert [tuple(row) for row in await rows(world.database, ATTEMPTS)] == [
        ("k1/verification", "verification", "approved", 0, "00")
    ]
    kept = await stored(world.database, "payments", "ledger_transfers", "outbox_events", "due_work")
    assert kept == {"payments": [], "ledger_transfers": [], "outbox_events": [], "due_work": []}
    paid = await world.sell(merchant, source=SavedSource("k1"), customer_id="aone")
    assert paid.source_id == "k1"


async def test_save_a_card_from_a_token(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    token = await world.token(merchant, card(MASTERCARD, cvv="737"))
    saved = await world.payments.save_card(merchant, SaveCardCommand("k1", token_id=token))
    assert saved.facts.masked == "555555XXXXXX4444"
    assert [message.card for message in rail.sent] == [card(MASTERCARD, cvv="737")]
    with pytest.raises(SourceSpent):
        await world.payments.save_card(merchant, SaveCardCommand("k2", token_id=token))
    with pytest.raises(SourceSpent):
        await world.sell(merchant, source=SavedSource(token))


@pytest.mark.parametrize("decline", FINAL)
async def test_a_refused_card_is_not_saved(
    world: World, merchant: Caller, rail: ScriptedRail, decline: Decline
) -> None:
    token = await world.token(merchant)
    before = await stored(world.database, "vault_cards", "vault_tokens")
    rail.will(declined(decline, "77"))
    with pytest.raises(CardRefused) as refusal:
        await world.payments.save_card(merchant, SaveCardCommand("k1", token_id=token))
    assert (refusal.value.decline, refusal.value.code) == (decline, "77")
    assert await stored(world.database, "vault_cards", "vault_tokens") == before
    assert [row["state"] for row in await rows(world.database, ATTEMPTS)] == ["declined"]
    assert (await world.payments.save_card(merchant, SaveCardCommand("k2", token_id=token))).card_id == "k2"


@pytest.mark.parametrize("fate", [Fate.LOSE_ANSWER, Fate.NOT_SENT, declined(Decline.ISSUER_UNAVAILABLE, "91")])
async def test_a_card_that_nobody_vouches_for_is_not_saved(
    world: World, merchant: Caller, rail: ScriptedRail, fate: Fate
) -> None:
    before = await stored(world.database, "vault_cards")
    rail.will(fate)
    with pytest.raises(OutcomeUnknown):
        await world.payments.save_card(merchant, SaveCardCommand("k1", card()))
    assert await stored(world.database, "vault_cards") == before
    assert await world.run_due() == []
    assert await world.sweep() == 0
    await rail.deliver_late()
    assert failures(await world.run_due()) == []
    assert len(rail.sent) <= 1


async def test_a_duplicate_is_refused_before_its_issuer_is_asked(
    world: World, merchant: Caller, rail: ScriptedRail
) -> None:
    await world.payments.save_card(merchant, SaveCardCommand("k1", card(), customer_id="aone"))
    before = await stored(world.database)
    with pytest.raises(DuplicateCard):
        await world.payments.save_card(merchant, SaveCardCommand("k2", card(), customer_id="aone"))
    assert await stored(world.database) == before
    assert len(rail.sent) == 1
    for customer in ("atwo", None):
        await world.payments.save_card(merchant, SaveCardCommand(world.fresh("k"), card(), customer_id=customer))


async def test_a_duplicate_leaves_its_token_as_it_was(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    await world.payments.save_card(merchant, SaveCardCommand("k1", card()))
    token = await world.token(merchant, card(cvv="737"))
    before = await stored(world.database)
    with pytest.raises(DuplicateCard):
        await world.payments.save_card(merchant, SaveCardCommand("k2", token_id=token))
    assert await stored(world.database) == before
    await world.sell(merchant, source=SavedSource(token))
    assert rail.sent[-1].card == card(cvv="737")  # its security code is still there


@pytest.mark.parametrize("of_another", [False, True])
async def test_save_from_something_that_is_no_token(
    world: World, merchant: Caller, rail: ScriptedRail, of_another: bool
) -> None:
    source = await world.token(await world.merchant()) if of_another else await world.saved_card(merchant)
    before = await stored(world.database)
    with pytest.raises(UnknownSource) as refusal:
        await world.payments.save_card(merchant, SaveCardCommand("k1", token_id=source))
    assert refusal.value.field == "token_id"
    assert await stored(world.database) == before
    assert rail.sent == []


async def test_one_of_many_at_once_is_saved(world: World, merchant: Caller) -> None:
    results = await asyncio.gather(
        *(world.payments.save_card(merchant, SaveCardCommand(f"k{number}", card())) for number in range(10)),
        return_exceptions=True,
    )
    assert Counter(type(result) for result in results) == {SavedCard: 1, DuplicateCard: 9}


@pytest.mark.parametrize("from_token", [False, True])
async def test_the_same_command_again_answers_the_same_card(
    world: World, merchant: Caller, rail: ScriptedRail, from_token: bool
) -> None:
    token = await world.token(merchant) if from_token else None
    command = SaveCardCommand("k1", None if token else card(), token, customer_id="aone")
    saved = await world.payments.save_card(merchant, command)
    before = await stored(world.database)
    world.clock.advance(hours=2)
    assert await world.payments.save_card(merchant, command) == saved
    assert await stored(world.database) == before
    assert len(rail.sent) == 1


async def test_another_command_under_the_same_id_is_refused(world: World, merchant: Caller, rail: ScriptedRail) -> None:
    await world.payments.save_card(merchant, SaveCardCommand("k1", card(), customer_id="aone"))
    before = await stored(world.database)
    with pytest.raises(ReplayMismatch):
        await world.payments.save_card(merchant, SaveCardCommand("k1", card(holder="Ana"), customer_id="aone"))
    assert await stored(world.database) == before
    assert len(rail.sent) == 1
    with pytest.raises(ReplayMismatch):
        await world.payments.save_card(merchant, SaveCardCommand("k1", card(MASTERCARD), customer_id="aone"))
    assert await stored(world.database, "vault_cards") == {"vault_cards": before["vault_cards"]}


@pytest.mark.parametrize("from_token", [False, True])
async def test_a_command_that_died_after_its_verification_is_run_again(
    world: World, merchant: Caller, rail: ScriptedRail, from_token: bool
) -> None:
    token = await world.token(merchant) if from_token else None
    command = SaveCardCommand("k1", None if token else card(), token)
    rail.will(Fate.LOSE_ANSWER)
    with pytest.raises(OutcomeUnknown):
        await world.payments.save_card(merchant, command)
    assert (await world.payments.save_card(merchant, command)).card_id == "k1"
    assert [tuple(row)[:3] for row in await rows(world.database, ATTEMPTS)] == [
        ("k1/verification", "verification", "approved")
    ]


async def test_the_same_command_many_times_at_once_saves_one_card(world: World, merchant: Caller) -> None:
    command = SaveCardCommand("k1", card())
    saved = await asyncio.gather(*(world.payments.save_card(merchant, command) for _ in range(8)))
    assert len({one.card_id for one in saved}) == 1
    assert len(await rows(world.database, "SELECT card_id FROM vault_cards")) == 1
