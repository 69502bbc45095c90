"""Code 128 bar codes (ISO/IEC 15417) of payment references, as PNG and as SVG.

Bars are painted from the modules that python-barcode computes, each a whole number of pixels wide, so that a scanner
reads even bars of one pixel; the quiet zone of ten modules on either side is part of the picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

from barcode.codex import Code128  # type: ignore[import-untyped]  # the library has no types
from PIL import Image, ImageDraw, ImageFont

QUIET_MODULES = 10
TEXT_PIXELS = 12
TEXT_ROOM_PIXELS = 18

_WHITE, _BLACK = 1, 0


def bars(reference: str) -> Iterator[tuple[int, int]]:
    """Where each bar begins and how wide it is, in modules from the left edge of the quiet zone. `reference` is
    printable ASCII."""
    at = QUIET_MODULES
    for is_bar, run in groupby(_modules(reference), key="1".__eq__):
        width = len(list(run))
        if is_bar:
            yield at, width
        at += width


def width_in_modules(reference: str) -> int:
    """The width of the whole picture, quiet zones included."""
    return len(_modules(reference)) + 2 * QUIET_MODULES


def png(reference: str, module_pixels: int, bar_pixels: int, *, text: bool) -> bytes:
    """A black and white PNG: `module_pixels` is the width of a module, `bar_pixels` the height of the bars; `text`
    writes the reference below them."""
    width = width_in_modules(reference) * module_pixels
    image = Image.new("1", (width, bar_pixels + (TEXT_ROOM_PIXELS if text else 0)), _WHITE)
    draw = ImageDraw.Draw(image)
    for at, modules in bars(reference):
        left = at * module_pixels
        draw.rectangle((left, 0, left + modules * module_pixels - 1, bar_pixels - 1), fill=_BLACK)
    if text:
        font = ImageFont.load_default(TEXT_PIXELS)
        draw.text((width // 2, bar_pixels + TEXT_ROOM_PIXELS // 2), reference, fill=_BLACK, font=font, anchor="mm")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def svg(reference: str, module_pixels: int, bar_pixels: int, *, text: bool) -> bytes:
    """The same picture as SVG, which scales to any size."""
    width = width_in_modules(reference) * module_pixels
    height = bar_pixels + (TEXT_ROOM_PIXELS if text else 0)
    path = "".join(
        f"M{at * module_pixels} 0h{modules * module_pixels}v{bar_pixels}h-{modules * module_pixels}z"
        for at, modules in bars(reference)
    )
    label = (
        f'<text x="{width // 2}" y="{bar_pixels + TEXT_PIXELS}" font-family="monospace" font-size="{TEXT_PIXELS}" '
        f'text-anchor="middle">{_escaped(reference)}</text>'
        if text
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/><path d="{path}"/>{label}</svg>'
    ).encode()


def _modules(reference: str) -> str:
    (modules,) = Code128(reference).build()
    return str(modules)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
