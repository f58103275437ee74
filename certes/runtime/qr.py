"""A QR drawn: modules, PNG, SVG, and text for a terminal.

The writer (Zint, inside zxing-cpp) sets the address as bytes and the digits as a numeric segment of its own;
a test compares its version with `certes.credential.qrsize`. It decides nothing about what stands in the
symbol.
"""

import io
import re
from dataclasses import dataclass
from html import escape

import zxingcpp
from PIL import Image

from certes.credential.errors import Malformed
from certes.credential.qrsize import Level

QUIET_ZONE = 4  # modules of white on each side (ISO/IEC 18004:2015, section 6.3.8)
MAX_CHARACTERS = 2_000  # beyond any card and address
_BORDER_AND_FINDERS = 17  # modules on a side = 4 × version + 17
_RUN = re.compile(b"\x01+")
_HALF_BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol. `rows` holds one byte a module, 1 where it is dark, without the quiet zone."""

    rows: tuple[bytes, ...]

    @property
    def version(self) -> int:
        """1 to 40."""
        return (len(self.rows) - _BORDER_AND_FINDERS) // 4


def draw(text: str, level: Level) -> Symbol:
    """The smallest symbol for a text. Raises Malformed `qr_text_too_long`."""
    if len(text) > MAX_CHARACTERS:
        raise Malformed("qr_text_too_long", limit=MAX_CHARACTERS)
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level.value)
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    height, width = image.shape
    pixels = bytes(memoryview(image))  # type: ignore[arg-type]  # a buffer, which its stub does not say
    dark = pixels.translate(_DARK)
    return Symbol(tuple(dark[row * width : (row + 1) * width] for row in range(height)))


def to_png(symbol: Symbol, *, scale: int = 8) -> bytes:
    """A black and white PNG, `scale` pixels a module, quiet zone included."""
    size = len(symbol.rows) + 2 * QUIET_ZONE
    pixels = b"".join(row.translate(_GREY) for row in _with_quiet_zone(symbol))
    image = Image.frombytes("L", (size, size), pixels).convert("1", dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.resize((size * scale, size * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def to_svg(symbol: Symbol, *, title: str) -> str:
    """SVG text of one path, one unit a module, quiet zone included; `title` is what a screen reader says."""
    size = len(symbol.rows) + 2 * QUIET_ZONE
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(symbol.rows, start=QUIET_ZONE)
        for start, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" '
        f'shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def to_terminal(symbol: Symbol) -> str:
    """Half blocks for a terminal with light letters on a dark ground: two rows of modules a line."""
    rows = _with_quiet_zone(symbol)
    below = [*rows[1:], bytes(len(rows[0]))]
    lines = (
        "".join(_HALF_BLOCKS[bool(upper), bool(lower)] for upper, lower in zip(top, bottom, strict=True))
        for top, bottom in list(zip(rows, below, strict=True))[::2]
    )
    return "\n".join(lines)


_DARK = bytes([1]) + bytes(255)  # writer's pixels: 0 is dark
_GREY = b"\xff" + bytes(255)


def _with_quiet_zone(symbol: Symbol) -> list[bytes]:
    side, edge = bytes(QUIET_ZONE), [bytes(len(symbol.rows) + 2 * QUIET_ZONE)] * QUIET_ZONE
    return [*edge, *(side + row + side for row in symbol.rows), *edge]


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Start (quiet zone counted) and length of each run of dark modules."""
    return [(match.start() + QUIET_ZONE, len(match[0])) for match in _RUN.finditer(row)]
