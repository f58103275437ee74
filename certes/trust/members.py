"""Reading the members of a JSON object one by one, strictly: a refusal names the member by its path.

Never guesses: a member of the wrong type is refused, and only what a caller declares optional may be absent.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certes.credential.errors import Malformed

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def parse_day(text: object, *, at: str) -> date:
    """`2026-03-01` as a date. Raises Malformed `date_invalid` at `at`."""
    if isinstance(text, str) and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Malformed("date_invalid", field=at)


@dataclass(frozen=True, slots=True)
class Members:
    """One JSON object and where it stands: `at` is a path like `issuers[0].keys[1]`, empty at the top.

    Every `_or_none` method takes an absent member and null alike.
    """

    value: Mapping[str, Any]
    at: str = ""

    def path(self, name: str) -> str:
        """Where the member `name` stands."""
        return f"{self.at}.{name}" if self.at else name

    def wrong(self, name: str, expected: str) -> Malformed:
        """The refusal of a member that is not what was expected."""
        return Malformed("member_invalid", field=self.path(name), expected=expected)

    def _required(self, name: str) -> Any:
        found = self.value.get(name)
        if found is None:
            raise Malformed("member_missing", field=self.path(name))
        return found

    def text(self, name: str) -> str:
        """A string that is not empty."""
        found = self._required(name)
        if not isinstance(found, str) or not found:
            raise self.wrong(name, "text")
        return found

    def text_or_none(self, name: str) -> str | None:
        """The same, where the member may be absent."""
        return None if self.value.get(name) is None else self.text(name)

    def one_of(self, name: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """One of a closed list of words."""
        if default is not None and self.value.get(name) is None:
            return default
        found = self.text(name)
        if found not in allowed:
            raise self.wrong(name, " | ".join(sorted(allowed)))
        return found

    def integer(self, name: str, *, least: int = 0) -> int:
        """A whole number, `least` or more."""
        found = self._required(name)
        if type(found) is not int or found < least:
            raise self.wrong(name, f"integer >= {least}")
        return found

    def integer_or_none(self, name: str, *, least: int = 0) -> int | None:
        """The same, where the member may be absent."""
        return None if self.value.get(name) is None else self.integer(name, least=least)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """true or false."""
        found = self.value.get(name, default)
        if type(found) is not bool:
            raise self.wrong(name, "true | false")
        return found

    def day(self, name: str) -> date:
        """A calendar day."""
        return parse_day(self._required(name), at=self.path(name))

    def day_or_none(self, name: str) -> date | None:
        """The same, where the member may be absent."""
        return None if self.value.get(name) is None else self.day(name)

    def members(self, name: str) -> "Members":
        """An object; absent is an empty one."""
        found = self.value.get(name)
        if found is None:
            found = {}
        if not isinstance(found, Mapping):
            raise self.wrong(name, "object")
        return Members(found, self.path(name))

    def _array(self, name: str) -> list[Any]:
        found = self.value.get(name)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.wrong(name, "array")
        return found

    def each(self, name: str) -> "tuple[Members, ...]":
        """The objects of an array; absent is an empty one."""
        found = []
        for index, item in enumerate(self._array(name)):
            if not isinstance(item, Mapping):
                raise self.wrong(f"{name}[{index}]", "object")
            found.append(Members(item, self.path(f"{name}[{index}]")))
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings of an array; absent is an empty one."""
        for index, item in enumerate(self._array(name)):
            if not isinstance(item, str) or not item:
                raise self.wrong(f"{name}[{index}]", "text")
        return tuple(self._array(name))

    def texts_or_none(self, name: str) -> tuple[str, ...] | None:
        """The same, where absent and empty differ."""
        return None if self.value.get(name) is None else self.texts(name)

    def words(self, name: str) -> Mapping[str, str]:
        """Texts by language; absent is none."""
        inner = self.members(name)
        return {language: inner.text(language) for language in inner.value}

    def conditions(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Conditions as they stand, each of a kind of the closed list; a choice holds at least two."""
        return tuple(_condition(item) for item in self.each(name))


CONDITION_KINDS = frozenset(
    {
        "aptitude_test",
        "adaptation_period",
        "supervised_practice",
        "practical_demonstration",
        "missing_units",
        "proof_of_practice",
        "language_proof",
        "renew_credential",
        "host_licence",
        "registration",
        "choice",
    }
)


def _condition(item: Members) -> Mapping[str, Any]:
    kind = item.one_of("kind", CONDITION_KINDS)
    if kind == "choice" and len(item.conditions("of")) < 2:
        raise item.wrong("of", "two conditions or more")
    return item.value
