"""The SD-JWT cases of others as claims, disclosable paths and choices: YAML in which `!sd` marks what can be
withheld."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

import yaml

from certes.credential.envelope.opened import Path
from tests.unit.credential.samples import VECTORS

FOLDER = VECTORS / "sd-jwt"
_MARK = "!sd"


@dataclass(frozen=True)
class Case:
    """One case: what is issued, what is shown, and what is then to be seen (None where it does not say)."""

    claims: dict[str, Any]
    disclosable: tuple[Path, ...]
    shown: Any
    expected: Any | None


def names() -> list[str]:
    """Every case, as `collection/name`."""
    return sorted(str(file.parent.relative_to(FOLDER)) for file in FOLDER.glob("*/*/specification.yml"))


def settings(collection: str) -> dict[str, Any]:
    """Identifiers, keys and nonce of a collection."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / collection / "settings.yml").read_text("utf-8"))
    return found


def read(name: str) -> Case:
    """One case."""
    file: File = FOLDER / name / "specification.yml"
    root = yaml.compose(file.read_text("utf-8"), yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    members = {key.value: value for key, value in root.value}
    paths: list[Path] = []
    claims = _value(members["user_claims"], (), paths)
    expected = members.get("expect_verified_user_claims")
    shown = _value(members["holder_disclosed_claims"], (), [])
    return Case(claims, tuple(paths), shown, None if expected is None else _value(expected, (), []))


def chosen(case: Case) -> list[Path]:
    """The paths that the case's holder shows."""
    return [path for path in case.disclosable if _wanted(case.shown, path)]


def withheld(value: Any, hidden: set[Path], path: Path = ()) -> Any:
    """Claims without what is at the paths `hidden`."""
    if isinstance(value, dict):
        kept = ((name, inner, (*path, name)) for name, inner in value.items())
        return {name: withheld(inner, hidden, here) for name, inner, here in kept if here not in hidden}
    if isinstance(value, list):
        placed = ((inner, (*path, at)) for at, inner in enumerate(value))
        return [withheld(inner, hidden, here) for inner, here in placed if here not in hidden]
    return value


def _wanted(shown: Any, path: Path) -> bool:
    for step in path:
        if isinstance(shown, dict):
            shown = shown.get(step)
        elif isinstance(shown, list) and isinstance(step, int) and step < len(shown):
            shown = shown[step]
        else:
            return False
    return bool(shown)


def _value(node: yaml.Node, path: Path, paths: list[Path]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return dict(_members(node, path, paths))
    if isinstance(node, yaml.SequenceNode):
        return list(_elements(node, path, paths))
    assert isinstance(node, yaml.ScalarNode)
    if node.tag != _MARK:
        return yaml.SafeLoader("").construct_object(node)
    return node.value if node.style in ("'", '"') else yaml.safe_load(node.value)


def _members(node: yaml.MappingNode, path: Path, paths: list[Path]) -> Iterator[tuple[str, Any]]:
    for key, inner in node.value:
        here = (*path, key.value)
        if key.tag == _MARK:
            paths.append(here)
        yield key.value, _value(inner, here, paths)


def _elements(node: yaml.SequenceNode, path: Path, paths: list[Path]) -> Iterator[Any]:
    for position, inner in enumerate(node.value):
        here = (*path, position)
        if inner.tag == _MARK:
            paths.append(here)
        yield _value(inner, here, paths)
