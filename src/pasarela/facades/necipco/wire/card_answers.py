"""What answers about cards, their PINs and their money print.

An account's reference is a text in some of the document's answers and a number in the others; so here.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from pasarela.facades.necipco.wire.answers import Coded, DocumentShown, HolderShort, Number


class CardShown(Struct):
    """A card in most answers."""

    id: str
    masked_card_number: str
    type: str
    status: str


class AccountNamed(Struct):
    """An account whose reference is a text."""

    id: str
    reference: str


class AccountNumbered(Struct):
    """An account whose reference is a number."""

    id: str
    reference: int


class AccountOpened(AccountNamed):
    clabe: str | None


class AssignedCard(CardShown):
    card_number: str


class CardAssigned(Struct):
    """Cards / Assign a card to a cardholder."""

    cardholder: HolderShort
    card: AssignedCard
    account: AccountOpened


class CardChanged(Struct):
    """Cards / Activate a card, Change card status."""

    card: CardShown
    account: AccountNamed


class LastMovement(Struct):
    fecha: str
    hora: str
    comercio: str
    importe: str
    descripcion_importe: str | None
    codigo_autorizacion: str


class CardBalance(Struct):
    """Cards / Get the card balance; movements only when they were asked for."""

    available: Number
    card: CardShown
    account: AccountNamed
    movements: list[LastMovement] | UnsetType = UNSET


class ActivityShown(Struct):
    last_approved_operation: str
    last_denied_operation: str
    last_block_status: str


class CardDetails(Struct):
    id: str
    masked_card_number: str
    card_type: str
    status: str
    card_number: str
    activity: ActivityShown


class HolderDetails(Struct):
    name: str
    phone: str
    address: str
    postal_code: str
    township: str
    country: str
    document: DocumentShown


class CardInfo(Struct):
    """Cards / Get card info; the number is encrypted for the caller."""

    account: AccountNumbered
    card: CardDetails
    cardholder: HolderDetails


class CardWithPin(CardShown):
    pin: str


class PosPin(Struct):
    """Cards / Get card PIN for POS; the PIN is encrypted for the caller."""

    card: CardWithPin
    account: AccountNumbered


class OperationId(Struct):
    id: str


class PinWritten(Struct):
    """Cards / Set ATM PIN, Update ATM PIN."""

    operation: OperationId
    card: CardShown
    account: AccountNumbered


class OperationShown(Struct):
    id: str
    authorization_code: str
    amount: Number
    payment_description: str | UnsetType = UNSET
    merchant_description: str | UnsetType = UNSET


class MoneyMoved(Struct):
    """Cards / Make a card disbursement, a payment to a card, a card withdrawal; Apply a purchase to a card."""

    operation: OperationShown
    card: CardShown
    account: AccountNumbered


class TransferOperation(Struct):
    id: str
    authorization_code: int
    amount: Number


class TransferOrigin(Struct):
    id: str
    account_id: str
    type: str
    card_number: str
    account_reference: int
    previous_balance: Number
    new_balance: Number


class TransferDestination(Struct):
    """Of somebody else's card less is told."""

    id: str
    account_id: str
    card_number: str
    previous_balance: Number
    new_balance: Number


class CardsTransferred(Struct):
    """Cards / Make a transfer between cards."""

    operation: TransferOperation
    origin_card: TransferOrigin
    destination_card: TransferDestination


class MovementCode(Struct):
    type: str
    subtype: str
    description: str


class MovementAmount(Struct):
    coin: Coded
    total: str


class MovementAmounts(Struct):
    original: MovementAmount
    exchanged: MovementAmount


class MovementShown(Struct):
    id: str
    referencial_id: str
    date: str
    code: MovementCode
    merchant: Coded
    country: Coded
    amounts: MovementAmounts
    channel: str
    authorization: str
    status: Coded
    retrieval: str


class MovementRange(Struct):
    initial_date: str
    end_date: str
    detail: list[MovementShown]


class Movements(Struct):
    """Cards / Query card movements, newest first."""

    card: CardShown
    account: AccountNumbered
    movements: MovementRange


class VirtualCard(CardShown):
    card_number: str
    exp_year: str
    exp_month: str


class VirtualCardMade(Struct):
    """Virtual Cards / Create a Virtual Card; number and expiry are encrypted for the caller."""

    cardholder: HolderShort
    card: VirtualCard
    account: AccountOpened


class PhysicalOrdered(Struct):
    id: str
    type: str
    masked_card_number: str


class DocumentDescribed(Struct):
    type: str
    description: str
    number: str


class OrderedAccount(Struct):
    id: str
    rfc: str
    curp: str
    primary_phone: str
    mobile_phone: str
    observations: str
    document: DocumentDescribed


class DeliveryAddress(Struct):
    street: str
    street_number: str
    township: str
    state: str
    postal_code: str


class PhysicalCardOrdered(Struct):
    """Virtual Cards / Create physical card from virtual."""

    card: PhysicalOrdered
    account: OrderedAccount
    delivery_address: DeliveryAddress


class CardWithCvc(CardShown):
    cvc: str
    remaining_time: str


class CvcMade(Struct):
    """Virtual Cards / Create Virtual Card CVC; the code is encrypted for the caller."""

    card: CardWithCvc
    account: AccountNumbered
