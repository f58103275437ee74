"""What the demonstration shows in the terminal: the verdicts, one QR, the addresses to open."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from certes.credential.qrsize import Level
from certes.demo.illustration import COUNTRIES
from certes.demo.network import Running
from certes.demo.services import url
from certes.demo.stories import SANDBOX_BODY, SANDBOX_KEY, Told
from certes.runtime.qr import draw, to_terminal


@dataclass(frozen=True)
class Result:
    """A story and what the verifier answered."""

    told: Told
    verdict: dict[str, Any]

    @property
    def state(self) -> str:
        """The verdict's state."""
        return str(self.verdict["state"])

    @property
    def as_expected(self) -> bool:
        """Did it come out as the story says?"""
        return self.state == self.told.story.expected


def table(results: Sequence[Result]) -> Table:
    """One line a certificate."""
    shown = Table(title="Verdicts (illustrative agreements)")
    for name in ("who", "from", "in", "verdict"):
        shown.add_column(name, no_wrap=True)
    shown.add_column("why")
    for result in results:
        story = result.told.story
        mark = "" if result.as_expected else f"  [expected {story.expected}]"
        shown.add_row(story.name, story.country, story.host, Text(result.state + mark), story.why)
    return shown


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """For a machine: how many an issuer certified, what came out, what should have."""
    return {
        "issued": sum(not result.told.story.signed_elsewhere for result in results),
        "verdicts": {result.told.story.name: result.state for result in results},
        "expected": {result.told.story.name: result.told.story.expected for result in results},
    }


def terminal_qr(result: Result) -> Panel:
    """A certificate's QR to scan from the screen."""
    drawn = to_terminal(draw(result.told.text, Level.M))
    return Panel.fit(Text(drawn, no_wrap=True), title=f"the certificate of {result.told.story.name}")


def save_pictures(results: Sequence[Result], folder: Path) -> None:
    """Each certificate's QR as a picture, to be given to a verifier's page."""
    folder.mkdir()
    for result in results:
        (folder / f"{result.told.story.name}.png").write_bytes(result.told.png)


def addresses(running: Running, pictures: Path) -> Panel:
    """Where to go from here."""
    ports = running.ports
    lines = [
        f"registry            {url(ports.registry)}/",
        *(f"verifier in {code}      {url(port)}/" for code, port in ports.verifiers.items()),
        *(
            f"issuer of {country.code}        {url(ports.issuers[country.code])}/docs"
            for country in COUNTRIES
        ),
        "",
        f"sandbox key of body {SANDBOX_BODY[1]} at the issuer of {SANDBOX_BODY[0]}:",
        f"  {SANDBOX_KEY}",
        "",
        "the QR of every certificate, to try on the pages of a verifier:",
        f"  {pictures}",
        "",
        "Everything here is illustrative and is gone when this ends. Ctrl-C ends it.",
    ]
    return Panel.fit("\n".join(lines), title="open")
