"""STP's signature: RSA with SHA-256 over the *cadena original*, an order's values in a fixed sequence between bars.

STP, "Firma electrónica": `||a|b|…||`, an empty value between two bars where a field is not sent.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pasarela.kernel.secret import Secret

ORDER_FIELDS: Sequence[str] = (
    "institucionContraparte", "empresa", "fechaOperacion", "folioOrigen", "claveRastreo", "institucionOperante",
    "monto", "tipoPago", "tipoCuentaOrdenante", "nombreOrdenante", "cuentaOrdenante", "rfcCurpOrdenante",
    "tipoCuentaBeneficiario", "nombreBeneficiario", "cuentaBeneficiario", "rfcCurpBeneficiario", "emailBeneficiario",
    "tipoCuentaBeneficiario2", "nombreBeneficiario2", "cuentaBeneficiario2", "rfcCurpBeneficiario2", "conceptoPago",
    "conceptoPago2", "claveCatUsuario1", "claveCatUsuario2", "clavePago", "referenciaCobranza", "referenciaNumerica",
    "tipoOperacion", "topologia", "usuario", "medioEntrega", "prioridad", "iva",
)  # fmt: skip  # the sequence of the document, five to a line

Values = Mapping[str, str | int | None]


def cadena_original(values: Values, fields: Sequence[str] = ORDER_FIELDS) -> str:
    """The text that is signed: the values of `fields` in their sequence, whatever else `values` holds."""
    shown = ("" if values.get(field) is None else str(values[field]) for field in fields)
    return f"||{'|'.join(shown)}||"


def query_cadena(company: str, operation_date: str | None, tracking_key: str, institution: str) -> str:
    """The text that is signed to ask about one order: an order's with only these values."""
    return cadena_original(
        {
            "empresa": company,
            "fechaOperacion": operation_date,
            "claveRastreo": tracking_key,
            "institucionOperante": institution,
        }
    )


class Signer:
    """Signs with the company's private key."""

    def __init__(self, private_key_pem: Secret, passphrase: Secret | None = None) -> None:
        password = passphrase.reveal().encode() if passphrase is not None else None
        key = load_pem_private_key(private_key_pem.reveal().encode(), password)
        assert isinstance(key, RSAPrivateKey), "STP takes RSA keys"
        self._key = key

    def sign(self, cadena: str) -> str:
        """The signature in Base64."""
        return b64encode(self._key.sign(cadena.encode(), PKCS1v15(), SHA256())).decode()
