"""Photographs, scans and PDFs, sound and hostile: codes are found, and no file takes the service with it."""

import io
import os
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from certes.credential.errors import Malformed, Refusal
from certes.runtime.refusals import Busy, TooLarge
from tests.hostile import pictures
from tests.unit.verifier.scene import WELDER, Scene, welder
from verifier.reading.decoding import MAX_PIXELS
from verifier.reading.pool import COMMAND, WAITING_PER_WORKER, ReaderPool
from verifier.reading.worker import MAX_FILE_BYTES
from verifier.verification import Desk, read_file


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    found = ReaderPool(size=1)
    found.warm_up()
    yield found
    found.close()


@pytest.fixture(scope="module")
def card() -> str:
    return Scene(Path(os.devnull), trust=False).card()


def desk_with(pool: ReaderPool, folder: Path) -> Desk:
    scene = Scene(folder)
    return Desk(scene.desk.network, scene.desk.sources, pool, frozenset())


@pytest.mark.parametrize(
    ("kind", "how"),
    [("PNG", {}), ("JPEG", {"quality": 50}), ("WEBP", {"quality": 60}), ("PDF", {"resolution": 150})],
)
def test_a_page_is_read_in_every_format(pool: ReaderPool, card: str, kind: str, how: dict[str, int]) -> None:
    assert pool.read(pictures.encoded(pictures.page(pictures.qr(card)), kind, **how)) == [card]


def test_a_photograph_from_the_side_is_read(pool: ReaderPool, card: str) -> None:
    photo = pictures.photographed(pictures.page(pictures.qr(card)))
    assert pool.read(pictures.encoded(photo, "JPEG", quality=50)) == [card]


@pytest.mark.parametrize("angle", [17, 90, 180, 233])
def test_a_turned_page_is_read(pool: ReaderPool, card: str, angle: int) -> None:
    turned = pictures.page(pictures.qr(card)).rotate(angle, fillcolor=255, expand=True)
    assert pool.read(pictures.encoded(turned)) == [card]


def test_a_stained_code_is_read(pool: ReaderPool, card: str) -> None:
    assert pool.read(pictures.encoded(pictures.page(pictures.stained(pictures.qr(card))))) == [card]


def test_light_on_dark_is_read(pool: ReaderPool, card: str) -> None:
    assert pool.read(pictures.encoded(pictures.inverted(pictures.page(pictures.qr(card))))) == [card]


def test_a_transparent_background_is_white(pool: ReaderPool, card: str) -> None:
    code = pictures.qr(card)
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=pictures.inverted(code))
    assert pool.read(pictures.encoded(clear)) == [card]


def test_a_large_photograph_is_read(pool: ReaderPool, card: str) -> None:
    large = pictures.page(pictures.qr(card)).resize((4960, 7016))
    assert pool.read(pictures.encoded(large, "JPEG")) == [card]


def test_the_same_card_printed_twice_is_one(pool: ReaderPool, card: str, tmp_path: Path) -> None:
    other_address = Scene(tmp_path, trust=False).card(address="https://v.skills.example/")
    sheet = pictures.page(pictures.qr(card, scale=4), pictures.qr(other_address, scale=4))
    presented = read_file(pictures.encoded(sheet), desk=desk_with(pool, tmp_path))
    assert presented.certification == WELDER


def test_another_qr_beside_the_card_does_no_harm(pool: ReaderPool, card: str, tmp_path: Path) -> None:
    sheet = pictures.page(pictures.qr("https://example.com/menu", scale=6), pictures.qr(card, scale=4))
    assert read_file(pictures.encoded(sheet), desk=desk_with(pool, tmp_path)).certification == WELDER


def test_two_different_cards_are_refused_with_their_number(
    pool: ReaderPool, card: str, tmp_path: Path
) -> None:
    second = Scene(tmp_path, trust=False).card(welder(number="CM-1-2026-000124"))
    sheet = pictures.page(pictures.qr(card, scale=4), pictures.qr(second, scale=4))
    with pytest.raises(Malformed) as refused:
        read_file(pictures.encoded(sheet), desk=desk_with(pool, tmp_path))
    assert (refused.value.code, dict(refused.value.params)) == ("several_cards_in_image", {"count": 2})


def test_a_qr_that_is_no_card_is_told_from_no_qr(pool: ReaderPool, tmp_path: Path) -> None:
    desk = desk_with(pool, tmp_path)
    files = {"not_a_certes_code": pictures.page(pictures.qr("hello")), "qr_not_found": pictures.page()}
    for code, picture in files.items():
        with pytest.raises(Malformed) as refused:
            read_file(pictures.encoded(picture), desk=desk)
        assert refused.value.code == code


def bomb() -> bytes:
    """A PNG of a few kilobytes that would unpack to 400 million pixels."""
    return pictures.claimed_png(20_000, 20_000)


def bomb_within_bounds() -> bytes:
    """As many pixels as are allowed, four bytes each, all of them there."""
    side = int(MAX_PIXELS**0.5)
    return pictures.encoded(Image.new("RGBA", (side, side)), compress_level=1)


HOSTILE = {
    "png bomb": (bomb(), "image_too_large"),
    "png of no size": (pictures.claimed_png(0, 0), "image_not_readable"),
    "png of one line": (pictures.claimed_png(2**31 - 1, 1), "image_too_large"),
    "truncated png": (pictures.encoded(pictures.page())[:3_000], "image_not_readable"),
    "truncated jpeg header": (pictures.encoded(pictures.page(), "JPEG")[:200], "image_not_readable"),
    "magic and rubbish": (b"\x89PNG\r\n\x1a\n" + b"x" * 5_000, "image_not_readable"),
    "riff rubbish": (b"RIFF\x00\x00\x00\x10WEBPVP8 " + b"\xff" * 40, "image_not_readable"),
    "gif": (pictures.encoded(pictures.page(), "GIF"), "image_not_readable"),
    "tiff": (pictures.encoded(pictures.page(), "TIFF"), "image_not_readable"),
    "svg": (
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        "image_not_readable",
    ),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "image_not_readable"),
    "zeros": (bytes(100_000), "image_not_readable"),
    "one byte": (b"\xff", "image_not_readable"),
    "zlib": (zlib.compress(bytes(10**6)), "image_not_readable"),
    "pdf rubbish": (b"%PDF-1.7\n" + b"1 0 obj\n" * 500, "pdf_not_readable"),
    "truncated pdf": (pictures.encoded(pictures.page(), "PDF")[:900], "pdf_not_readable"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_second_and_the_next_is_read(
    pool: ReaderPool, card: str, name: str
) -> None:
    data, code = HOSTILE[name]
    started = time.monotonic()
    with pytest.raises(Malformed) as refused:
        pool.read(data)
    assert time.monotonic() - started < 1.5
    assert refused.value.code == code
    assert pool.read(pictures.encoded(pictures.qr(card))) == [card]


def test_the_largest_picture_allowed_is_opened_within_the_memory_limit(pool: ReaderPool) -> None:
    assert pool.read(bomb_within_bounds()) == []


def test_noise_costs_a_bounded_time(pool: ReaderPool) -> None:
    started = time.monotonic()
    assert pool.read(pictures.encoded(Image.effect_noise((2_500, 2_500), 120), "JPEG")) == []
    assert time.monotonic() - started < 6


def test_a_file_over_the_limit_is_refused_before_a_worker_sees_it(pool: ReaderPool) -> None:
    with pytest.raises(TooLarge) as refused:
        pool.read(bytes(MAX_FILE_BYTES + 1))
    assert refused.value.code == "file_too_large"


def python(script: str) -> tuple[str, ...]:
    """A stand-in for the worker."""
    return (sys.executable, "-c", script)


MISBEHAVIOURS = {
    "aborts": "import os; os.abort()",
    "is killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "hangs": "import time; time.sleep(60)",
    "answers nothing": "pass",
    "answers rubbish": r"import sys; sys.stdin.buffer.read(4); sys.stdout.buffer.write(b'\0\0\0\5nope!')",
    "answers a half": r"import sys; sys.stdout.buffer.write(b'\0\0\0\5no')",
    "claims too much": r"import sys; sys.stdout.buffer.write(b'\xff\xff\xff\xff' + b'x' * 100)",
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_worker_that_dies_or_hangs_is_a_file_that_cannot_be_read(name: str) -> None:
    pool = ReaderPool(size=1, deadline_s=1.0, command=python(MISBEHAVIOURS[name]))
    for _ in range(2):  # the place in the pool is free again
        with pytest.raises(Malformed) as refused:
            pool.read(b"\x89PNG" + bytes(200_000))
        assert refused.value.code == "image_not_readable"
    pool.close()


def test_a_worker_that_breaks_is_replaced_by_a_sound_one(card: str, tmp_path: Path) -> None:
    flag = tmp_path / "broken-once"
    script = (
        f"import os, pathlib, runpy; flag = pathlib.Path({str(flag)!r})\n"
        "first = not flag.exists(); flag.touch()\n"
        "os.abort() if first else runpy.run_module('verifier.reading.worker', run_name='__main__')"
    )
    pool = ReaderPool(size=1, command=python(script))
    data = pictures.encoded(pictures.qr(card))
    with pytest.raises(Malformed):
        pool.read(data)
    assert pool.read(data) == [card]
    pool.close()


def test_when_every_worker_is_taken_the_caller_is_told_to_come_back() -> None:
    pool = ReaderPool(size=0, wait_s=0.05, command=COMMAND)
    with pytest.raises(Busy) as refused:
        pool.read(b"\x89PNG")
    assert refused.value.code == "readers_busy"


def test_when_no_process_can_be_started_the_caller_is_told_to_come_back() -> None:
    pool = ReaderPool(size=1, command=("/nowhere/at/all",))
    for _ in range(2):
        with pytest.raises(Busy) as refused:
            pool.read(b"\x89PNG")
        assert refused.value.code == "readers_busy"


def test_a_crowd_of_images_is_turned_away_at_once_and_not_queued_for_ever() -> None:
    pool = ReaderPool(size=1, deadline_s=0.5, command=python(MISBEHAVIOURS["hangs"]))

    def code_of(_: int) -> str:
        return outcome_of(pool, b"\x89PNG")

    with ThreadPoolExecutor(20) as crowd:
        codes = list(crowd.map(code_of, range(20)))
    assert set(codes) == {"image_not_readable", "readers_busy"}
    assert codes.count("readers_busy") >= 20 - (1 + WAITING_PER_WORKER)
    pool.close()


def test_a_worker_has_no_environment_and_cannot_write(tmp_path: Path) -> None:
    script = (
        "import json, os, sys\n"
        "from verifier.reading.worker import _limit, read_frame, write_frame\n"
        "_limit(); read_frame(sys.stdin.buffer)\n"
        "try:\n"
        f"    os.write(os.open({str(tmp_path / 'written')!r}, os.O_WRONLY | os.O_CREAT), b'x')\n"
        "    wrote = 'yes'\n"
        "except OSError:\n    wrote = 'no'\n"
        "secrets = [name for name in os.environ if name.startswith('CERTES')]\n"
        "write_frame(sys.stdout.buffer, json.dumps({'texts': [wrote, str(secrets)]}).encode())\n"
    )
    os.environ["CERTES_TEST_SECRET"] = "secret"
    try:
        pool = ReaderPool(size=1, command=python(script))
        assert pool.read(b"x") == ["no", "[]"]
        pool.close()
    finally:
        del os.environ["CERTES_TEST_SECRET"]


def test_random_damage_never_breaks_the_pool(pool: ReaderPool, card: str) -> None:
    sound = {kind: pictures.encoded(pictures.qr(card), kind) for kind in ("PNG", "JPEG", "WEBP", "PDF")}
    expected = {"", card, "image_not_readable", "image_too_large", "pdf_not_readable", "pdf_locked"}
    for kind, data in sound.items():
        for position in range(8, len(data), max(1, len(data) // 12)):
            damaged = io.BytesIO(data)
            damaged.seek(position)
            damaged.write(b"\xff\x00\xff")
            assert outcome_of(pool, damaged.getvalue()) in expected, kind


def outcome_of(pool: ReaderPool, data: bytes) -> str:
    """What a file gives: its texts, joined, or the code of its refusal."""
    try:
        return "\n".join(pool.read(data))
    except Refusal as refusal:
        return refusal.code
