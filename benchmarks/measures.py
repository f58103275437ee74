"""Each measure by name: a value, its unit, and what it stands against."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import qrcode

from benchmarks import batch, hostile, pyld_alone, serving
from benchmarks.counting import can_count, instructions_per_call
from benchmarks.subjects import CROWD, DAYS_OF_AWARD, Office
from benchmarks.timing import seconds_once, seconds_per_call
from benchmarks.work import WORK
from certes.credential.cardsize import TYPICAL_ADDRESS, size_report
from certes.credential.qrsize import Level
from certes.runtime.qr import draw

Measure = tuple[float, str, str]  # value, unit, against

FLOOR_VERIFY = "parse, SHA-256 and Ed25519 of the same bytes"
FLOOR_SIGN = "write, SHA-256 and Ed25519 of the same two documents"


@dataclass(frozen=True)
class Scale:
    """How much is done: everything, or just enough to see that each measure can be taken."""

    quick: bool = False

    @property
    def batch(self) -> int:
        """Certificates of the batch."""
        return 20 if self.quick else 10_000

    @property
    def pyld_sample(self) -> int:
        """Certificates of PyLD's batch, whose rate is then scaled."""
        return 2 if self.quick else 200

    @property
    def requests(self) -> int:
        """Requests over HTTP."""
        return 100 if self.quick else 2_000


def all_measures(folder: Path, scale: Scale, tell: Callable[[str], None]) -> dict[str, Measure]:
    """Take every measure; `tell` hears what is being done."""
    measures: dict[str, Measure] = {}
    tell("signing what is measured")
    office = Office(folder)
    for title, group in _GROUPS:
        tell(title)
        measures |= dict(group(office, folder, scale))
    return measures


Group = Callable[[Office, Path, Scale], Iterator[tuple[str, Measure]]]


def _rates(office: Office, folder: Path, scale: Scale) -> Iterator[tuple[str, Measure]]:
    taken = {name: seconds_per_call(make(office), quick=scale.quick) for name, make in WORK.items()}
    raws = office.crowd(20 if scale.quick else CROWD)
    taken["verify_once"] = seconds_once(lambda: office.verify_crowd(raws)) / len(raws)
    taken["pyld"] = seconds_per_call(pyld_alone.verifier(office.credentials, office.seed), quick=scale.quick)
    for name, against in (
        ("floor_verify", FLOOR_VERIFY),
        ("floor_sign", FLOOR_SIGN),
        ("verify", "wallet credential from bytes to the verdict, all six checks, eddsa-rdfc-2022, warm"),
        ("verify_proof", "only parsing the wallet credential and verifying its proof"),
        (
            "verify_once",
            f"the same for {CROWD:,} people, awarded on {DAYS_OF_AWARD} days, each seen once",
        ),
        ("verify_undecided", "the same, the decision on recognition made anew each time"),
        ("verify_card", "all six checks for a skill card from its digits, eddsa-jcs-2022"),
        ("pyld", "the proof of the same credentials with PyLD, nothing else checked"),
        ("issue", "draft, lint, sign both faces, write"),
        ("issue_checked", "the same and both signatures verified, as the service does"),
    ):
        yield f"{name}_per_second", (1 / taken[name], "per second", against)
    yield "verify_vs_pyld", (taken["pyld"] / taken["verify"], "times faster", "PyLD alone; at least 20")
    for name, against in (
        ("verify_once", "PyLD alone; different certificates, each once"),
        ("verify_undecided", "PyLD alone; no decision remembered"),
        ("verify_proof", "proof against proof"),
    ):
        yield f"{name}_vs_pyld", (taken["pyld"] / taken[name], "times faster", against)
    yield "verify_over_floor_cpu", (taken["verify"] / taken["floor_verify"], "ratio of CPU", FLOOR_VERIFY)
    yield "issue_over_floor_cpu", (taken["issue"] / taken["floor_sign"], "ratio of CPU", FLOOR_SIGN)
    hostile_name, hostile_s = hostile.slowest(office.credentials[0])
    against = f"a normal verification; dearest of 64 kB: {hostile_name}; at most 20"
    yield "hostile_over_verify", (hostile_s / taken["verify"], "ratio of CPU", against)


_COUNTED = (
    "floor_verify",
    "verify_proof",
    "verify",
    "floor_sign",
    "issue",
    "floor_sign_checked",
    "issue_checked",
)


def _instructions(office: Office, folder: Path, scale: Scale) -> Iterator[tuple[str, Measure]]:
    if can_count() and not scale.quick:
        unit, cost = "ratio of instructions", instructions_per_call(_COUNTED)
    else:
        unit = "ratio of CPU"
        cost = {name: seconds_per_call(WORK[name](office), quick=scale.quick) for name in _COUNTED}
    yield "verify_over_floor", (cost["verify"] / cost["floor_verify"], unit, f"{FLOOR_VERIFY}; at most 3.5")
    against = f"{FLOOR_VERIFY}; only parsing and the proof"
    yield "verify_proof_over_floor", (cost["verify_proof"] / cost["floor_verify"], unit, against)
    yield "issue_over_floor", (cost["issue"] / cost["floor_sign"], unit, f"{FLOOR_SIGN}; at most 5")
    checked = cost["issue_checked"] / cost["floor_sign_checked"]
    yield "issue_checked_over_floor", (checked, unit, f"{FLOOR_SIGN}, and both verified again")


def _batch(office: Office, folder: Path, scale: Scale) -> Iterator[tuple[str, Measure]]:
    ours = batch.ours_per_second(folder, scale.batch)
    peer = batch.pyld_per_second(folder, scale.pyld_sample)
    yield "batch_per_second", (ours, "per second", f"{scale.batch:,} issued, verified, in SQLite, all cores")
    yield "batch_pyld_per_second", (peer, "per second", f"one by one with PyLD, {scale.pyld_sample} sampled")
    against = f"{scale.batch:,} with PyLD, scaled from {scale.pyld_sample}; wall time; at least 15"
    yield "batch_vs_pyld", (ours / peer, "times faster", against)


def _http(office: Office, folder: Path, scale: Scale) -> Iterator[tuple[str, Measure]]:
    wallets = list(office.raws)
    cards = [digits.encode() for digits in office.digits]
    hello = serving.seconds_per_request("bare", wallets, requests=scale.requests)
    wallet = serving.seconds_per_request("verifier", wallets, requests=scale.requests)
    card = serving.seconds_per_request("verifier", cards, requests=scale.requests)
    against = "a bare FastAPI route that reads the same body; server CPU under uvicorn"
    hello = max(hello, 1e-6)
    yield "http_verify_over_hello", (wallet / hello, "ratio of CPU", f"{against}; at most 8")
    yield "http_verify_card_over_hello", (card / hello, "ratio of CPU", against)


def _qr(office: Office, folder: Path, scale: Scale) -> Iterator[tuple[str, Measure]]:
    text = f"{TYPICAL_ADDRESS}{office.digits[0]}"

    def plain() -> None:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(text)
        code.make(fit=True)

    ours = seconds_per_call(lambda: draw(text, Level.M), quick=scale.quick)
    ratio = seconds_per_call(plain, quick=scale.quick) / ours
    yield "qr_vs_qrcode", (ratio, "times faster", "the qrcode package; at least 10")
    rows = size_report()
    against = f"level M, {len(TYPICAL_ADDRESS)}-character address"
    versions = [row.size.version_m or 99 for row in rows]
    yield "card_qr_version", (versions[0], "QR version", f"the typical card, {against}; at most 10")
    yield "card_qr_version_largest", (max(versions), "QR version", f"the largest, {against}; at most 13")


_GROUPS: tuple[tuple[str, Group], ...] = (
    ("processor time of one call of everything", _rates),
    ("instructions, counted by valgrind where it is there (a minute or two)", _instructions),
    ("a batch into the issuer's database", _batch),
    ("verifications over HTTP", _http),
    ("QR symbols", _qr),
)
