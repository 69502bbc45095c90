"""What made up an automatic payout, and what a month's processing cost; with the transactions behind the sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pasarela.core.payouts.create_payout import PAYOUT
from pasarela.core.payouts.model import EntryType, ReportEntry
from pasarela.facades.openpay import charges, present
from pasarela.facades.openpay import present_money_out as shown
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import ChargeAnswer
from pasarela.facades.openpay.wire.money_out import FeeDetailFilters, MonthFilters, PayoutDetailFilters
from pasarela.facades.openpay.wire.money_out_answers import CustomerFeeAnswer, PayoutAnswer, TransferAnswer
from pasarela.facades.toolkit.call import Call, Reply
from pasarela.facades.toolkit.mexico_time import MEXICO_CITY
from pasarela.facades.toolkit.wire import parse_filters
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.paging import Page

AnyTransaction = ChargeAnswer | PayoutAnswer | TransferAnswer | CustomerFeeAnswer


async def payout(call: Call[Profile]) -> Reply:
    report = await call.services.money_out.payout_report(call.caller.tenant_id, call.id("payout_id"))
    return Reply(200, present.encode(shown.payout_report(report)))


async def payout_detail(call: Call[Profile]) -> Reply:
    filters = parse_filters(PayoutDetailFilters, call.query())
    entries = await call.services.money_out.payout_entries(call.caller.tenant_id, call.id("payout_id"))
    return await _transactions(call, entries, filters.detail_type, filters.page())


async def fees(call: Call[Profile]) -> Reply:
    month = _month(parse_filters(MonthFilters, call.query()))
    report = await call.services.money_out.fees_report(call.caller.tenant_id, *month)
    return Reply(200, present.encode(shown.fees_report(report)))


async def fees_detail(call: Call[Profile]) -> Reply:
    filters = parse_filters(FeeDetailFilters, call.query())
    entries = await call.services.money_out.fee_entries(call.caller.tenant_id, *_month(filters))
    return await _transactions(call, entries, filters.fee_type, filters.page())


async def _transactions(
    call: Call[Profile], entries: Sequence[ReportEntry], wanted: EntryType | None, page: Page
) -> Reply:
    """The transactions behind `entries` of the type wanted, each once."""
    found = {entry.subject: entry for entry in entries if wanted in (None, entry.type)}
    shown_now = list(found.values())[page.offset : page.offset + page.limit]
    return Reply(200, present.encode([await _transaction(call, entry) for entry in shown_now]))


async def _transaction(call: Call[Profile], entry: ReportEntry) -> AnyTransaction:
    tenant_id, subject, money_out = call.caller.tenant_id, entry.subject, call.services.money_out
    answer: AnyTransaction
    if entry.kind.startswith(PAYOUT):
        answer = shown.payout(await money_out.any_payout(tenant_id, subject), call.profile)
    elif entry.kind.startswith("customer_fee"):
        answer = shown.fee(await money_out.get_fee(tenant_id, subject))
    elif entry.kind == "transfer":
        transfer = await money_out.any_transfer(tenant_id, subject)
        answer = shown.transfer(transfer, transfer.payer_id if entry.type is EntryType.OUT else transfer.payee_id)
    else:
        answer = await _charge(call, subject)
    answer.conciliated = True
    return answer


async def _charge(call: Call[Profile], charge_id: str) -> ChargeAnswer:
    payments = call.services.payments
    charge = await payments.get(call.caller, charge_id, None)
    answer = charges.shown(call, charge)
    if charge.instrument is Instrument.BANK_TRANSFER and (sender := await payments.sender(call.caller, charge_id)):
        answer.bank_account = shown.sender(sender)
    return answer


def _month(filters: MonthFilters) -> tuple[datetime, datetime]:
    """The instants between which it is this month in Mexico City."""
    begins = datetime(filters.year, filters.month, 1, tzinfo=MEXICO_CITY)
    years, month0 = divmod(filters.month, 12)
    ends = begins.replace(year=begins.year + years, month=month0 + 1)
    return begins.astimezone(UTC), ends.astimezone(UTC)
