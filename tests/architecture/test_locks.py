"""The lock files: hashed, without addresses, and of one resolution."""

import re
import tomllib

from tests.architecture.project import ROOT

LOCKS = ("requirements.lock", "requirements-runtime.lock")
PINNED = re.compile(r"(?P<name>[a-z0-9-]+)(\[[a-z,]+\])?==(?P<version>[^ ;\\]+)")


def pins(lock: str) -> dict[str, str]:
    """Package -> version. Raises AssertionError for a line that is neither a pin nor a hash."""
    found: dict[str, str] = {}
    entries = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for entry in entries:
        match = PINNED.match(entry)
        assert match, entry
        assert "--hash=sha256:" in entry, entry
        found[match["name"]] = match["version"]
    return found


def test_no_lock_names_an_index_or_an_address() -> None:
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_the_runtime_lock_is_a_part_of_the_whole() -> None:
    whole, runtime = (pins(lock) for lock in LOCKS)
    assert runtime.items() <= whole.items()
    assert "pytest" in whole
    assert "pytest" not in runtime


def test_everything_the_project_declares_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {
        "requirements-runtime.lock": project["dependencies"] + project["optional-dependencies"]["pkcs11"],
        "requirements.lock": project["dependencies"] + project["optional-dependencies"]["test"],
    }
    for lock, texts in declared.items():
        names = {re.split(r"[\[>=<~!;]", text)[0] for text in texts}
        assert names - pins(lock).keys() == set(), lock
