"""The contract's request as an AReq, and what directories and issuers answer as the contract's results.

An answer that contradicts itself (authenticated without a value, another brand's indicator) is not understood, so that
nobody is charged on the strength of it.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from pasarela.kernel.browser import Browser
from pasarela.kernel.cards import Brand, brand_of
from pasarela.rails.authentication import (
    AuthenticationAnswer,
    AuthenticationRequest,
    AuthenticationResult,
    Challenge,
    TransStatus,
)
from pasarela.rails.emv3ds import messages as m
from pasarela.rails.emv3ds.eci import ECI
from pasarela.rails.three_ds.settings import ThreeDsSettings

_MEXICO = "484"
_WINDOW_FULL_SCREEN: Final = "05"
_LONGEST_NAME = 40


def brand(request: AuthenticationRequest) -> Brand:
    found = brand_of(request.card.pan.reveal())
    assert found is not None, "a card was checked before it gets here"
    return found


def areq(request: AuthenticationRequest, settings: ThreeDsSettings) -> m.AReq:
    acceptor, amount, browser, screen = request.acceptor, request.amount, request.browser, request.browser.screen
    return m.AReq(
        message_version=m.VERSION,
        three_ds_server_trans_id=request.server_trans_id,
        device_channel="02",
        message_category="01",
        three_ds_comp_ind="U",
        three_ds_requestor_authentication_ind="02" if request.instalments else "01",
        three_ds_requestor_id=acceptor.merchant_id,
        three_ds_requestor_name=acceptor.name[:_LONGEST_NAME],
        three_ds_requestor_url=settings.requestor_url,
        three_ds_server_ref_number=settings.reference,
        three_ds_server_url=settings.server_url,
        three_ds_server_operator_id=settings.operator,
        acct_number=request.card.pan,
        card_expiry_date=request.card.expiry.yymm(),
        cardholder_name=request.card.holder_name[:45] or None,
        email=request.email,
        acquirer_bin=settings.acquirer_bin,
        acquirer_merchant_id=acceptor.merchant_id,
        mcc=acceptor.category_code,
        merchant_country_code=_MEXICO,
        merchant_name=acceptor.name[:_LONGEST_NAME],
        purchase_amount=str(amount.minor),
        purchase_currency=amount.currency.numeric,
        purchase_exponent=str(amount.currency.decimals),
        purchase_date=f"{request.at:%Y%m%d%H%M%S}",
        purchase_instal_data=str(request.instalments) if request.instalments else None,
        trans_type="01",
        notification_url=request.return_url,
        browser_accept_header=browser.accept[:2048] or "*/*",
        browser_ip=_ip(browser),
        browser_java_enabled=False if screen else None,
        browser_javascript_enabled=screen is not None,
        browser_language=browser.language[:8] or "es",
        browser_color_depth=str(screen.color_depth) if screen else None,
        browser_screen_height=str(screen.height) if screen else None,
        browser_screen_width=str(screen.width) if screen else None,
        browser_tz=str(screen.utc_minus_local_minutes) if screen else None,
        browser_user_agent=browser.user_agent[:2048] or "unknown",
    )


def answer_of(ares: m.ARes, request: AuthenticationRequest) -> AuthenticationAnswer:
    """Raises `NotUnderstood`."""
    _same(ares.three_ds_server_trans_id, request.server_trans_id)
    if ares.trans_status == "C":
        if ares.acs_url is None:
            raise m.NotUnderstood(m.ELEMENT_MISSING, "acsURL")
        return Challenge(
            server_trans_id=request.server_trans_id,
            acs_url=ares.acs_url,
            creq=m.to_browser(_creq(ares)),
            ds_trans_id=ares.ds_trans_id,
            acs_trans_id=ares.acs_trans_id,
            version=ares.message_version,
        )
    return _checked(
        AuthenticationResult(
            server_trans_id=request.server_trans_id,
            status=TransStatus(ares.trans_status),
            eci=ares.eci,
            cavv=ares.authentication_value,
            ds_trans_id=ares.ds_trans_id,
            acs_trans_id=ares.acs_trans_id,
            version=ares.message_version,
            reason=ares.trans_status_reason,
        ),
        brand(request),
    )


def result_of(rreq: m.RReq) -> AuthenticationResult:
    """Raises `NotUnderstood`."""
    return _checked(
        AuthenticationResult(
            server_trans_id=rreq.three_ds_server_trans_id,
            status=TransStatus(rreq.trans_status),
            eci=rreq.eci,
            cavv=rreq.authentication_value,
            ds_trans_id=rreq.ds_trans_id,
            acs_trans_id=rreq.acs_trans_id,
            version=rreq.message_version,
            reason=rreq.trans_status_reason,
            cancelled=rreq.challenge_cancel,
        )
    )


def rres(rreq: m.RReq, *, taken: bool) -> m.RRes:
    return m.RRes(
        message_version=rreq.message_version,
        three_ds_server_trans_id=rreq.three_ds_server_trans_id,
        ds_trans_id=rreq.ds_trans_id,
        acs_trans_id=rreq.acs_trans_id,
        results_status="01" if taken else "02",
    )


def _creq(ares: m.ARes) -> m.CReq:
    return m.CReq(
        message_version=ares.message_version,
        three_ds_server_trans_id=ares.three_ds_server_trans_id,
        acs_trans_id=ares.acs_trans_id,
        challenge_window_size=_WINDOW_FULL_SCREEN,
    )


def _checked(result: AuthenticationResult, of: Brand | None = None) -> AuthenticationResult:
    """A result that proves something brings the proof, with its brand's indicator (any brand's, where the message does
    not tell the card)."""
    proves = {TransStatus.AUTHENTICATED: "authenticated", TransStatus.ATTEMPTED: "attempted"}.get(result.status)
    if proves is None:
        return result
    if result.cavv is None:
        raise m.NotUnderstood(m.ELEMENT_MISSING, "authenticationValue")
    brands = ECI.values() if of is None else [ECI[of]]
    if result.eci not in {getattr(each, proves) for each in brands}:
        raise m.NotUnderstood(m.ELEMENT_INVALID, "eci")
    return result


def _same(told: str, asked: str) -> None:
    if told.lower() != asked.lower():
        raise m.NotUnderstood(m.TRANSACTION_UNKNOWN, "threeDSServerTransID")


def _ip(browser: Browser) -> str | None:
    try:
        return str(ipaddress.ip_address(browser.ip)) if browser.ip else None
    except ValueError:
        return None
