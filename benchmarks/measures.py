"""Each measure by name: a value, its unit, and what it stands against."""

import qrcode

from benchmarks import pyld_alone
from benchmarks.subjects import Floor, subject
from benchmarks.timing import seconds_per_call
from certes.credential.cardsize import TYPICAL_ADDRESS, size_report
from certes.credential.qrsize import Level
from certes.runtime.qr import draw

Measure = tuple[float, str, str]  # value, unit, against


def all_measures() -> dict[str, Measure]:
    """Run everything. A minute on one core."""
    one = subject()
    floor = Floor(one)
    floor_verify, floor_sign = seconds_per_call(floor.verify), seconds_per_call(floor.sign)
    wallet, card = seconds_per_call(one.verify_wallet), seconds_per_call(one.verify_card)
    pyld, issue = seconds_per_call(pyld_alone.verifier(one)), seconds_per_call(one.issue)
    return {
        "floor_verify_per_second": (1 / floor_verify, "per second", "parse, SHA-256, Ed25519 verify"),
        "floor_sign_per_second": (1 / floor_sign, "per second", "write, SHA-256, Ed25519 sign, twice"),
        "verify_per_second": (1 / wallet, "per second", "wallet credential, eddsa-rdfc-2022, warm"),
        "verify_card_per_second": (1 / card, "per second", "skill card, eddsa-jcs-2022, warm"),
        "pyld_verify_per_second": (1 / pyld, "per second", "the same wallet credential with PyLD alone"),
        "issue_per_second": (1 / issue, "per second", "draft, lint, sign both faces, write"),
        "verify_over_floor": (wallet / floor_verify, "ratio", "parse, SHA-256, Ed25519 verify"),
        "verify_card_over_floor": (card / floor_verify, "ratio", "parse, SHA-256, Ed25519 verify"),
        "verify_vs_pyld": (pyld / wallet, "times faster", "PyLD alone"),
        "issue_over_floor": (issue / floor_sign, "ratio", "write, SHA-256, Ed25519 sign, twice"),
        "qr_vs_qrcode": (_qr_ratio(f"{TYPICAL_ADDRESS}{one.digits}"), "times faster", "the qrcode package"),
        **_versions(),
    }


def _qr_ratio(text: str) -> float:
    def plain() -> None:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(text)
        code.make(fit=True)

    return seconds_per_call(plain) / seconds_per_call(lambda: draw(text, Level.M))


def _versions() -> dict[str, Measure]:
    rows = size_report()
    against = f"level M, {len(TYPICAL_ADDRESS)}-character address"
    versions = [row.size.version_m or 99 for row in rows]
    return {
        "card_qr_version": (versions[0], "QR version", f"the typical card, {against}; at most 10"),
        "card_qr_version_largest": (max(versions), "QR version", f"the largest of the table, {against}"),
    }
