"""Reading the members of a JSON object one by one, strictly: a refusal names the member by its path.

Never guesses: a member of the wrong type is refused, and only what a caller declares optional may be absent.
"""

import re
from collections.abc import Callable, Collection, Mapping
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
        """Conditions as they stand, each of a kind of the closed list and with the members of its kind."""
        return tuple(_condition(item) for item in self.each(name))


def _text(item: Members, name: str) -> object:
    return item.text(name)


def _months(item: Members, name: str) -> object:
    return item.integer(name, least=1)


def _texts(item: Members, name: str) -> object:
    if not item.texts(name):
        raise item.wrong(name, "array of texts, not empty")
    return None


def _chooser(item: Members, name: str) -> object:
    return item.one_of(name, ("worker", "host"))


def _choices(item: Members, name: str) -> object:
    """What a choice is between: plain conditions. A choice within a choice would not be shown as one."""
    found = item.each(name)
    if len(found) < 2:
        raise item.wrong(name, "two conditions or more")
    for inner in found:
        _condition(inner, kinds=CONDITION_KINDS - {"choice"})
    return None


_Reading = Callable[[Members, str], object]
_BODY: dict[str, _Reading] = {"body": _text}  # whom to ask: any condition may name it

# kind -> (what it must say, what it may say beside). A closed list: a page has a sentence for each.
CONDITION_MEMBERS: Mapping[str, tuple[Mapping[str, _Reading], Mapping[str, _Reading]]] = {
    "aptitude_test": ({}, _BODY),
    "adaptation_period": ({"months": _months}, _BODY),
    "supervised_practice": ({}, {"months": _months} | _BODY),
    "practical_demonstration": ({}, _BODY),
    "missing_units": ({"occupation": _text, "units": _texts}, {"blocks": _text} | _BODY),
    "proof_of_practice": ({"months": _months}, _BODY),
    "language_proof": ({}, {"language": _text, "level": _text} | _BODY),
    "renew_credential": ({"beforeMonths": _months}, _BODY),
    "host_licence": ({"licence": _text, "body": _text}, {}),
    "registration": ({}, _BODY),
    "choice": ({"of": _choices}, {"by": _chooser} | _BODY),
}
CONDITION_KINDS = frozenset(CONDITION_MEMBERS)


def _condition(item: Members, *, kinds: Collection[str] = CONDITION_KINDS) -> Mapping[str, Any]:
    needed, allowed = CONDITION_MEMBERS[item.one_of("kind", kinds)]
    for name in item.value:
        if name != "kind" and name not in needed and name not in allowed:
            raise Malformed("member_unknown", field=item.path(name))
    for name, read in needed.items():
        read(item, name)
    for name, read in allowed.items():
        if item.value.get(name) is not None:
            read(item, name)
    return item.value
