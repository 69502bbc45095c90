"""Bar codes are read back by a decoder of another make."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image

from pasarela.web.receipts.barcode import QUIET_MODULES, bars, png, svg, width_in_modules

REFERENCES = [
    "000020TRNIRKIYOBO5QFEX55EF0100009",
    "OPENPAY02DQ35YOY7",
    "0101990000001065",
    "A",
    "1",
    "12345",
    "AB1234567C",
]


def decoded(image: Image.Image) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(image.convert("L"))
    return [(barcode.format.name, barcode.text) for barcode in found]


def painted(svg_bytes: bytes, scale: int = 1) -> Image.Image:
    """The SVG's bars as a raster, from its own path."""
    root = ET.fromstring(svg_bytes)  # noqa: S314 - our own output
    path = root.find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    image = Image.new("L", (int(root.attrib["width"]) * scale, int(root.attrib["height"]) * scale), 255)
    for left, width, height in re.findall(r"M(\d+) 0h(\d+)v(\d+)h-\d+z", path.attrib["d"]):
        box = (int(left) * scale, 0, (int(left) + int(width)) * scale, int(height) * scale)
        image.paste(0, box)
    return image


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("module_pixels", [1, 3])
def test_png_is_read_by_a_scanner(reference: str, module_pixels: int) -> None:
    picture = Image.open(io.BytesIO(png(reference, module_pixels, 45, text=False)))

    assert picture.size == (width_in_modules(reference) * module_pixels, 45)
    assert decoded(picture) == [("Code128", reference)]


@pytest.mark.parametrize("reference", REFERENCES)
def test_svg_is_read_by_a_scanner(reference: str) -> None:
    assert decoded(painted(svg(reference, 1, 45, text=False), scale=2)) == [("Code128", reference)]


def test_text_stands_below_and_does_not_disturb() -> None:
    reference = REFERENCES[0]

    plain = Image.open(io.BytesIO(png(reference, 2, 60, text=False)))
    labelled = Image.open(io.BytesIO(png(reference, 2, 60, text=True)))

    assert labelled.height > plain.height
    assert labelled.crop((0, 0, *plain.size)).tobytes() == plain.tobytes()
    assert labelled.crop((0, 60, labelled.width, labelled.height)).convert("L").getextrema() == (0, 255)
    assert decoded(labelled) == [("Code128", reference)]
    assert b">000020TRNIRKIYOBO5QFEX55EF0100009</text>" in svg(reference, 2, 60, text=True)


def test_quiet_zones() -> None:
    spans = list(bars("OPENPAY02DQ35YOY7"))

    assert spans[0][0] == QUIET_MODULES
    assert sum(spans[-1]) == width_in_modules("OPENPAY02DQ35YOY7") - QUIET_MODULES
