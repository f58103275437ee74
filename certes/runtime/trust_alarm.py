"""The alarm of two histories: both checkpoints are kept as proof, told in the log and in health, and stay
until the operator has looked and takes the file away.

    {"forks": [{"found_at": "...", "held": "<note>", "offered": "<note>"}]}
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certes.credential.errors import Refusal
from certes.credential.parsing import format_instant, parse_json
from certes.runtime.files import read_if_there, write_whole
from certes.runtime.logs import warn
from certes.trust.bundle_file import MAX_BUNDLE_BYTES, open_bundle

MAX_FORKS = 16  # the first ones: each alone is proof


@dataclass(frozen=True, slots=True)
class Alarm:
    """The file of proofs."""

    path: Path

    @property
    def is_raised(self) -> bool:
        """Is there proof of two histories?"""
        return self.path.exists()

    def raise_with(self, held: str, offered: bytes, *, found_at: datetime) -> None:
        """Keep both checkpoints: `held` is a note, `offered` a bundle whose checkpoint a quorum signed."""
        note = open_bundle(offered).checkpoint.decode()
        forks = self._kept()
        if len(forks) < MAX_FORKS and all(fork.get("offered") != note for fork in forks):
            forks.append({"found_at": format_instant(found_at), "held": held, "offered": note})
            write_whole(self.path, json.dumps({"forks": forks}, indent=1, ensure_ascii=False).encode())
        _tell(self.path)

    def _kept(self) -> list[dict[str, str]]:
        """A file that cannot be read is still an alarm, and is begun anew."""
        try:
            found = parse_json(read_if_there(self.path) or b"{}", max_bytes=MAX_BUNDLE_BYTES).get("forks")
        except Refusal:
            return []
        return [fork for fork in found if isinstance(fork, dict)] if isinstance(found, list) else []


def open_alarm(path: Path) -> Alarm:
    """The alarm of a folder, told again at every start as long as its file is there."""
    alarm = Alarm(path)
    if alarm.is_raised:
        _tell(path)
    return alarm


def _tell(path: Path) -> None:
    warn("trust_alarm", code="log_forked", field=path.name)
