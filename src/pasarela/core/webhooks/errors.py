"""Why a webhook is refused. Openpay's codes are named where its clients know one."""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class UnknownWebhook(Refusal):
    """There is no such webhook, or it was deleted."""

    rule = "webhook.unknown"
    field = "webhook_id"


class WebhookExists(Refusal):
    """The same address with the same user and the same events is a webhook already.

    Openpay 6001.
    """

    rule = "webhook.once"
    field = "url"


class EndpointNotReached(Refusal):
    """The endpoint could not be reached, so the webhook was not created.

    Openpay 6002.
    """

    rule = "webhook.reached"
    field = "url"


class EndpointRefused(Refusal):
    """The endpoint did not answer the verification with a 2xx status, so the webhook was not created.

    Openpay 6003.
    """

    rule = "webhook.verified"
    field = "url"

    def __init__(self, status: int) -> None:
        super().__init__(f"The endpoint answered the verification with {status}, so the webhook was not created")
        self.status = status


class UnusableUrl(Refusal):
    """The URL is none that may be called."""

    rule = "webhook.url"
    field = "url"


class WrongVerificationCode(Refusal):
    """The code is not the one that the endpoint was sent."""

    rule = "webhook.code"
    field = "verification_code"
