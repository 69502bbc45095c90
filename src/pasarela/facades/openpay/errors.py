"""Every refusal and every decline as Openpay's error object: code, HTTP status, category, description.

The table is total: a test walks all refusals of the platform. What is in none is an internal error (1000).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec

from pasarela.core.authentication import errors as authentication
from pasarela.core.billing import errors as billing
from pasarela.core.checkouts import errors as checkouts
from pasarela.core.customers import errors as customers
from pasarela.core.ledger import errors as ledger
from pasarela.core.payments import errors as payments
from pasarela.core.payouts import errors as payouts
from pasarela.core.places import errors as places
from pasarela.core.rates import errors as rates
from pasarela.core.risk import errors as risk
from pasarela.core.tenants import errors as tenants
from pasarela.core.vault import errors as vault
from pasarela.core.webhooks import errors as webhooks
from pasarela.facades.openpay.profile import Profile
from pasarela.facades.openpay.wire.answers import ErrorAnswer
from pasarela.facades.toolkit import refusals as wire
from pasarela.facades.toolkit.call import Header, Reply
from pasarela.infra import idempotency
from pasarela.kernel.decline import Decline
from pasarela.kernel.errors import Refusal

REQUEST, INTERNAL, GATEWAY = "request", "internal", "gateway"


@dataclass(frozen=True, slots=True)
class Code:
    """A line of the document's tables. `description` is what we answer unless the refusal has more to tell."""

    number: int
    status: int
    description: str

    @property
    def category(self) -> str:
        """The document prints a category with each error but none with the codes; real answers go by this."""
        if self.number in (1000, 1004):
            return INTERNAL
        return GATEWAY if self.number == 1007 or 3000 <= self.number < 4000 else REQUEST


INTERNAL_ERROR = Code(1000, 500, "An internal error has occurred, contact support with the request id")
MALFORMED = Code(1001, 400, "The request is not well formed")
NOT_AUTHENTICATED = Code(1002, 401, "The api key or merchant id are invalid")
WRONG_VALUE = Code(1003, 422, "The value of one or more parameters is not correct")
UNAVAILABLE = Code(1004, 503, "A service that the transaction needs is not available, please try again later")
NOT_FOUND = Code(1005, 404, "The requested resource doesn't exist")
WRONG_METHOD = Code(1005, 405, "The requested resource has no such method")
CONFLICT = Code(1006, 409, "The order_id has already been processed")
TRANSFER_REFUSED = Code(1007, 402, "The funds transfer to the bank account or card can't be made")
ACCOUNT_DISABLED = Code(1008, 423, "The account is disabled")
TOO_LARGE = Code(1009, 413, "The request body is too large")
PRIVATE_KEY = Code(1010, 403, "The key can't be used for this call or from a browser")
BANK_ACCOUNT_EXISTS = Code(2001, 409, "The bank account already exists")
CARD_EXISTS = Code(2002, 409, "The card already exists")
CUSTOMER_EXISTS = Code(2003, 409, "The external_id already exists")
CHECK_DIGIT = Code(2004, 422, "The card number verification digit is invalid")
EXPIRED_DATE = Code(2005, 400, "The expiration date has already passed")
NO_SECURITY_CODE = Code(2006, 400, "The CVV2 security code is required")
TEST_CARD = Code(2007, 412, "The card number is only valid in sandbox")
NO_POINTS = Code(2008, 412, "The card is not valid for points")
SECURITY_CODE = Code(2009, 412, "The CVV2 security code is invalid")
DECLINED = Code(3001, 402, "The card was declined by the bank")
NOT_THE_HOLDER = Code(3001, 402, "The card was declined, its holder could not be authenticated (3-D Secure)")
EXPIRED_CARD = Code(3002, 402, "The card has expired")
NO_FUNDS = Code(3003, 402, "The card doesn't have sufficient funds")
STOLEN = Code(3004, 402, "The card was reported as stolen")
FRAUD = Code(3005, 402, "Fraud risk detected by anti-fraud system")
NOT_ALLOWED = Code(3006, 412, "The operation is not allowed for this customer or transaction")
NOT_ONLINE = Code(3008, 412, "The card is not supported in online transactions")
LOST = Code(3009, 402, "The card was reported as lost")
RESTRICTED = Code(3010, 402, "The bank has restricted the card")
RETAIN = Code(3011, 402, "The bank has requested the card to be retained, contact the bank")
CALL_BANK = Code(3012, 412, "Bank authorization is required for this charge, contact the bank")
WEBHOOK_EXISTS = Code(6001, 409, "The webhook already exists")
WEBHOOK_NOT_REACHED = Code(6002, 412, "The webhook's endpoint can't be reached, check the url")
WEBHOOK_REFUSED = Code(6003, 412, "The webhook's endpoint answered with an error, try again later")
ACCOUNT_FUNDS = Code(4001, 412, "There is not enough money in the account")

DECLINES: Mapping[Decline, Code] = {
    Decline.DO_NOT_HONOUR: DECLINED,
    Decline.EXPIRED_CARD: EXPIRED_CARD,
    Decline.INSUFFICIENT_FUNDS: NO_FUNDS,
    Decline.STOLEN_CARD: STOLEN,
    Decline.LOST_CARD: LOST,
    Decline.SUSPECTED_FRAUD: FRAUD,
    Decline.RESTRICTED_CARD: RESTRICTED,
    Decline.PICK_UP_CARD: RETAIN,
    Decline.CALL_ISSUER: CALL_BANK,
    Decline.NOT_PERMITTED: NOT_ALLOWED,
    Decline.NOT_ONLINE: NOT_ONLINE,
    Decline.INVALID_CARD_NUMBER: CHECK_DIGIT,
    Decline.WRONG_SECURITY_CODE: SECURITY_CODE,
    Decline.WRONG_PIN: DECLINED,
    Decline.PIN_TRIES_EXCEEDED: DECLINED,
    Decline.ISSUER_UNAVAILABLE: UNAVAILABLE,
    Decline.RISK_REFUSED: FRAUD,
    Decline.AUTHENTICATION_FAILED: NOT_THE_HOLDER,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """How a refusal is shown. `told`: its own message goes out, because it helps and says nothing secret."""

    code: Code | Callable[[Refusal], Code]
    told: bool = False


def _declined(refusal: Refusal) -> Code:
    assert isinstance(refusal, payments.PaymentDeclined | payments.OperationDeclined | payments.CardRefused)
    return DECLINES[refusal.decline]


TABLE: Mapping[type[Refusal], Entry] = {
    wire.NoSuchPath: Entry(NOT_FOUND, told=True),
    wire.NoSuchMethod: Entry(WRONG_METHOD, told=True),
    wire.BodyTooLarge: Entry(TOO_LARGE),
    wire.NotJson: Entry(MALFORMED, told=True),
    wire.Missing: Entry(MALFORMED, told=True),
    wire.WrongType: Entry(MALFORMED, told=True),
    wire.WrongValue: Entry(WRONG_VALUE, told=True),
    wire.NotPermitted: Entry(NOT_ALLOWED, told=True),
    wire.NotAuthenticated: Entry(NOT_AUTHENTICATED),
    wire.PrivateKeyRequired: Entry(PRIVATE_KEY, told=True),
    wire.PrivateKeyInBrowser: Entry(PRIVATE_KEY, told=True),
    idempotency.IdempotencyKeyReused: Entry(CONFLICT, told=True),
    idempotency.StillAtWork: Entry(UNAVAILABLE, told=True),
    tenants.UnknownKey: Entry(NOT_AUTHENTICATED),
    tenants.TenantDisabled: Entry(ACCOUNT_DISABLED),
    tenants.UnknownTenant: Entry(NOT_FOUND),
    vault.WrongCheckDigit: Entry(CHECK_DIGIT),
    vault.UnsupportedBrand: Entry(WRONG_VALUE, told=True),
    vault.ExpiredCard: Entry(EXPIRED_DATE),
    vault.MissingSecurityCode: Entry(NO_SECURITY_CODE),
    vault.WrongSecurityCode: Entry(SECURITY_CODE),
    vault.TestCardInProduction: Entry(TEST_CARD),
    vault.DuplicateCard: Entry(CARD_EXISTS),
    vault.ReplayMismatch: Entry(CONFLICT, told=True),
    vault.UnknownCard: Entry(NOT_FOUND, told=True),
    vault.UnknownToken: Entry(NOT_FOUND, told=True),
    vault.TokenExpired: Entry(WRONG_VALUE, told=True),
    vault.TokenUsed: Entry(WRONG_VALUE, told=True),
    customers.UnknownCustomer: Entry(NOT_FOUND, told=True),
    customers.ExternalIdTaken: Entry(CUSTOMER_EXISTS),
    customers.BalanceLeft: Entry(WRONG_VALUE, told=True),
    customers.CustomerIdTaken: Entry(CONFLICT, told=True),
    payouts.UnknownBankAccount: Entry(NOT_FOUND, told=True),
    payouts.BankAccountTaken: Entry(BANK_ACCOUNT_EXISTS),
    payouts.WrongClabe: Entry(WRONG_VALUE, told=True),
    payouts.UnknownPayout: Entry(NOT_FOUND, told=True),
    payouts.UnknownDestination: Entry(NOT_FOUND, told=True),
    payouts.BankNotReachable: Entry(TRANSFER_REFUSED, told=True),
    payouts.CardTakesNoPayouts: Entry(NOT_ALLOWED, told=True),
    payouts.WrongDestinationType: Entry(WRONG_VALUE, told=True),
    payouts.OrderIdTaken: Entry(CONFLICT),
    payouts.NotInState: Entry(WRONG_VALUE, told=True),
    payouts.NoReport: Entry(WRONG_VALUE, told=True),
    payouts.NoAccount: Entry(NOT_ALLOWED, told=True),
    payouts.TransferTooSmall: Entry(WRONG_VALUE, told=True),
    payouts.SameCustomer: Entry(WRONG_VALUE, told=True),
    payouts.UnknownTransfer: Entry(NOT_FOUND, told=True),
    payouts.UnknownFee: Entry(NOT_FOUND, told=True),
    payouts.FeeRefunded: Entry(WRONG_VALUE, told=True),
    payouts.ReplayMismatch: Entry(CONFLICT, told=True),
    payments.UnknownPayment: Entry(NOT_FOUND),
    payments.OrderIdTaken: Entry(CONFLICT),
    payments.UnknownSource: Entry(NOT_FOUND, told=True),
    payments.SourceSpent: Entry(WRONG_VALUE, told=True),
    payments.InstalmentsNotAllowed: Entry(NOT_ALLOWED, told=True),
    payments.CardHasNoPoints: Entry(NO_POINTS),
    payments.PointsNotAllowed: Entry(WRONG_VALUE, told=True),
    payments.PointsNotTold: Entry(UNAVAILABLE),
    payments.PaymentTooLarge: Entry(WRONG_VALUE, told=True),
    rates.NoExchangeRate: Entry(UNAVAILABLE),
    payments.PaymentDeclined: Entry(_declined),
    payments.OperationDeclined: Entry(_declined),
    payments.CardRefused: Entry(_declined),
    payments.OutcomeUnknown: Entry(UNAVAILABLE),
    payments.StillAuthorizing: Entry(UNAVAILABLE, told=True),
    # Real answers to a second capture are 1003, "The card charge is on a final status".
    payments.NotInState: Entry(WRONG_VALUE, told=True),
    payments.AmountTooLarge: Entry(WRONG_VALUE, told=True),
    payments.ReplayMismatch: Entry(CONFLICT, told=True),
    payments.DueDatePassed: Entry(WRONG_VALUE, told=True),
    payments.NotRefundable: Entry(NOT_ALLOWED),
    ledger.InsufficientFunds: Entry(ACCOUNT_FUNDS),
    billing.UnknownPlan: Entry(NOT_FOUND, told=True),
    billing.UnknownSubscription: Entry(NOT_FOUND, told=True),
    billing.SubscriptionEnded: Entry(WRONG_VALUE, told=True),
    billing.SubscriptionNotNamed: Entry(WRONG_VALUE, told=True),
    billing.TrialEndsTooEarly: Entry(WRONG_VALUE, told=True),
    billing.ChargeUnderWay: Entry(UNAVAILABLE, told=True),
    billing.ReplayMismatch: Entry(CONFLICT, told=True),
    checkouts.UnknownCheckout: Entry(NOT_FOUND, told=True),
    checkouts.CheckoutClosed: Entry(WRONG_VALUE, told=True),
    checkouts.ExpiryPassed: Entry(WRONG_VALUE, told=True),
    webhooks.UnknownWebhook: Entry(NOT_FOUND, told=True),
    webhooks.UnusableUrl: Entry(WRONG_VALUE, told=True),
    webhooks.WrongVerificationCode: Entry(WRONG_VALUE, told=True),
    # Not in the document; the provider's clients know them.
    webhooks.WebhookExists: Entry(WEBHOOK_EXISTS),
    webhooks.EndpointNotReached: Entry(WEBHOOK_NOT_REACHED, told=True),
    webhooks.EndpointRefused: Entry(WEBHOOK_REFUSED, told=True),
}

NEVER_MET: frozenset[type[Refusal]] = frozenset(
    {
        # The operator's calls, not a merchant's.
        tenants.AccountTaken,
        tenants.KeyNotFound,
        tenants.KeyTaken,
        risk.UnknownRule,
        risk.BadLimit,
        risk.BadEntry,
        risk.UnknownEntry,
        places.BadStoreFile,
        rates.BadRateFile,
        # Said to payers on their way to their banks, not to merchants.
        authentication.StillAuthenticating,
        authentication.NothingToAuthenticate,
        # Said to whoever brings money: the till, the sandbox's control plane.
        payments.PaymentNotTaken,
        # Between the core's verbs and the ledger: ids and phases that no call chooses.
        ledger.TransferConflict,
        ledger.AlreadySettled,
        ledger.UnknownPending,
        ledger.MoreThanPending,
    }
)
"""Refusals that no call of this dialect can cause: one that comes out all the same is a bug, hence 1000."""

_BROKEN: Mapping[int, Code] = {
    code.status: code
    for code in (
        MALFORMED,
        NOT_AUTHENTICATED,
        DECLINED,
        PRIVATE_KEY,
        NOT_FOUND,
        CONFLICT,
        NOT_ALLOWED,
        TOO_LARGE,
        WRONG_VALUE,
        ACCOUNT_DISABLED,
        UNAVAILABLE,
    )
}
"""Of several codes with one status the most ordinary."""

_OTHERWISE: Mapping[int, Code] = {code.number: code for code in (NOT_AUTHENTICATED, TRANSFER_REFUSED)}
"""What an API answers that does not have a code of Openpay's, by number."""

WIRE_FIELDS = {"cvv": "cvv2", "expiry": "expiration_year", "instalments": "payment_plan", "points": "use_card_points"}
"""The core's names of values that have others on the wire."""

_encode = msgspec.json.Encoder().encode


def refuse(refusal: Refusal, request_id: str, profile: Profile) -> Reply:
    """The error object. Raises `KeyError` for a refusal that is not in the table."""
    entry = TABLE[type(refusal)]
    code = entry.code if isinstance(entry.code, Code) else entry.code(refusal)
    code = _OTHERWISE[profile.codes[code.number]] if code.number in profile.codes else code
    reply = _reply(code, str(refusal) if entry.told else code.description, request_id, _fraud_rules(refusal))
    reply.headers = _headers(refusal, code, profile.realm)
    reply.field = WIRE_FIELDS.get(refusal.field, refusal.field) if refusal.field else None
    return reply


def fail(request_id: str) -> Reply:
    """1000, which tells nothing of what went wrong."""
    return _reply(INTERNAL_ERROR, INTERNAL_ERROR.description, request_id, [])


def fail_with(status: int, request_id: str, profile: Profile) -> Reply:
    """The error that answers `status` of itself; a status that no code of its has goes out as 1000 all the same."""
    code = _BROKEN.get(status)
    if code is None or code.number in profile.codes:
        code = replace(INTERNAL_ERROR, status=status)
    return _reply(code, code.description, request_id, [])


def _reply(code: Code, description: str, request_id: str, fraud_rules: list[str]) -> Reply:
    error = ErrorAnswer(code.category, description, code.status, code.number, request_id, fraud_rules)
    reply = Reply(code.status, _encode(error))
    reply.error_code = str(code.number)
    return reply


def _fraud_rules(refusal: Refusal) -> list[str]:
    return list(refusal.matched_rules) if isinstance(refusal, payments.PaymentDeclined) else []


def _headers(refusal: Refusal, code: Code, realm: str) -> tuple[Header, ...]:
    if code is NOT_AUTHENTICATED:
        return ((b"www-authenticate", f'Basic realm="{realm}"'.encode()),)
    if isinstance(refusal, wire.NoSuchMethod):
        return ((b"allow", ", ".join(refusal.allowed).encode()),)
    return ()
