"""Puts the hosted pages before a dialect's calls, bound to the core's verbs and to Openpay's ways to pay a checkout."""

from __future__ import annotations

from dataclasses import replace

from starlette.types import ASGIApp

from pasarela.core.checkouts.model import Checkout
from pasarela.core.checkouts.pay import Way
from pasarela.core.payments.model import Payment
from pasarela.entry.core_parts import CoreParts
from pasarela.entry.money_in_desk import SimulatedPayers
from pasarela.entry.platform import Platform
from pasarela.facades.openpay.barcode_url import barcode_url
from pasarela.facades.openpay.references import (
    AGREEMENT,
    AGREEMENT_BANK,
    AGREEMENT_CLABE,
    STORE_MINOR_MAX,
    paybin_reference,
    store_reference,
    transfer_reference,
)
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Currency
from pasarela.web.checkout.app import HostedPages
from pasarela.web.checkout.ports import CheckoutDesk, Desk, Shown
from pasarela.web.checkout.three_ds import ThreeDsPages, Verbs


def with_pages(platform: Platform, api: str, mount: str, calls: ASGIApp, instalments: tuple[int, ...]) -> ASGIApp:
    """`calls` of the dialect `api`, which lies at `mount`, with its pages before them. `instalments` are the numbers of
    payments that its payers may be offered."""
    core, plan = platform.core, platform.plan
    desk = Desk(
        api=api,
        base_url=plan.base_url,
        form_key=plan.keyring.subkey("hosted pages"),
        tenant=core.tenants.queries.of_account,
        payment=core.payments.queries.get,
        pay=core.payments.pay_waiting,
        checkouts=_checkouts(core),
        wallet=simulated_desk(platform) if plan.sandbox else None,
        clock=platform.clock,
        ids=platform.ids,
        instalments=instalments,
    )
    authentication = core.authentication
    verbs = Verbs(authentication.start, authentication.conclude, authentication.queries.latest)
    return HostedPages(replace(desk, three_ds=ThreeDsPages(desk, verbs, plan.base_url + mount)), calls)


def simulated_desk(platform: Platform) -> SimulatedPayers:
    """Who pays in a sandbox in the place of payers."""
    world = platform.payers.world
    assert world is not None, "a sandbox has its own payers"
    return SimulatedPayers(world, platform.inbox, platform.core.payments.queries, platform.ids)


def _checkouts(core: CoreParts) -> CheckoutDesk:
    pay = core.checkouts.pay
    return CheckoutDesk(
        by_link=core.checkouts.queries.by_link,
        tenant=core.tenants.queries.by_id,
        current=pay.current,
        ready=pay.ready,
        pay=pay,
        offers=_offers,
        way=_way,
        shown=_shown,
    )


def _offers(instrument: Instrument, checkout: Checkout) -> bool:
    """Stores take up to a limit, stores and banks only pesos."""
    pesos = checkout.amount.currency is Currency.MXN
    return {
        Instrument.CARD: True,
        Instrument.STORE: pesos and checkout.amount.minor <= STORE_MINOR_MAX,
        Instrument.BANK_TRANSFER: pesos,
    }.get(instrument, False)


def _way(instrument: Instrument, checkout: Checkout) -> Way:
    match instrument:
        case Instrument.STORE:
            details = {"paybin": paybin_reference(checkout.payment_id)}
            return Way(instrument, store_reference(checkout.payment_id, checkout.amount), details)
        case Instrument.BANK_TRANSFER:
            return Way(instrument, transfer_reference(checkout.payment_id))
        case _:
            return Way(instrument)


def _shown(payment: Payment, root: str, account: str) -> Shown:
    assert payment.reference is not None, "stores and transfers have one"
    if payment.instrument is Instrument.STORE:
        return Shown(
            payment.reference,
            {"reference": payment.reference},
            f"{root}/paynet-pdf/{account}/{payment.reference}",
            f"{barcode_url(payment.reference, root)}&format=svg",
        )
    facts = {"bank": AGREEMENT_BANK, "clabe": AGREEMENT_CLABE, "agreement": AGREEMENT, "reference": payment.reference}
    return Shown(payment.reference, facts, f"{root}/spei-pdf/{account}/{payment.payment_id}")
