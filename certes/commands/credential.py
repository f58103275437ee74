"""`certes credential sign | verify | decode | inspect`: documents on files and standard input, one at a time.

Exit codes, for scripts: 0 done or verified, 1 not verified, 2 unreadable or not possible.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from certes.commands.inspecting import inspect as inspect_anything
from certes.commands.signing_key import read_signer
from certes.credential import skillcard
from certes.credential.data_model import ENVELOPED_PRESENTATION, PRESENTATION, is_enveloped
from certes.credential.envelope import jwt, sd_jwt, wrap
from certes.credential.errors import Malformed, Refusal
from certes.credential.generic import CredentialReport, Problem, Profile, Stage, look_at_credential
from certes.credential.identifiers import Network
from certes.credential.parsing import MAX_BYTES, parse_instant, parse_json
from certes.credential.presentation import Demands, PresentationReport, verify_presentation
from certes.credential.proof import ALL_SUITES, add_proof
from certes.credential.proving import Prover
from certes.runtime import vcalm
from certes.runtime.clock import system_clock
from certes.runtime.problems import sentence
from certes.trust.bundle import parse_bundle
from verifier.evidence import Missing, Sources
from verifier.vcalm import Challenges, Window, look
from verifier.verification import Desk

VERIFIED, NOT_VERIFIED, UNREADABLE = 0, 1, 2
JWT = "vc+jwt"

app = typer.Typer(help="Sign, verify, decode and inspect single documents.", no_args_is_help=True)

File = Annotated[str, typer.Argument(help="a file, or - for standard input")]
AsJson = Annotated[bool, typer.Option("--json", help="answer in JSON")]
Language = Annotated[str, typer.Option("--lang", help="fr, en, pt, es or ar")]
Domain = Annotated[str, typer.Option(help="domain of the network whose cards are read")]
Number = Annotated[int, typer.Option("--network", help="number of that network", min=0)]


@app.callback()
def _group() -> None:
    """Sign, verify, decode and inspect single documents."""


@app.command()
def sign(
    document: File,
    key: Annotated[str, typer.Option(help="a private JWK, a key file of this project, or a pkcs11: address")],
    suite: Annotated[str, typer.Option(help="a cryptosuite, or vc+jwt for an envelope")] = "eddsa-rdfc-2022",
    method: Annotated[str, typer.Option(help="DID URL of the key; its own did:key by default")] = "",
    number: Annotated[int, typer.Option(help="which key of a key file or token", min=1)] = 1,
    passphrase_file: Annotated[Path | None, typer.Option(help="passphrase of a file, PIN of a token")] = None,
    purpose: Annotated[str, typer.Option(help="assertionMethod, or authentication")] = "assertionMethod",
    challenge: Annotated[str, typer.Option(help="of a presentation")] = "",
    domain: Annotated[str, typer.Option(help="of a presentation")] = "",
    created: Annotated[str, typer.Option(help="instant of the proof; now by default")] = "",
) -> None:
    """Add a proof to a JSON document, or put it in an envelope, and print it. Nothing undefined is signed."""
    with _refusals_told("en"):
        members = parse_json(_content(document))
        passphrase = passphrase_file.read_text("utf-8").strip() if passphrase_file else None
        signer = read_signer(key, method=method or None, number=number, passphrase=passphrase)
        if suite == JWT:
            _print_json(wrap(jwt.seal(members, signer=signer, kind=jwt.VC_JWT), media_type=jwt.VC_JWT))
            return
        found = next((each for each in ALL_SUITES if each.name == suite), None)
        if found is None:
            raise Malformed("cryptosuite_not_allowed", field="--suite")
        instant = parse_instant(created) if created else system_clock()
        secured = add_proof(
            members,
            signer=signer,
            suite=found,
            created=instant,
            purpose=purpose,
            challenge=challenge or None,
            domain=domain or None,
        )
    _print_json(secured)


@app.command()
def verify(
    document: File,
    bundle: Annotated[Path | None, typer.Option(help="a trust bundle: the issuer must be listed")] = None,
    charter: Annotated[str, typer.Option(help="id of the network's first charter, with --bundle")] = "",
    without_status: Annotated[
        bool, typer.Option(help="with --bundle: accept that withdrawal was not looked up")
    ] = False,
    challenge: Annotated[str, typer.Option(help="of a presentation: the one you gave")] = "",
    domain: Annotated[str, typer.Option(help="of a presentation: your own")] = "",
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """Is it signed, by the issuer it names, unaltered and in its dates?

    Without a bundle keys are looked for in did:key and did:jwk alone, and nobody says who is behind them.
    """
    now = system_clock()
    with _refusals_told(language):
        members = _parsed(_content(document))
        profile = Profile(prove=Prover(ALL_SUITES, now))
        window = None if bundle is None else _window(bundle, charter)

        def look_at(credential: Mapping[str, Any]) -> CredentialReport:
            if window is None:
                return look_at_credential(credential, profile=profile, at=now)
            found = look(credential, window, now=now)
            return _status_accepted(found) if without_status else found

        report: CredentialReport | PresentationReport
        if not _is_presentation(members):
            report = look_at(members)
        else:
            demands = Demands(challenge=challenge or None, domain=domain or None)
            report = verify_presentation(members, profile=profile, demands=demands, at=now, look=look_at)
    _tell(report, members, as_json=as_json, language=language)
    raise typer.Exit(VERIFIED if report.verified else NOT_VERIFIED)


@app.command()
def decode(
    document: File, domain: Domain = "skills.example", network: Number = 0, language: Language = "en"
) -> None:
    """A card's digits, or the address with them in its QR, as the signed JSON document. Not verified."""
    with _refusals_told(language):
        try:
            text = _content(document).decode("utf-8").strip()
        except UnicodeDecodeError:
            raise Malformed("card_digits_invalid", field="card") from None
        card = skillcard.decode(text, networks=(Network(network, domain),))
        _print_json(card.document())


@app.command()
def inspect(
    document: File,
    domain: Domain = "skills.example",
    network: Number = 0,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """What is this, and what does it say of itself? Nothing is verified."""
    with _refusals_told(language):
        found = inspect_anything(_content(document), network=Network(network, domain))
    if as_json:
        _print_json(found)
        return
    for name, value in found.items():
        if value not in (None, [], {}):
            shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            typer.echo(f"{name:<16} {shown}")
    typer.echo("Nothing of this was verified.")


def _content(name: str) -> bytes:
    """A file's bytes or those of standard input, a little more than a document may have at most."""
    if name == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _parsed(raw: bytes) -> dict[str, Any]:
    """A JSON document; a bare JWT or SD-JWT as the enveloped document it could stand in."""
    content = raw.strip()
    if content.startswith(b"{"):
        return parse_json(content)
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("not_readable", field="document") from None
    return wrap(text, media_type=sd_jwt.VC_SD_JWT if "~" in text else jwt.VC_JWT)


def _is_presentation(members: dict[str, Any]) -> bool:
    return is_enveloped(members, name=PRESENTATION) or is_enveloped(members, name=ENVELOPED_PRESENTATION)


class _NoStatus:
    """Status is not at hand in a file."""

    def find(self, url: str, index: int) -> Missing:
        return Missing("status_not_checked")


class _NoReader:
    """Files with pictures are for `certes verifier check`."""

    def read(self, data: bytes) -> list[str]:
        return []


def _window(bundle: Path, charter: str) -> Window:
    view = parse_bundle(bundle.read_bytes(), charter_id=charter, floor=None, now=system_clock())

    class _Held:
        @property
        def view(self) -> Any:
            return view

    desk = Desk(view.charter.network, Sources(_Held(), _NoStatus()), _NoReader(), ())
    return Window(desk, min(view.charter.members), None, Challenges())


def _status_accepted(report: CredentialReport) -> CredentialReport:
    """The report with what is not known of the status as a warning."""
    return CredentialReport(
        report.document,
        report.proofs,
        report.binding,
        tuple(
            Problem(problem.stage, problem.refusal, warning=True)
            if problem.stage is Stage.STATUS and problem.refusal.code == "status_not_checked"
            else problem
            for problem in report.problems
        ),
        report.schemas,
    )


def _tell(
    report: CredentialReport | PresentationReport, members: dict[str, Any], *, as_json: bool, language: str
) -> None:
    asked = vcalm.Asked(members, {})
    if isinstance(report, CredentialReport):
        answer = vcalm.credential_answer(report, asked, language=language)
        problems = list(report.problems)
    else:
        answer = vcalm.presentation_answer(report, asked, language=language)
        problems = [*report.problems, *(each for inner in report.credentials for each in inner.problems)]
    if as_json:
        _print_json(answer)
        return
    typer.echo("verified" if report.verified else "NOT verified")
    for facts in report.proofs:
        typer.echo(f"  signed with {facts.verification_method} ({facts.suite})")
    for problem in problems:
        details = vcalm.problem_details(problem, language=language)
        mark = "note" if problem.warning else "problem"
        typer.echo(f"  {mark}: {details['detail']} {_where(details['code'], details.get('field'))}")


def _where(code: str, field: str | None) -> str:
    return f"[{code}]" if field is None else f"[{code}: {field}]"


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def _refusals_told(language: str) -> Iterator[None]:
    """Any refusal as a sentence on standard error, and exit code 2."""
    try:
        yield
    except Refusal as refusal:
        told = sentence(refusal.code, language, refusal.params)
        typer.echo(f"{told} {_where(refusal.code, refusal.field)}", err=True)
        raise typer.Exit(UNREADABLE) from None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(UNREADABLE) from None
