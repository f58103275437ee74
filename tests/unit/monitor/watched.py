"""A monitor and the invented network that it looks at, honest or not."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from typer.testing import CliRunner

from certes.cli import build
from tests.unit.registry.conftest import Clock, Registry
from tests.unit.registry.witnesses import HOST, Jury
from tests.world import World
from tests.world_data import Payload

ADDRESS = "registry.example"
WITNESS = "witness.skills.example/ga"
Alter = Callable[[str, bytes], bytes]


def nothing(_payload: Payload) -> None:
    """The same again."""


def close_centres(payload: Payload) -> None:
    """A change that nobody needs to be told."""
    payload.update(centres=[])


def suspend(payload: Payload) -> None:
    """A change that partners are told."""
    payload["issuers"][0]["history"].append({"status": "suspended", "from": "2026-11-21"})


@dataclass
class Watched:
    """A monitor and the network it sees: which registry answers, which witnesses, what lies in between."""

    folder: Path
    clock: Clock
    registry: Registry
    jury: Jury
    alter: Alter = lambda _path, body: body
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def run(self, *words: str, code: int) -> list[dict[str, object]]:
        """Look once, for Cameroon; what is told."""
        line = ["monitor", "--registry", f"https://{ADDRESS}", "--charter", self.registry.world.charter_id]
        line += ["--state", str(self.folder), "--country", "CM", "--language", "en", *words]
        done = CliRunner().invoke(build(line), line)
        assert done.exit_code == code, done.output
        told = (
            each for each in done.stdout.splitlines() if each.startswith("{")
        )  # the registry logs here too
        return [json.loads(each) for each in told]

    def codes(self, *words: str, code: int) -> list[object]:
        """The events' codes alone."""
        return [event["event"] for event in self.run(*words, code=code)]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """As the network does."""
        url = urlsplit(str(request.url))
        if url.netloc == HOST:
            return self.jury._answer(request)
        if self.away:
            raise httpx.ConnectError("away")
        self.asked.append(url.path)
        answer = self.registry.client.get(url.path, headers={"Accept-Encoding": "identity"})
        body = self.alter(url.path, answer.content) if answer.status_code == 200 else answer.content
        return httpx.Response(answer.status_code, stream=httpx.ByteStream(body))

    def pass_time(self, **much: float) -> None:
        """Time goes by, and the registry does what its timer does."""
        self.clock.pass_time(**much)
        self.registry.renew()


def known_files(folder: Path, world: World) -> Path:
    """Everything that a country signed, as files."""
    folder.mkdir()
    for number, found in enumerate(world.objects):
        (folder / f"{number}.json").write_text(json.dumps(found.to_json()))
    return folder


def witness_option(jury: Jury) -> tuple[str, str]:
    """Gabon's witness, at its own address."""
    return "--witness", f"{WITNESS}={jury.addresses[WITNESS]}"


def alarm_files(watched: Watched) -> list[str]:
    """What is kept."""
    return sorted(path.name for path in (watched.folder / "alarms").glob("*"))
