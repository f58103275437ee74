"""certes/runtime/settings.py: every refusal names the variable."""

from pathlib import Path

import pytest

from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment


def environment(**values: str) -> Environment:
    """Settings under the prefix `X_`."""
    return Environment("X_", {f"X_{name}": value for name, value in values.items()})


def test_a_missing_setting_is_refused_by_its_full_name() -> None:
    with pytest.raises(SettingInvalid) as caught:
        environment().text("DOMAIN")
    assert (caught.value.code, caught.value.field) == ("setting_missing", "X_DOMAIN")


def test_an_empty_setting_is_an_absent_one() -> None:
    assert environment(DOMAIN="").text("DOMAIN", "skills.example") == "skills.example"


def test_an_integer_within_bounds_is_read() -> None:
    assert environment(PORT="8400").integer("PORT", 1, minimum=1, maximum=65535) == 8400
    assert environment().integer("PORT", 1) == 1


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "٣", "²", "65536", "9" * 5000, "0"])
def test_anything_else_is_not_an_integer(text: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        environment(PORT=text).integer("PORT", 1, minimum=1, maximum=65535)
    assert (caught.value.code, caught.value.field) == ("setting_not_integer", "X_PORT")


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("No", False)]
)
def test_flags_are_read_in_their_usual_spellings(text: str, expected: bool) -> None:
    assert environment(DEVELOPMENT=text).flag("DEVELOPMENT") is expected


def test_an_unset_flag_is_its_default_and_a_strange_one_is_refused() -> None:
    assert environment().flag("DEVELOPMENT") is False
    assert environment().flag("DEVELOPMENT", default=True) is True
    with pytest.raises(SettingInvalid) as caught:
        environment(DEVELOPMENT="perhaps").flag("DEVELOPMENT")
    assert caught.value.code == "setting_not_flag"


def test_a_secret_comes_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse\n")
    assert environment(PASS_FILE=str(tmp_path / "secret")).secret("PASS") == "correct horse"
    assert environment(PASS="direct").secret("PASS") == "direct"


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "setting_file_unreadable"), (b"\xff\xfe", "setting_file_unreadable"), (b"\n", "setting_missing")],
)
def test_a_secret_file_that_holds_no_text_is_refused(
    tmp_path: Path, content: bytes | None, code: str
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingInvalid) as caught:
        environment(PASS_FILE=str(file)).secret("PASS")
    assert (caught.value.code, caught.value.field) == (code, "X_PASS_FILE")


def test_pairs_are_read_and_half_a_pair_is_refused() -> None:
    assert environment(MAP="a=b, c=d=e").pairs("MAP") == {"a": "b", "c": "d=e"}
    assert environment().pairs("MAP") == {}
    for text in ("a", "a=", "=b"):
        with pytest.raises(SettingInvalid) as caught:
            environment(MAP=text).pairs("MAP")
        assert caught.value.code == "setting_not_pairs"


def test_a_path_expands_the_home_folder() -> None:
    assert environment(DATA_DIR="~/certes").path("DATA_DIR") == Path.home() / "certes"
