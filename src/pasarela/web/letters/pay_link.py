"""The letter that tells a payer where to pay.

In Spanish, or in English for payers whose address lies in a country that speaks it: nobody has told us more.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pasarela.core.messages.model import Letter
from pasarela.core.payments.model import Payer, Payment
from pasarela.web.checkout import formats
from pasarela.web.checkout.texts import CATALOGUES, DEFAULT, Texts

_ENGLISH = frozenset({"US", "CA", "GB", "IE", "AU", "NZ"})

_TEMPLATES = Environment(
    loader=PackageLoader("pasarela.web.letters"),
    autoescape=select_autoescape(("html",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def pay_link(payment: Payment, merchant: str, url: str) -> Letter:
    """The letter about `payment` of `merchant`, which is paid at `url`."""
    assert payment.expires_at is not None, "what waits, waits until an instant"
    t = texts_for_payer(payment.payer)
    name = payment.payer.name if payment.payer else None
    values = {
        "t": t,
        "merchant": merchant,
        "greeting": t("mail_greeting", name=name) if name else t("mail_greeting_nobody"),
        "amount": formats.amount(payment.amount),
        "description": payment.description,
        "order": payment.order_id,
        "until": formats.instant(payment.expires_at, t),
        "url": url,
    }
    return Letter(
        t("mail_subject", merchant=merchant, amount=formats.amount(payment.amount)),
        _TEMPLATES.get_template("pay_link.txt").render(values),
        _TEMPLATES.get_template("pay_link.html").render(values),
    )


def texts_for_payer(payer: Payer | None) -> Texts:
    country = str((payer.address or {}).get("country_code") or "") if payer else ""
    return CATALOGUES["en" if country.upper() in _ENGLISH else DEFAULT]
