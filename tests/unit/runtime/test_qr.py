"""The drawn QR reads as it was written."""

import io
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from certes.credential.card_text import to_digits
from certes.credential.cardsize import TYPICAL_ADDRESS, card_size
from certes.credential.errors import Malformed
from certes.credential.qrsize import Level
from certes.runtime.qr import QUIET_ZONE, Symbol, draw, to_png, to_svg, to_terminal
from tests.samples import NETWORK, TYPICAL, card_of

TEXT = TYPICAL_ADDRESS + to_digits(card_of(TYPICAL))
SYMBOL = draw(TEXT, Level.Q)


def read(image: Image.Image) -> str:
    """What a scanner reads."""
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    return found.text


def image_of(rows: list[list[int]], scale: int = 4) -> Image.Image:
    """An image of rows of modules, 1 dark."""
    pixels = bytes(0 if module else 255 for row in rows for module in row)
    image = Image.frombytes("L", (len(rows[0]), len(rows)), pixels)
    return image.resize((len(rows[0]) * scale, len(rows) * scale), Image.Resampling.NEAREST)


def test_a_card_is_drawn_at_the_version_that_was_foretold() -> None:
    assert SYMBOL.version == card_size(TYPICAL, network=NETWORK).version


def test_a_png_has_a_quiet_zone_of_four_modules_and_is_read() -> None:
    image = Image.open(io.BytesIO(to_png(SYMBOL, scale=3)))
    assert (image.mode, image.format, image.width) == ("1", "PNG", 3 * (len(SYMBOL.rows) + 2 * QUIET_ZONE))
    box = image.convert("L").point(lambda pixel: 255 - pixel).getbbox()
    assert box is not None
    assert box[:2] == (3 * QUIET_ZONE, 3 * QUIET_ZONE)
    assert read(image) == TEXT


def test_an_svg_holds_the_same_modules_and_an_escaped_title() -> None:
    root = ElementTree.fromstring(to_svg(SYMBOL, title="Carte de <Aïssatou> & co"))  # noqa: S314
    namespace = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{namespace}title") == "Carte de <Aïssatou> & co"
    path = root.findall(f"{namespace}path")[1].attrib["d"]
    size = len(SYMBOL.rows) + 2 * QUIET_ZONE
    rows = [[0] * size for _ in range(size)]
    for run in path.removesuffix("z").split("z"):
        start, length = run.removeprefix("M").split("v")[0].split("h")
        x, y = (int(part) for part in start.split(" "))
        rows[y][x : x + int(length)] = [1] * int(length)
    assert read(image_of(rows)) == TEXT


def test_a_terminal_shows_two_rows_of_modules_a_line() -> None:
    dark = {" ": (1, 1), "▄": (1, 0), "▀": (0, 1), "█": (0, 0)}
    lines = to_terminal(SYMBOL).split("\n")
    rows = [[dark[block][half] for block in line] for line in lines for half in (0, 1)]
    assert read(image_of(rows)) == TEXT


def test_the_smallest_symbol_is_version_1() -> None:
    assert draw("151", Level.L).version == 1
    assert Symbol((b"",) * 177).version == 40


def test_a_text_beyond_any_card_is_refused() -> None:
    with pytest.raises(Malformed, match="qr_text_too_long"):
        draw("1" * 2_001, Level.L)
