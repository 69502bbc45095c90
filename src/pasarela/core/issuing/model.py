"""What an issuing program is made of. Nothing here holds a card number, a security code or a PIN in the clear.

A program is one tenant: a client, its subclients, and all their cards. Ids are UUIDs as text, made by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from pasarela.kernel.cards import Expiry
from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret

CardRef = str | Secret
"""How a caller names a card: by its id, or by its number."""


class Padding(Enum):
    """How values are encrypted between a key's holder and us."""

    PKCS1 = "pkcs1"
    OAEP_SHA256 = "oaep_sha256"


class ClientStatus(Enum):
    """Only an active client's keys work."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class ProductKind(Enum):
    """Plastic comes from a stock; virtual cards are made when they are asked for."""

    PHYSICAL = "physical"
    VIRTUAL = "virtual"


class CardType(Enum):
    """What a cardholder has in his hands."""

    PHYSICAL = "physical"
    VIRTUAL = "virtual"
    VIRTUAL_WITH_PHYSICAL = "virtual_with_physical"


class CardStatus(Enum):
    """Where a card stands; the last four are final."""

    NEED_ACTIVATION = "need_activation"
    ACTIVE = "active"
    TEMPORARY_INACTIVE = "temporary_inactive"
    LOST = "lost"
    STOLEN = "stolen"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"


class PinKind(Enum):
    """Which PIN is asked for: the one for cash, or any of the card's two."""

    ATM = "atm"
    EITHER = "either"


class MovementKind(Enum):
    """Why a card account's balance moved, or did not."""

    DISBURSEMENT = "disbursement"
    PAYMENT = "payment"
    WITHDRAWAL = "withdrawal"
    PURCHASE = "purchase"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    SPEI = "spei"
    SPEI_FEE = "spei_fee"
    SPEI_RETURN = "spei_return"
    CARD_PURCHASE = "card_purchase"
    CARD_REVERSAL = "card_reversal"
    CARD_REFUND = "card_refund"
    CARD_DECLINED = "card_declined"


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls, on which token. `public_key` (PEM) and `padding` say how he is answered."""

    tenant_id: int
    client_id: str
    key_id: str
    token_id: str
    expires_at: datetime
    public_key: str | None
    padding: Padding


@dataclass(frozen=True, slots=True)
class Client:
    """A company that issues. `available` may go to cards; `balance` is what came back from them."""

    tenant_id: int
    client_id: str
    parent_id: str | None
    code: str
    name: str
    alias: str
    entity_code: str | None
    email: str
    rfc: str | None
    time_zone: str
    status: ClientStatus
    profile: Mapping[str, str | None]
    created_at: datetime
    updated_at: datetime
    available: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a client's program logs in with; its password is known as a digest only."""

    tenant_id: int
    key_id: str
    client_id: str
    login: str
    alias: str
    description: str | None
    public_key: str | None
    padding: Padding
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made. `login` is unique on the platform."""

    key_id: str
    login: str
    alias: str
    password: Secret
    description: str | None = None
    padding: Padding = Padding.PKCS1


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to be made; a program's first, or with `parent_id` a subclient."""

    client_id: str
    code: str
    name: str
    alias: str
    email: str
    rfc: str | None = None
    entity_code: str | None = None
    time_zone: str = "America/Mexico_City"
    profile: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """A kind of card. `stock_cards` counts plastics that wait; `*_max` are minor units that a card may spend."""

    tenant_id: int
    product_id: str
    name: str
    description: str
    kind: ProductKind
    active: bool
    affinity_group: str
    currency: Currency
    allow_blank_curp: bool
    allow_blank_rfc: bool
    spei_enabled: bool
    validity_months: int
    operation_max: int | None
    day_max: int | None
    stock_cards: int = 0


@dataclass(frozen=True, slots=True)
class FeeRule:
    """What an operation costs: so much flat, and tax on it in hundredths of a percent."""

    fixed_minor: int
    tax_basis_points: int


@dataclass(frozen=True, slots=True)
class HolderAddress:
    """Where a cardholder lives, as his client wrote it."""

    street: str
    external_number: str
    internal_number: str | None
    suburb: str
    township: str | None
    city: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class NewCardholder:
    """A person to be known to a client. `external_id` is unique among the client's."""

    cardholder_id: str
    external_id: str | None
    first_name: str
    second_name: str
    surname: str
    second_surname: str
    rfc: str
    curp: str
    email: str
    primary_phone: str
    mobile_phone: str
    address: HolderAddress
    birthdate: date
    gender: str
    marital_status: str
    has_kids: bool
    gross_monthly_income: Decimal | None
    net_monthly_income: Decimal | None
    observations: str


@dataclass(frozen=True, slots=True)
class Cardholder:
    """A person with cards."""

    tenant_id: int
    client_id: str
    created_at: datetime
    told: NewCardholder

    @property
    def cardholder_id(self) -> str:
        return self.told.cardholder_id


@dataclass(frozen=True, slots=True)
class HolderFilter:
    """Conditions on a cardholder, all of which must hold; `None` is none."""

    id: str | None = None
    rfc: str | None = None
    curp: str | None = None
    email: str | None = None
    primary_phone: str | None = None
    mobile_phone: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """By which a cardholder proved who he is."""

    type: str
    number: str


@dataclass(frozen=True, slots=True)
class CardAccount:
    """What holds a cardholder's money; its cards may come and go."""

    account_id: str
    reference: int
    cardholder_id: str
    currency: Currency
    document: Document
    observations: str
    opened_by: str
    opened_at: datetime
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a plastic is to be sent."""

    street: str
    street_number: str
    township: str
    state: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card of an account. `fingerprint` names its number in the vault; `assigned_by` is an API key."""

    tenant_id: int
    card_id: str
    client_id: str
    product_id: str
    type: CardType
    status: CardStatus
    last4: str
    expiry: Expiry
    fingerprint: bytes
    assigned_by: str
    assigned_at: datetime
    blocked_at: datetime | None
    cvc_issued_at: datetime | None
    delivery: Delivery | None
    account: CardAccount


@dataclass(frozen=True, slots=True)
class HolderFile:
    """A cardholder with his cards, oldest first; each knows its account."""

    cardholder: Cardholder
    cards: tuple[IssuedCard, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation was asked for, in degrees, five decimals."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry of a card account, or a try that was declined. `amount` is signed; `original` is not.

    `side` tells the entries of one operation apart. `number` is given when it is written. `balance_after` is what was
    available afterwards, where the operation tells it.
    """

    tenant_id: int
    operation_id: str
    side: int
    account_id: str
    card_id: str
    kind: MovementKind
    amount: Money
    original: Money
    authorization_code: str
    occurred_at: datetime
    number: int = 0
    balance_after: int | None = None
    description: str | None = None
    merchant_code: str | None = None
    country: str = "484"
    channel: str = "API"
    response_code: str = "00"
    retrieval: str | None = None
    reference: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """When a card's account last did what: approved, denied, blocked."""

    last_approved: datetime | None
    last_denied: datetime | None
    last_block: datetime | None
