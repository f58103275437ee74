"""Every refusal that the registry's own code raises has a sentence and says what to do."""

import ast
from pathlib import Path

import pytest

import registry
from certes.credential import errors
from certes.runtime import refusals
from certes.runtime.languages import has_words

KINDS = {
    name
    for module in (errors, refusals)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, errors.Refusal)
}


def codes_in(path: Path) -> set[str]:
    """The codes of the refusals that a file makes."""
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        named = isinstance(call.func, ast.Name) and call.func.id in KINDS
        if named and call.args and isinstance(call.args[0], ast.Constant):
            found.add(str(call.args[0].value))
    return found


FILES = [*Path(registry.__file__).parent.rglob("*.py"), *Path(refusals.__file__).parent.glob("*.py")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_refusal_has_a_sentence_and_a_fix(path: Path) -> None:
    for code in codes_in(path):
        assert has_words("problems", code), code
        assert has_words("problems", f"{code}.fix"), code
