"""Bar codes over HTTP."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from pasarela.facades.openpay.profile import Profile
from pasarela.facades.toolkit.cycle import DialectApp
from tests.facades.asgi_client import Answer, ask

REFERENCE = "000020TRNIRKIYOBO5QFEX55EF0100009"


async def barcode(app: DialectApp[Profile], reference: str, query: str = "", **headers: str) -> Answer:
    return await ask(app, "GET", f"/barcode/{reference}?{query}", root_path="/openpay", headers=headers)


@pytest.mark.parametrize("query", ["width=1&height=45&text=false", "", "width=2&height=80&text=true"])
async def test_a_picture_that_scans(app: DialectApp[Profile], query: str) -> None:
    answer = await barcode(app, REFERENCE, query)

    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.body)).convert("L"))
    assert found.text == REFERENCE


async def test_svg_by_format_and_by_accept(app: DialectApp[Profile]) -> None:
    by_format = await barcode(app, REFERENCE, "format=svg")
    by_accept = await barcode(app, REFERENCE, Accept="image/svg+xml")

    assert by_format.headers["content-type"] == "image/svg+xml"
    assert by_format.body.startswith(b"<svg ")
    assert by_accept.body == by_format.body
    assert (await barcode(app, REFERENCE, "format=png", Accept="image/svg+xml")).body.startswith(b"\x89PNG")


async def test_pages_of_other_origins_may_paint_it(app: DialectApp[Profile]) -> None:
    answer = await barcode(app, REFERENCE, Origin="https://shop.example")

    assert answer.headers["access-control-allow-origin"] == "https://shop.example"


@pytest.mark.parametrize("query", ["width=0", "width=11", "height=501", "height=x", "text=maybe", "format=gif"])
async def test_pictures_that_nobody_needs(app: DialectApp[Profile], query: str) -> None:
    answer = await barcode(app, REFERENCE, query)

    assert (answer.status, answer.error_code) == (422, 1003)


@pytest.mark.parametrize("reference", ["A" * 49, "<script>", "a.b", "á"])
async def test_references_that_are_none(app: DialectApp[Profile], reference: str) -> None:
    answer = await barcode(app, reference)

    assert (answer.status, answer.error_code) == (404, 1005)
