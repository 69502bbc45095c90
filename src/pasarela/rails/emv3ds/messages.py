"""The messages of EMV 3-D Secure 2.2.0 with EMVCo's field names, as far as payments in a browser need them.

Bytes become a checked message or `NotUnderstood`, which says by EMVCo's error codes what is wrong; fields that aren't
listed here are skipped. Nothing here sends anything or decides what a status means.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from pasarela.kernel.secret import Secret

VERSION: Final = "2.2.0"
VERSIONS: Final = frozenset({"2.1.0", VERSION})

CAVV_BYTES: Final = 20

# EMVCo's error codes.
MESSAGE_INVALID: Final = "101"
VERSION_UNSUPPORTED: Final = "102"
ELEMENT_MISSING: Final = "201"
ELEMENT_INVALID: Final = "203"
TRANSACTION_UNKNOWN: Final = "301"
TIMED_OUT: Final = "402"
SYSTEM_FAILED: Final = "403"

_NAMED = re.compile(r"field `(\w+)`|`\$\.(\w+)`")
_UPPER = frozenset({"ds", "id", "url", "bin", "ip", "tz"})


def _element(name: str) -> str:
    """EMVCo's name of one of our fields: `three_ds_server_trans_id` is `threeDSServerTransID`."""
    first, *others = name.split("_")
    return first + "".join(word.upper() if word in _UPPER else word.capitalize() for word in others)


Uuid = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")]
Cavv = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9+/]{27}=\Z")]
Eci = Annotated[str, msgspec.Meta(pattern=r"\A0[0-7]\Z")]
Url = Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://", max_length=2048)]
Digits = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,48}\Z")]
Reason = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{2}\Z")]
Status = Literal["Y", "A", "N", "U", "R", "C"]
FinalStatus = Literal["Y", "A", "N", "U", "R"]


class Message(msgspec.Struct, frozen=True, kw_only=True, rename=_element, tag_field="messageType", omit_defaults=True):
    """What every message bears."""

    message_version: str
    three_ds_server_trans_id: Uuid


class AReq(Message, frozen=True, kw_only=True, tag="AReq"):
    """Our server asks a directory, which asks the issuer."""

    device_channel: Literal["02"]
    message_category: Literal["01"]
    three_ds_comp_ind: Literal["Y", "N", "U"]
    three_ds_requestor_authentication_ind: Literal["01", "02", "03"]
    three_ds_requestor_id: str
    three_ds_requestor_name: str
    three_ds_requestor_url: Url
    three_ds_server_ref_number: str
    three_ds_server_url: Url
    three_ds_server_operator_id: str | None = None
    acct_number: Secret
    card_expiry_date: Digits
    cardholder_name: str | None = None
    email: str | None = None
    acquirer_bin: Digits
    acquirer_merchant_id: str
    mcc: Digits
    merchant_country_code: Digits
    merchant_name: str
    purchase_amount: Digits
    purchase_currency: Digits
    purchase_exponent: Digits
    purchase_date: Digits
    purchase_instal_data: Digits | None = None
    trans_type: Literal["01"]
    notification_url: Url
    browser_accept_header: str
    browser_ip: str | None = None
    browser_java_enabled: bool | None = None
    browser_javascript_enabled: bool
    browser_language: str
    browser_color_depth: Digits | None = None
    browser_screen_height: Digits | None = None
    browser_screen_width: Digits | None = None
    browser_tz: str | None = None
    browser_user_agent: str
    # What the directory adds on the way to the issuer.
    ds_trans_id: Uuid | None = None
    ds_reference_number: str | None = None


class ARes(Message, frozen=True, kw_only=True, tag="ARes"):
    """The issuer's answer, through its directory: a result, or (`C`) the wish to see the payer."""

    ds_trans_id: Uuid
    ds_reference_number: str
    acs_trans_id: Uuid
    acs_reference_number: str
    acs_operator_id: str | None = None
    trans_status: Status
    trans_status_reason: Reason | None = None
    eci: Eci | None = None
    authentication_value: Cavv | None = None
    acs_challenge_mandated: Literal["Y", "N"] | None = None
    acs_url: Url | None = None
    authentication_type: Literal["01", "02", "03", "04"] | None = None
    cardholder_info: str | None = None


class CReq(Message, frozen=True, kw_only=True, tag="CReq"):
    """Travels through the browser to the issuer's page."""

    acs_trans_id: Uuid
    challenge_window_size: Literal["01", "02", "03", "04", "05"]


class CRes(Message, frozen=True, kw_only=True, tag="CRes"):
    """Travels back through the browser: only a hint, since a payer can write what he likes."""

    acs_trans_id: Uuid
    challenge_completion_ind: Literal["Y", "N"]
    trans_status: Literal["Y", "N"]


class RReq(Message, frozen=True, kw_only=True, tag="RReq"):
    """The issuer tells, through its directory, how a challenge ended: this counts."""

    ds_trans_id: Uuid
    acs_trans_id: Uuid
    message_category: Literal["01"]
    authentication_type: Literal["01", "02", "03", "04"] | None = None
    authentication_method: str | None = None
    trans_status: FinalStatus
    trans_status_reason: Reason | None = None
    eci: Eci | None = None
    authentication_value: Cavv | None = None
    interaction_counter: Digits
    challenge_cancel: Reason | None = None


class RRes(Message, frozen=True, kw_only=True, tag="RRes"):
    """The result was taken (`01`), or not (`02`, `03`)."""

    ds_trans_id: Uuid
    acs_trans_id: Uuid
    results_status: Literal["01", "02", "03"]


class Erro(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename=_element,
    tag_field="messageType",
    tag="Erro",
    omit_defaults=True,
):
    """A message was not understood. `error_component`: S server, D directory, A issuer, C an app."""

    message_version: str
    three_ds_server_trans_id: str | None = None
    ds_trans_id: str | None = None
    acs_trans_id: str | None = None
    error_code: str
    error_component: Literal["A", "C", "D", "S"]
    error_description: str
    error_detail: str
    error_message_type: str | None = None


AnyMessage = AReq | ARes | CReq | CRes | RReq | RRes | Erro
M = TypeVar("M", AReq, ARes, CReq, CRes, RReq, RRes)


class NotUnderstood(Exception):
    """Bytes that are no message of the wanted kind; `code` is EMVCo's. Never holds a value from the message."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    def erro(self, component: Literal["A", "D", "S"], wanted: str) -> Erro:
        """As it is told to whoever sent the bytes."""
        return Erro(
            message_version=VERSION,
            error_code=self.code,
            error_component=component,
            error_description="Message not understood",
            error_detail=self.detail,
            error_message_type=wanted,
        )


class ErrorReceived(NotUnderstood):
    """The other side did not understand us, or could not go on: it answered `Erro`."""


def _reveal(value: Any) -> Any:
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError


def _conceal(kind: type, value: Any) -> Any:
    if kind is Secret and isinstance(value, str) and 13 <= len(value) <= 19 and value.isdigit():
        return Secret(value)
    raise ValueError("a card number has 13 to 19 digits")


_encoder = msgspec.json.Encoder(enc_hook=_reveal)
_decoder = msgspec.json.Decoder(AnyMessage, dec_hook=_conceal)


def encode(message: AnyMessage) -> bytes:
    return _encoder.encode(message)


def decode(body: bytes, wanted: type[M]) -> M:
    """The message in `body`. Raises `NotUnderstood`; `ErrorReceived` when the other side says that it did not."""
    try:
        message = _decoder.decode(body)
    except msgspec.ValidationError as error:
        told = str(error)
        # Only the element's name goes on, as EMVCo wants it: the text may hold a value.
        code = ELEMENT_MISSING if "missing required field" in told else ELEMENT_INVALID
        raise NotUnderstood(code, "".join("".join(names) for names in _NAMED.findall(told))) from None
    except msgspec.DecodeError:
        raise NotUnderstood(MESSAGE_INVALID, "not JSON") from None
    if isinstance(message, Erro):
        raise ErrorReceived(message.error_code, message.error_description)
    if not isinstance(message, wanted):
        raise NotUnderstood(MESSAGE_INVALID, f"not a {wanted.__name__}")
    if message.message_version not in VERSIONS:
        raise NotUnderstood(VERSION_UNSUPPORTED, ", ".join(sorted(VERSIONS)))
    return message


def to_browser(message: CReq | CRes) -> str:
    """As a form field carries it: base64url without padding."""
    return base64.urlsafe_b64encode(encode(message)).rstrip(b"=").decode()


def from_browser(text: str, wanted: type[M]) -> M:
    """Raises `NotUnderstood`."""
    try:
        body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotUnderstood(MESSAGE_INVALID, "not base64url") from None
    return decode(body, wanted)
