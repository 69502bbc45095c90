"""Puts the hosted pages before a dialect's calls, bound to the core's verbs."""

from __future__ import annotations

from dataclasses import replace

from starlette.types import ASGIApp

from pasarela.entry.money_in_desk import SimulatedPayers
from pasarela.entry.platform import Platform
from pasarela.web.checkout.app import HostedPages
from pasarela.web.checkout.ports import Desk
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
        wallet=SimulatedPayers(core, platform.clock, platform.ids) if plan.sandbox else None,
        clock=platform.clock,
        ids=platform.ids,
        instalments=instalments,
    )
    authentication = core.authentication
    verbs = Verbs(authentication.start, authentication.conclude, authentication.queries.latest)
    return HostedPages(replace(desk, three_ds=ThreeDsPages(desk, verbs, plan.base_url + mount)), calls)
