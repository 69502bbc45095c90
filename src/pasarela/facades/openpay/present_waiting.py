"""How a charge that waits for its payer is to be paid, as Openpay prints it."""

from __future__ import annotations

from collections.abc import Iterable

from pasarela.core.payments.model import ChargedFee, ConfirmBy, Payment, PaymentStatus
from pasarela.core.tenants.model import Tariff
from pasarela.core.tenants.rules import fee_for, tariff_for
from pasarela.facades.openpay.barcode_url import barcode_url
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.references import AGREEMENT, AGREEMENT_BANK, AGREEMENT_CLABE
from pasarela.facades.openpay.wire.answers import PaymentMethodAnswer
from pasarela.kernel.instruments import Instrument
from pasarela.kernel.money import Money

METHOD_WORDS = {
    Instrument.CARD: "card",
    Instrument.STORE: "store",
    Instrument.BANK_TRANSFER: "bank_account",
    Instrument.WALLET: "alipay",
}


def payment_method(payment: Payment, root_url: str, account: str) -> PaymentMethodAnswer | None:
    """`root_url` is where the provider's own pages lie, `account` the merchant's id. A deposit, which names no
    reference, waited for nobody."""
    charge_url = f"{root_url}/v1/{account}/charges/{payment.payment_id}"
    if payment.confirm is not None:
        return _by_card(payment, payment.confirm, charge_url)
    if payment.reference is None:
        return None
    match payment.instrument:
        case Instrument.STORE:
            paybin = str(payment.details["paybin"])
            return PaymentMethodAnswer(
                type="store",
                reference=payment.reference,
                paybin_reference=paybin,
                barcode_url=barcode_url(payment.reference, root_url),
                barcode_paybin_url=barcode_url(paybin, root_url),
            )
        case Instrument.BANK_TRANSFER:
            return PaymentMethodAnswer(
                type="bank_transfer",
                agreement=AGREEMENT,
                bank=AGREEMENT_BANK,
                clabe=AGREEMENT_CLABE,
                name=payment.reference,
            )
        case Instrument.WALLET:
            return PaymentMethodAnswer(type="redirect", url=f"{charge_url}/redirect/")
        case Instrument.CARD:
            return None


def _by_card(payment: Payment, confirm: ConfirmBy, charge_url: str) -> PaymentMethodAnswer:
    match confirm:
        case ConfirmBy.PAGE:
            return PaymentMethodAnswer(type="redirect", url=f"{charge_url}/card_capture")
        case ConfirmBy.THREE_D_SECURE:
            return PaymentMethodAnswer(type="redirect", url=f"{charge_url}/redirect/")
        case ConfirmBy.IVR:
            return PaymentMethodAnswer(
                type="ivr",
                phone_number=payment.details["ivr_phone"],
                ivr_key=int(payment.details["ivr_key"]),
                attempts=payment.tries,
            )


def own_authorization(payment: Payment, profile: Profile) -> str | None:
    """What a charge that waits for 3-D Secure prints as its authorisation, where the provider prints any."""
    waits = payment.status is PaymentStatus.PENDING and payment.confirm is ConfirmBy.THREE_D_SECURE
    return payment.payment_id if waits and profile.charges.own_id_authorizes else None


def quoted_fee(payment: Payment, tariffs: Iterable[Tariff]) -> ChargedFee | None:
    """What a payment in a wallet will cost, which its answers tell before it is paid; of no other payment they do."""
    if payment.instrument is not Instrument.WALLET or payment.status is not PaymentStatus.PENDING:
        return None
    amount = payment.amount
    tariff = tariff_for(tariffs, Instrument.WALLET, amount.currency)
    if tariff is None:
        return None
    fee = fee_for(tariff, amount)
    return ChargedFee(Money(fee.amount_minor, amount.currency), fee.tax_basis_points)


def shows_card(payment: Payment) -> bool:
    """Whether the card on a payment is the one that pays: not one that a payer has tried in vain."""
    tried = payment.status is PaymentStatus.PENDING and payment.confirm is not ConfirmBy.THREE_D_SECURE
    return payment.card is not None and not tried
