"""One sheet of a receipt: a heading, lines of names and values, steps, a bar code. Letter size, millimetres.

Written with the fonts that every PDF reader has, so a sheet weighs a few kilobytes; they know the letters of Western
Europe, and others are written as the nearest of those. The same content gives the same bytes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF, XPos, YPos

from pasarela.web.receipts.barcode import bars, width_in_modules

_FONT = "Helvetica"
_MARGIN_MM = 20
_NAME_MM = 55
_LINE_MM = 7
_BAR_MM = 18
_MODULE_MM_MAX = 0.4


class Sheet:
    """Filled from top to bottom, then taken as bytes."""

    def __init__(self, title: str, subtitle: str, made_at: datetime) -> None:
        self._pdf = FPDF(format="letter")
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(_writable(title))
        self._pdf.set_lang("es-MX")
        self._pdf.set_margin(_MARGIN_MM)
        self._pdf.add_page()
        self._text(title, 18, "B")
        self._text(subtitle, 11, "")
        self._gap(6)

    def big(self, name: str, value: str) -> None:
        """The one figure that the payer looks for."""
        self._text(name, 10, "")
        self._text(value, 22, "B")
        self._gap(4)

    def lines(self, values: Sequence[tuple[str, str | None]]) -> None:
        """Names and values, one below the other; those without a value are left out."""
        for name, value in values:
            if value is None:
                continue
            self._pdf.set_font(_FONT, "", 11)
            self._pdf.cell(_NAME_MM, _LINE_MM, _writable(name))
            self._pdf.set_font(_FONT, "B", 11)
            self._pdf.multi_cell(0, _LINE_MM, _writable(value), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._gap(4)

    def barcode(self, reference: str) -> None:
        """The bar code of `reference` with its characters below, centred between the margins."""
        pdf = self._pdf
        modules = width_in_modules(reference)
        module_mm = min(pdf.epw / modules, _MODULE_MM_MAX)
        left, top = pdf.l_margin + (pdf.epw - modules * module_mm) / 2, pdf.get_y()
        pdf.set_fill_color(0)
        for at, width in bars(reference):
            pdf.rect(left + at * module_mm, top, width * module_mm, _BAR_MM, style="F")
        pdf.set_y(top + _BAR_MM + 1)
        pdf.set_font("Courier", "B", 11)
        pdf.cell(0, _LINE_MM, _writable(reference), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._gap(4)

    def steps(self, title: str, steps: Sequence[str]) -> None:
        """What to do, numbered."""
        self._text(title, 12, "B")
        for number, step in enumerate(steps, start=1):
            self._text(f"{number}. {step}", 10, "")
        self._gap(4)

    def bytes(self) -> bytes:
        return bytes(self._pdf.output())

    def _text(self, text: str, points: int, style: str) -> None:
        self._pdf.set_font(_FONT, style, points)
        self._pdf.multi_cell(0, points * 0.55, _writable(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _gap(self, millimetres: int) -> None:
        self._pdf.ln(millimetres)


def _writable(text: str) -> str:
    """`text` in the letters that the fonts have: `Žižek` → `Zizek`."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
        return plain.encode("latin-1", "replace").decode("latin-1")
    return text
