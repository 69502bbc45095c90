"""Orders to send, and a stub of STP that keeps orders and believes nothing without a right signature."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pasarela.kernel.money import Currency, Money
from pasarela.kernel.secret import Secret
from pasarela.rails.contract import SpeiAccountType, SpeiNotification, SpeiOrder

COMPANY = "PASARELA"
CLABE = "012298026516924616"


def order(tracking_key: str = "TR0000000000000000A1", *, tenant_id: int = 1, minor: int = 1050) -> SpeiOrder:
    return SpeiOrder(
        tenant_id=tenant_id,
        tracking_key=tracking_key,
        amount=Money(minor, Currency.MXN),
        beneficiary_name="Juan Hernández Sánchez",
        beneficiary_account=Secret(CLABE),
        account_type=SpeiAccountType.CLABE,
        institution="40012",
        sender_name="Demo Openpay",
        sender_clabe="646180109400135624",
        concept="Retiro de saldo semanal",
        reference="1234567",
        operation_date=date(2026, 11, 23),
    )


class Heard(list[SpeiNotification]):
    """What a rail told."""

    async def __call__(self, notification: SpeiNotification) -> None:
        self.append(notification)


def private_key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


def pem(key: RSAPrivateKey) -> Secret:
    return Secret(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


# STP's own sequence once more, so that a slip in the connector's list is not its own witness.
_SEQUENCE = (
    "institucionContraparte empresa fechaOperacion folioOrigen claveRastreo institucionOperante monto tipoPago "
    "tipoCuentaOrdenante nombreOrdenante cuentaOrdenante rfcCurpOrdenante tipoCuentaBeneficiario nombreBeneficiario "
    "cuentaBeneficiario rfcCurpBeneficiario emailBeneficiario tipoCuentaBeneficiario2 nombreBeneficiario2 "
    "cuentaBeneficiario2 rfcCurpBeneficiario2 conceptoPago conceptoPago2 claveCatUsuario1 claveCatUsuario2 clavePago "
    "referenciaCobranza referenciaNumerica tipoOperacion topologia usuario medioEntrega prioridad iva"
)


class StpStub:
    """STP's side. `break_off` hangs up instead of answering, after an order was taken; `answers` replaces answers."""

    def __init__(self, trusted: RSAPublicKey) -> None:
        self._trusted = trusted
        self.orders: dict[str, dict[str, Any]] = {}
        self.states: dict[str, str] = {}
        self.calls: list[str] = []
        self.break_off = False
        self.instead: bytes | None = None
        self.status = 200
        self.url = ""

    def handle(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        self.calls.append(f"{method} {path}")
        told = json.loads(body, parse_float=Decimal)
        if not self._signed(told):
            return {"resultado": {"id": 0, "descripcionError": "Error validando la firma"}}
        key = told["claveRastreo"]
        if path == "/rest/ordenPago/registra" and method == "PUT":
            if key in self.orders:
                return {"resultado": {"id": -1, "descripcionError": "Clave rastreo en uso"}}
            self.orders[key] = told
            return {"resultado": {"id": 2000000 + len(self.orders)}}
        if path == "/rest/ordenPago/consOrdEnvRastreo" and method == "POST":
            if key not in self.orders:
                return {"resultado": {"id": 0, "descripcionError": "No se encontraron ordenes"}}
            return {"resultado": {"ordenPago": {"idEF": 2000001, "estado": self.states.get(key, "L1")}}}
        return {"resultado": {"id": 0, "descripcionError": "?"}}

    def _signed(self, told: dict[str, Any]) -> bool:
        text = "||" + "|".join(str(told.get(name, "")) for name in _SEQUENCE.split()) + "||"
        try:
            self._trusted.verify(base64.b64decode(told["firma"]), text.encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


@asynccontextmanager
async def serving(stub: StpStub) -> AsyncIterator[None]:
    """The stub on a port of this machine."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        body = await reader.readexactly(_header(head, "content-length", int))
        answer = stub.instead or json.dumps(stub.handle(method, path, body)).encode()
        if not stub.break_off:
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (stub.status, len(answer)) + answer)
        writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    stub.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rest"
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


def _header(head: str, name: str, read: Callable[[str], int]) -> int:
    line = next(line for line in head.splitlines() if line.lower().startswith(f"{name}:"))
    return read(line.partition(":")[2])
