"""Opening images and PDFs and finding QR codes in them. Runs only inside the worker process.

Formats are named: Pillow would otherwise try some forty decoders on a stranger's bytes.
"""

import io
import warnings
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from certes.runtime.clock import monotonic_s

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 64_000_000  # a telephone's 50-megapixel photograph, with room
MAX_PAGES = 5  # a certificate and its annexes; the code stands on the first
PDF_DPI = (200, 300)
MAX_PAGE_PIXELS = 16_000_000  # A4 at 300 dpi is 8.7 million
BUDGET_S = 2.5  # of trying harder
MAX_TEXTS = 20
MAX_TEXT_CHARACTERS = 2_000  # a skill card with its address has at most 1,222
MIN_CARD_DIGITS = 150  # the 64-byte signature alone
SIDES = (1600, 1000, 2600, 700)  # longest side in pixels, in the order that finds most codes soonest
PDF_MAGIC = b"%PDF-"
PDF_HEADER_WITHIN = 1024  # where readers look for it (ISO 32000-2, annex I; Acrobat's custom)


class Unreadable(Exception):
    """The file cannot be opened as what it claims to be. `code` is the refusal the caller will see."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read_codes(data: bytes) -> list[str]:
    """The distinct texts of the QR codes in a PNG, JPEG, WebP or PDF file; empty when there is none.

    Raises Unreadable image_not_readable, image_too_large, pdf_not_readable, pdf_locked.
    """
    end = monotonic_s() + BUDGET_S
    texts: dict[str, None] = {}
    for pictures in _passes(data):
        for picture in pictures:
            for attempt in _attempts(picture):
                found = _scan(attempt)
                texts.update(dict.fromkeys(found))
                if any(looks_like_card(text) for text in found) or monotonic_s() > end:
                    break
        if any(looks_like_card(text) for text in texts) or monotonic_s() > end:
            break
    return list(texts)[:MAX_TEXTS]


MAX_SIDE = 12_000  # no camera makes longer pictures; a strip of millions of pixels only costs time


def looks_like_card(text: str) -> bool:
    """Could this be a skill card's text? A cheap test that stops the search; the decoder decides."""
    digits = text.rpartition("#")[2].strip()
    return len(digits) >= MIN_CARD_DIGITS and digits.isascii() and digits.isdigit()


def _passes(data: bytes) -> Iterator[Iterator[Image.Image]]:
    """One picture; or the pages of a PDF, then the same pages finer."""
    if PDF_MAGIC in data[:PDF_HEADER_WITHIN]:
        yield from (_pages(data, dpi) for dpi in PDF_DPI)
    else:
        yield iter([_image(data)])


def _scan(picture: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode,)),
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [code.text for code in found if 0 < len(code.text) <= MAX_TEXT_CHARACTERS]


def _image(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
                raise Unreadable("image_too_large")
            picture.draft("L", (SIDES[2], SIDES[2]))  # JPEG: decode at a half, a quarter or an eighth
            return _grey(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unreadable("image_too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, IndexError):
        raise Unreadable(
            "image_not_readable"
        ) from None  # Pillow's decoders raise all of these on damaged files


def _grey(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture.convert("RGBA")).convert("L")
    return picture.convert("L")


def _pages(data: bytes, dpi: int) -> Iterator[Image.Image]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            for number in range(min(len(document), MAX_PAGES)):
                yield _page(document[number], dpi)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Unreadable("pdf_locked" if locked else "pdf_not_readable") from None


def _page(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    width, height = page.get_size()  # in points, 72 to the inch
    scale = dpi / 72
    if not (width > 0 and height > 0):
        raise Unreadable("pdf_not_readable")
    scale = min(scale, (MAX_PAGE_PIXELS / (width * height)) ** 0.5)
    try:
        rendered: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
        return rendered.convert("L")
    finally:
        page.close()


def _attempts(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then what helps with glare, blur, noise and unlucky sizes."""
    longest = max(picture.size)
    sizes = [side for side in SIDES if side < longest] or [longest]
    resized = [_resized(picture, side) for side in sizes]
    yield from resized
    if longest <= SIDES[2]:
        yield picture
    for variant in resized:
        yield ImageOps.autocontrast(variant, cutoff=2)
        yield variant.filter(ImageFilter.MedianFilter(3))
        yield variant.filter(ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0))
    for variant in resized[:2]:
        yield _resized(variant, 2 * max(variant.size)).filter(ImageFilter.GaussianBlur(1))


def _resized(picture: Image.Image, side: int) -> Image.Image:
    factor = side / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture.resize(size, Image.Resampling.LANCZOS if factor < 1 else Image.Resampling.BICUBIC)
