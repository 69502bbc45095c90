"""One ISO 8583 message: typed access to its fields, its bytes, and the answer that echoes it.

Its representation shows type, trace and field numbers, never a value that identifies a card; card number,
security code and PIN block leave it only as `Secret`. It knows the layout of fields, not what they mean for a
payment.
"""

from __future__ import annotations

from pasarela.kernel.secret import Secret
from pasarela.rails.iso8583 import codec, private_data
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583.errors import Malformed
from pasarela.rails.iso8583.frames import framed

_ECHOED = (
    f.PROCESSING_CODE,
    f.AMOUNT,
    f.SENT_AT,
    f.STAN,
    f.ACQUIRER,
    f.RRN,
    f.TERMINAL,
    f.MERCHANT,
    f.CURRENCY,
    f.NETWORK_CODE,
)


class Message:
    """A message by field numbers (`iso8583.fields`), each field's value as text. Never changed once made."""

    __slots__ = ("_elements", "_fields", "mti")

    def __init__(self, mti: str, values: dict[str, str]) -> None:
        """`values` belongs to the message from now on."""
        values[f.MTI] = mti
        self.mti = mti
        self._fields = values
        self._elements: dict[str, str] | None = None

    @classmethod
    def decode(cls, data: bytes) -> Message:
        """The message in `data` (without its length). Raises `Malformed` on anything else."""
        values = codec.decode(data)
        return cls(values[f.MTI], values)

    def frame(self) -> bytes:
        """The message as it goes over the wire, behind its length. Raises `Malformed` on a value that doesn't
        fit."""
        return framed(codec.encode(self._fields))

    def get(self, field: str) -> str | None:
        """A field's text, or `None` when the message doesn't have it."""
        assert field not in f.SECRET_FIELDS, "secret fields have accessors of their own"
        return self._fields.get(field)

    def need(self, field: str) -> str:
        """A field's text. Raises `Malformed` when the message doesn't have it."""
        value = self.get(field)
        if value is None:
            raise Malformed(f"field {field} is missing")
        return value

    def number(self, field: str) -> int:
        """A numeric field. Raises `Malformed` when it's missing or not made of digits."""
        text = self.need(field)
        if not text.isdigit():
            raise Malformed(f"field {field} is not numeric")
        return int(text)

    @property
    def pan(self) -> Secret | None:
        """The card number, field 2."""
        text = self._fields.get(f.PAN)
        return None if text is None else Secret(text)

    @property
    def cvv(self) -> Secret | None:
        """The security code, in field 48."""
        text = self._private().get(private_data.CVV)
        return None if text is None else Secret(text)

    @property
    def pin_block(self) -> Secret | None:
        """The encrypted PIN block as 16 hexadecimal digits, field 52."""
        text = self._fields.get(f.PIN_BLOCK)
        return None if text is None else Secret(text)

    def element(self, tag: str) -> str | None:
        """A sub-element of field 48, or `None`. Raises `Malformed` when the field can't be read."""
        assert tag != private_data.CVV, "the security code has an accessor of its own"
        return self._private().get(tag)

    def _private(self) -> dict[str, str]:
        if self._elements is None:
            self._elements = private_data.unpack(self._fields.get(f.PRIVATE_DATA, ""))
        return self._elements

    def answer(
        self,
        code: str,
        *,
        authorization_code: str | None = None,
        amount_minor: int | None = None,
        private: str | None = None,
    ) -> Message:
        """The answer to this request: its type, the fields that answers echo, `code` in field 39.

        `amount_minor` replaces the amount of the request (a partial approval); `private` is field 48.
        """
        own = self._fields
        values = {field: own[field] for field in _ECHOED if field in own}
        values[f.RESPONSE_CODE] = code
        if authorization_code is not None:
            values[f.AUTHORIZATION_CODE] = authorization_code
        if amount_minor is not None:
            values[f.AMOUNT] = f"{amount_minor:012d}"
        if private is not None:
            values[f.PRIVATE_DATA] = private
        return Message(f.ANSWER_OF[self.mti], values)

    def __repr__(self) -> str:
        numbers = sorted(int(field) for field in self._fields if field != f.MTI)
        trace = f"stan={self._fields.get(f.STAN)} rrn={self._fields.get(f.RRN)}"
        return f"<Message {self.mti} {trace} fields={','.join(map(str, numbers))}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a Message is never serialised: it may hold a card number")
