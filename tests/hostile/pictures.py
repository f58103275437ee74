"""Pictures of QR codes as they come: photographed, stained, turned, small, on a page, and not at all."""

import io
import zlib
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from certes.credential.qrsize import Level
from certes.runtime.qr import draw, to_png

PAGE = (1240, 1754)  # A4 at 150 dpi


def qr(text: str, *, scale: int = 5) -> Image.Image:
    """A QR code at level M with its quiet zone, black on white."""
    return Image.open(io.BytesIO(to_png(draw(text, Level.M), scale=scale))).convert("L")


def page(*codes: Image.Image) -> Image.Image:
    """An A4 page with text-like bars and the codes below one another."""
    paper = Image.new("L", PAGE, 250)
    draw = ImageDraw.Draw(paper)
    for line in range(12):
        draw.rectangle((120, 90 + 24 * line, 900 - 31 * (line % 4), 102 + 24 * line), fill=60)
    for number, code in enumerate(codes):
        paper.paste(code, (320, 420 + 660 * number))
    return paper


def photographed(picture: Image.Image) -> Image.Image:
    """From the side, turned, slightly out of focus, noisy."""
    width, height = picture.size
    tilted = picture.transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        (1, 0.15, -60, 0.05, 1.1, -40, 0.0001, 0.0001),
        fillcolor=190,
    ).rotate(11, fillcolor=180, expand=True)
    noise = Image.effect_noise(tilted.size, 60)
    return Image.blend(tilted.filter(ImageFilter.GaussianBlur(1.2)), noise, 0.2)


def stained(code: Image.Image) -> Image.Image:
    """A coffee ring and a tear across some of the modules."""
    copy = code.copy()
    draw = ImageDraw.Draw(copy)
    side = copy.width
    draw.ellipse((side * 0.45, side * 0.45, side * 0.60, side * 0.60), fill=120)
    draw.line((side * 0.55, side * 0.8, side * 0.8, side * 0.7), fill=255, width=6)
    return copy


def inverted(picture: Image.Image) -> Image.Image:
    """Light on dark."""
    return ImageOps.invert(picture)


def encoded(picture: Image.Image, kind: str = "PNG", **how: Any) -> bytes:
    """The file's bytes."""
    sink = io.BytesIO()
    picture.save(sink, kind, **how)
    return sink.getvalue()


def claimed_png(width: int, height: int) -> bytes:
    """A tiny file that says it is an enormous picture."""
    sound = encoded(Image.new("1", (8, 8)))
    start = sound.index(b"IHDR")
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + sound[start + 12 : start + 17]
    checksum = zlib.crc32(header).to_bytes(4, "big")
    return sound[:start] + header + checksum + sound[start + 21 :]
