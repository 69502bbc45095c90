"""What to do about a refused call: for each rule the section of Openpay's document and a way out.

Rules about single fields stand in the section of the call itself, so those name none.
"""

from __future__ import annotations

from dataclasses import dataclass

from pasarela.facades.openpay.profile import OPENPAY, Profile
from pasarela.facades.openpay.surface import calls_of
from pasarela.facades.toolkit.routing import RouteTable
from pasarela.kernel.errors import Refusal

_ERRORS = "Introducción / Errores"
_KEYS = "Introducción / Autenticación"
_CARD = "Tarjetas / Objeto Tarjeta"
_CARD_CODES = "Introducción / Errores / Códigos de error / Tarjetas"
_PAYOUTS = "Pagos o retiros / Pago a id registrado"
_OURS = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`section` of the provider's document, empty where only this platform has the rule; `fix` in our words."""

    section: str
    fix: str


_RULES: dict[str, tuple[str | None, str]] = {
    "wire.path": ("Introducción / API Endpoints", "Compare the path with the API reference at /docs."),
    "wire.method": ("Introducción / API Endpoints", "Use one of the methods in the answer's Allow header."),
    "wire.body_size": (_ERRORS, "Send at most 1 MiB."),
    "wire.json": (_ERRORS, "Send one JSON object in UTF-8, with each key once, or no body at all."),
    "wire.query": (None, "Write the query string as name=value pairs, at most 50, percent-encoded."),
    "wire.filter": (None, "Give this filter a value of its type."),
    "wire.required": (None, "Send this field; null and an empty text count as not sent."),
    "wire.type": (None, "Send this field with the JSON type that the document's table gives."),
    "wire.max_length": (None, "Shorten the value to the length that the document's table gives."),
    "wire.characters": (None, "Take the NUL character out of the value."),
    "wire.card_number": (
        None,
        "Take the card number out: numbers belong into card_number, and are stored there alone, encrypted.",
    ),
    "wire.not_empty": (None, "Send a text, or leave the field out."),
    "wire.country_code": ("Objetos Comunes / Objeto Dirección", "Send the country's two letters of ISO 3166-1: MX."),
    "wire.choice": (None, "Use one of the values that the description names."),
    "wire.range": (None, "Use a number within the bounds that the description names."),
    "wire.web_address": (None, "Send a whole address that begins with http:// or https://."),
    "wire.date": (None, "Write the date as yyyy-mm-dd; it is a day in Mexico City."),
    "wire.email": (None, "Send an e-mail address like name@example.com."),
    "amount.positive": (None, "Send an amount greater than zero."),
    "amount.decimals": (None, "Send at most two decimals; amounts are never rounded for you."),
    "amount.max": (None, "Send an amount that a card could pay."),
    "auth.credentials": (_KEYS, "Send HTTP Basic with the API key as user name and no password: curl -u sk_...:"),
    "auth.private_key": (_KEYS, "Call from your server with the private key (sk_...)."),
    "auth.private_key_in_browser": (
        _KEYS,
        "Never put the private key into a page: use the public key (pk_...) there, and replace this private key.",
    ),
    "unknown_key": (_KEYS, "Check that key and merchant id in the path belong together and to this environment."),
    "tenant_disabled": (_ERRORS, "The merchant is suspended or deleted; ask the operator."),
    "unknown_tenant": ("Comercio", "Check the merchant id."),
    "merchant.permission": (_OURS, "Ask for the permission, or leave out what needs it: see the API's own page."),
    "charge.affiliation": (None, "Send one of the affiliations that the merchant's account was made with."),
    "sandbox.outcome": (_OURS, "See /sandbox/outcomes for the values of X-Sandbox-Outcome."),
    "checkout.unknown": (_OURS, "Check the checkout's id or order id, and the level that it was made at."),
    "checkout.open": (_OURS, "Make a new checkout: a paid or cancelled one stays what it is."),
    "checkout.expires_later": (_OURS, "Send an expiration_date that is still to come."),
    "webhook.unknown": ("Webhooks", "Check the webhook's id; deleted ones are not found."),
    "webhook.once": ("Webhooks / Crear un Webhook", "It is there already: list the webhooks and use it, or delete it."),
    "webhook.reached": (
        "Webhooks / Características de un servicio Webhook válido",
        "Start the endpoint first; its host must resolve, accept the connection and have a valid certificate.",
    ),
    "webhook.verified": (
        "Webhooks / Crear un Webhook",
        "Answer the POST of type verification with a 2xx status, at that very address: redirects are not followed.",
    ),
    "webhook.url": ("Webhooks / Características de un servicio Webhook válido", "Give a URL like the section says."),
    "webhook.code": (_OURS, "Take verification_code from the body that the endpoint was sent."),
    "jsonp.callback": (_OURS, "Name a function of the page; the provider's own library does it right."),
    "idempotency.key": (_OURS, "Use 1 to 255 visible ASCII characters, for example a UUID."),
    "idempotency.same_request": (_OURS, "Use a new key for a new request; a repeated one is the same to the byte."),
    "idempotency.first_call_answered": (_OURS, "The first call with this key is still at work: ask again soon."),
    "idempotency.same_content": (_OURS, "Use a new id for a new operation."),
    "luhn": (_CARD, "The number was mistyped: its last digit does not fit the others."),
    "brand": (_CARD, "Only Visa, Mastercard, American Express, Carnet and Diners numbers are taken."),
    "expired_card": (_CARD, "Ask the payer for a card that is still valid; the year has two digits."),
    "missing_cvv": (_CARD, "Send cvv2 with the card's data."),
    "malformed_cvv": (_CARD, "cvv2 has three digits, four on American Express."),
    "test_card": (_CARD, "Test cards work with test merchants only."),
    "duplicate_card": ("Tarjetas / Crear una tarjeta", "This number is saved already: list the cards and use its id."),
    "unknown_card": ("Tarjetas", "Check the card's id; deleted cards and those of customers are not found here."),
    "unknown_token": ("Tokens", "Check the token's id."),
    "token_expired": ("Tokens", "A token lives one hour: make a new one when the payer pays."),
    "token_used": ("Tokens", "A token works once: make a new one, or save the card and use its id."),
    "customer.unknown": ("Clientes", "Check the customer's id; deleted customers are not found any more."),
    "customer.external_id_unique": (
        "Clientes / Crear un nuevo cliente",
        "Another customer has this external_id: list the customers with it as a filter, and use or delete that one.",
    ),
    "customer.balance_is_zero": (
        "Clientes / Eliminar un cliente",
        "Pay the customer's balance out, or transfer it, and wait until nothing is on its way to him.",
    ),
    "customer.has_account": ("Clientes", "Only customers made with requires_account hold money with us."),
    "bank_account.unknown": ("Cuentas Bancarias", "Check the account's id, and whether it is the customer's or yours."),
    "bank_account.clabe_unique": (
        "Cuentas Bancarias / Crear una cuenta bancaria",
        "This owner has registered the CLABE already: list the accounts and use its id.",
    ),
    "bank_account.clabe": (None, "A CLABE has 18 digits, the last of them a check digit, the first three a bank."),
    "payout.unknown": (_PAYOUTS, "Check the payout's id, and the level: a customer's payouts are found at his only."),
    "payout.destination_exists": (_PAYOUTS, "Use the id of a bank account or a card of the same owner."),
    "payout.bank_reachable": (_PAYOUTS, "The bank has left SPEI: ask for the account's CLABE at its successor."),
    "payout.card_allows_payouts": (
        _PAYOUTS,
        "Use a card that says allows_payouts, a debit card of a known bank; or send bank_code with its number.",
    ),
    "payout.method": (_PAYOUTS, "Use method bank_account for a bank account's id and card for a card's."),
    "payout.state": (None, "Read the payout: it was sent already, or has ended."),
    "payout.report_automatic": (
        "Pagos o retiros / Resumen de Pagos",
        "Ask about a payout of the settlement plan: filter the list by payout_type=AUTOMATIC.",
    ),
    "transfer.unknown": ("Transferencias", "Check the transfer's id, and that the customer paid or received it."),
    "transfer.more_than_one": ("Transferencias / Transferir entre clientes", "Transfer more than one peso."),
    "transfer.two_customers": ("Transferencias / Transferir entre clientes", "Name another customer than the payer."),
    "fee.unknown": ("Comisiones", "Check the fee's id and that it is this merchant's."),
    "fee.refunded_once": ("Comisiones / Devolver Comisión", "The fee went back already, whole."),
    "plan.unknown": ("Planes", "Check the plan's id; nobody can subscribe to a deleted plan, nor find it."),
    "subscription.unknown": ("Suscripciones", "Check the subscription's id, and that it is this customer's."),
    "subscription.state": (None, "Read the subscription: a cancelled one stays cancelled; make a new one."),
    "subscription.named": (
        "Suscripciones / Actualizar una suscripción",
        "The customer has several subscriptions: say which one at the end of the path, or as id in the body.",
    ),
    "subscription.trial_after_paid_period": (
        "Suscripciones / Actualizar una suscripción",
        "The customer has paid until period_end_date: send that day or a later one.",
    ),
    "subscription.charge_ended": (_OURS, "The subscription is being charged just now: ask again in a moment."),
    "payment.one_try_at_a_time": (_OURS, "Its payer is paying just now: read the charge again in a moment."),
    "payment.unknown": (
        "Cargos / Obtener un cargo",
        "Check the charge's id, and the level: what a customer with an account pays is found at his level only.",
    ),
    "payment.order_id_unique": (
        None,
        "Use an order_id that no transaction of this merchant has had; repeat a call with an Idempotency-Key.",
    ),
    "payment.source_exists": (None, "Check source_id: an unused token, or a card saved by this merchant."),
    "payment.token_single_use": ("Tokens", "A token works once and for one hour: make a new one."),
    "payment.declined": (_CARD_CODES, "The issuer or a risk rule said no: error_code tells why."),
    "payment.card_verified": (_CARD_CODES, "The issuer refuses the card, so it was not saved: use another one."),
    "payment.operation_declined": (_CARD_CODES, "The network refused; nothing has changed, try again later."),
    "payment.outcome_unknown": (
        _ERRORS,
        "The network did not answer; whatever it did is being undone. Read the charge before you try again.",
    ),
    "payment.instalments_by_credit_only": (
        "Objetos Comunes / Objeto PaymentPlan",
        "Charge a credit card (GET /bines/{bin}/promotions tells which are), or leave payment_plan out.",
    ),
    "payment.points_card": (
        "Tarjetas / Consulta de puntos",
        "Use points with cards that say points_card, and only those of Santander, Scotiabank and Bancomer.",
    ),
    "payment.points": (None, "Use points for pesos; with ONLY_POINTS leave payment_plan out."),
    "payment.points_told": (_ERRORS, "The card's issuer does not answer: ask again later."),
    "payment.amount_carried": (None, "Send an amount below 10,000,000,000.00: no card network carries more."),
    "exchange_rate": (_ERRORS, "There is no rate for this currency now: the operator feeds them in each day."),
    "payment.due_in_future": ("Cargos / Cargo en tienda", "Send a due_date that is still to come, or none."),
    "payment.refund_by_card_only": (
        "Cargos / Devolver un cargo",
        "Pay the payer by a payout: only cards take refunds.",
    ),
    "payment.taken_at_counter": (_OURS, "Pay the exact amount once, before the due date."),
    "payment.state": (None, "Read the charge: its status does not allow this (any more)."),
    "payment.amount_within_left": (None, "Ask for no more than what is left to capture or refund."),
    "ledger.floor": (_ERRORS, "The merchant's balance is too small: wait for more charges, or refund less."),
}


def explain(rule: str, method: str, path: str, profile: Profile = OPENPAY) -> Explanation | None:
    """What the request explorer shows about a call that was refused by `rule`; `None` for rules of other APIs."""
    if rule not in _RULES:
        return None
    section, fix = _RULES[rule]
    return Explanation(_section_of(method, path, profile) if section is None else profile.section(section), fix)


def rules() -> frozenset[str]:
    """All rules that can be explained."""
    return frozenset(_RULES)


def _section_of(method: str, path: str, profile: Profile) -> str:
    try:
        return RouteTable(calls_of(profile)).find(path.removeprefix(profile.mount)).of(method).section
    except Refusal:
        return _OURS
