"""STP's signature: the text that is signed, byte for byte, and that the key signs it."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from pasarela.rails.spei.signing import Signer, Values, cadena_original, query_cadena
from tests.rails.spei_world import pem, private_key

# Published by the authors of another client of STP.
_KNOWN: Values = {
    "institucionContraparte": "40072",
    "empresa": "TAMIZI",
    "claveRastreo": "CR1564969083",
    "institucionOperante": "90646",
    "monto": "1.20",
    "tipoPago": 1,
    "cuentaOrdenante": "646180110400000007",
    "tipoCuentaBeneficiario": 40,
    "nombreBeneficiario": "Ricardo Sanchez",
    "cuentaBeneficiario": "072691004495711499",
    "rfcCurpBeneficiario": "ND",
    "conceptoPago": "Prueba",
    "referenciaNumerica": 5273144,
    "topologia": "T",
    "medioEntrega": 3,
    "prioridad": 1,
}
_KNOWN_CADENA = (
    "||40072|TAMIZI|||CR1564969083|90646|1.20|1|||646180110400000007||40"
    "|Ricardo Sanchez|072691004495711499|ND||||||Prueba||||||5273144||T||3|1|||"
)


def test_the_cadena_of_a_known_order() -> None:
    assert cadena_original(_KNOWN) == _KNOWN_CADENA


def test_the_cadena_of_a_query_is_an_orders_with_four_values() -> None:
    cadena = query_cadena("TAMIZI", "20261123", "CR1", "90646")

    assert cadena == "|||TAMIZI|20261123||CR1|90646" + "|" * 30


def test_the_key_signs_the_cadena() -> None:
    key = private_key()

    signature = Signer(pem(key)).sign(_KNOWN_CADENA)

    key.public_key().verify(base64.b64decode(signature), _KNOWN_CADENA.encode(), PKCS1v15(), SHA256())
