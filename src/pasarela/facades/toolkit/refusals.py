"""What a dialect refuses before the core is asked. Each dialect's error table maps these like the core's refusals.

`rule` is chosen where it is raised, because one class covers several rules: the explanation of a request names it.
"""

from __future__ import annotations

from pasarela.kernel.errors import Refusal


class NoSuchPath(Refusal):
    """There is nothing at this address."""

    rule = "wire.path"


class NoSuchMethod(Refusal):
    """The address exists, but not for this HTTP method."""

    rule = "wire.method"

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method} is not possible here, only {', '.join(allowed)}")
        self.allowed = allowed


class BodyTooLarge(Refusal):
    """The body is larger than any call needs."""

    rule = "wire.body_size"


class NotJson(Refusal):
    """The body is not one JSON object."""

    rule = "wire.json"


class Missing(Refusal):
    """A required value was not sent, or is null or empty."""

    rule = "wire.required"

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is required", field=field)


class WrongType(Refusal):
    """A value is not of the type that it has to be."""

    rule = "wire.type"

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(f"{field} must be {expected}", field=field)
        self.expected = expected


class WrongValue(Refusal):
    """A value is of the right type, but not one that can be used."""

    def __init__(self, rule: str, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}", field=field)
        self.rule = rule


class NotPermitted(Refusal):
    """A merchant has no permission for such a call; his bank gives it."""

    rule = "merchant.permission"

    def __init__(self, field: str) -> None:
        super().__init__(f"The merchant has no permission for what {field} asks for", field=field)


class NotAuthenticated(Refusal):
    """No credentials came with the call, or they are not well formed."""

    rule = "auth.credentials"
    field = "Authorization"


class PrivateKeyRequired(Refusal):
    """A public key may not do this."""

    rule = "auth.private_key"
    field = "Authorization"


class PrivateKeyInBrowser(Refusal):
    """A private key was sent from a web page, where everybody can read it."""

    rule = "auth.private_key_in_browser"
    field = "Authorization"
