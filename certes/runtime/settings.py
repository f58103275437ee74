"""The only reader of the environment: typed settings with errors that name the variable and the fix."""

import os
from collections.abc import Mapping
from pathlib import Path

from certes.runtime.refusals import SettingInvalid

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}


class Environment:
    """Variables under one prefix, e.g. `CERTES_ISSUER_`. Readers raise SettingInvalid with the full name."""

    def __init__(self, prefix: str, values: Mapping[str, str] | None = None) -> None:
        self._prefix = prefix
        self._values = os.environ if values is None else values

    def name_of(self, setting: str) -> str:
        """The variable's full name."""
        return self._prefix + setting

    def text(self, setting: str, default: str | None = None) -> str:
        """The value, or the default; without a default the variable is required."""
        value = self._values.get(self.name_of(setting), "")
        if value:
            return value
        if default is None:
            raise SettingInvalid("setting_missing", field=self.name_of(setting))
        return default

    def integer(self, setting: str, default: int, *, minimum: int = 0, maximum: int = 2**31) -> int:
        """A decimal integer within bounds."""
        text = self.text(setting, str(default))
        if not (text.isascii() and text.isdigit() and len(text) <= 18) or not minimum <= int(text) <= maximum:
            raise SettingInvalid(
                "setting_not_integer", field=self.name_of(setting), minimum=minimum, maximum=maximum
            )
        return int(text)

    def flag(self, setting: str, *, default: bool = False) -> bool:
        """yes or no, in the usual spellings."""
        text = self.text(setting, "yes" if default else "no").lower()
        if text in _YES:
            return True
        if text in _NO:
            return False
        raise SettingInvalid("setting_not_flag", field=self.name_of(setting))

    def path(self, setting: str, default: str | None = None) -> Path:
        """A file or folder; `~` is expanded."""
        return Path(self.text(setting, default)).expanduser()

    def secret(self, setting: str, default: str | None = None) -> str:
        """A secret from the variable, or from the file that `<NAME>_FILE` names (container secrets)."""
        file_name = self._values.get(self.name_of(setting) + "_FILE", "")
        if not file_name:
            return self.text(setting, default)
        try:
            secret = Path(file_name).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingInvalid("setting_file_unreadable", field=self.name_of(setting) + "_FILE") from None
        if not secret:
            raise SettingInvalid("setting_missing", field=self.name_of(setting) + "_FILE")
        return secret

    def pairs(self, setting: str) -> dict[str, str]:
        """`a=b,c=d` as a mapping; empty when unset."""
        text = self.text(setting, " ").strip()
        pairs: dict[str, str] = {}
        for part in filter(None, text.split(",")):
            key, separator, value = part.strip().partition("=")
            if not (key and separator and value):
                raise SettingInvalid("setting_not_pairs", field=self.name_of(setting))
            pairs[key] = value
        return pairs


def production_settings(
    services: tuple[str, ...], values: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Names of the variables that configure one of `services` here, unless it is in its development profile.

    For what must never run beside a service in use.
    """
    held = os.environ if values is None else values
    found: list[str] = []
    for prefix in services:
        if held.get(prefix + "DEVELOPMENT", "").lower() not in _YES:
            found += sorted(name for name in held if name.startswith(prefix))
    return tuple(found)
