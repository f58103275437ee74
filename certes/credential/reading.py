"""Reading a parsed JSON document member by member, so that every refusal names the member at fault.

A document of ours is a pure function of the facts. So a reader takes the facts out, writes the document again
and compares: `require_same` then finds whatever is missing, extra or otherwise written.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from certes.credential.errors import Malformed

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LAST_NUMBER = re.compile(r"(?P<number>[1-9][0-9]{0,8})\Z", re.ASCII)


class Members:
    """The members of one JSON object and the path to it. Every getter raises Malformed `member_invalid`.

    The path is put together only for a refusal: reading a good document never needs it.
    """

    __slots__ = ("_above", "_name", "_place", "values")

    def __init__(
        self,
        values: Mapping[str, Any],
        name: str = "",
        above: "Members | None" = None,
        place: int | None = None,  # in a list
    ) -> None:
        self.values = values
        self._name = name
        self._above = above
        self._place = place

    def at(self, name: str) -> str:
        """The path of a member."""
        path = self._name if self._above is None else self._above.at(self._name)
        if self._place is not None:
            path = f"{path}[{self._place}]"
        return f"{path}.{name}" if path else name

    def has(self, name: str) -> bool:
        """Is the member there?"""
        return name in self.values

    def text(self, name: str) -> str:
        """A text member."""
        value = self.values.get(name)
        if not isinstance(value, str):
            raise invalid(self.at(name))
        return value

    def integer(self, name: str) -> int:
        """An integer member; `true` is no integer."""
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(self.at(name))
        return value

    def day(self, name: str) -> date:
        """The day of a member that is a date, or a time of which the day counts."""
        day = _day(self.text(name)[:10])
        if day is None:
            raise invalid(self.at(name))
        return day

    def number_of(self, name: str) -> int:
        """The number an identifier ends with: 1204 of `https://skills.example/cm/trades/1204`."""
        match = _LAST_NUMBER.search(self.text(name))
        if match is None:
            raise invalid(self.at(name))
        return int(match["number"])

    def object(self, name: str) -> "Members":
        """A member that is an object."""
        value = self.values.get(name)
        if not isinstance(value, dict):
            raise invalid(self.at(name))
        return Members(value, name, self)

    def one(self, name: str) -> "Members":
        """A member that is an object, alone or as the only one of a list: JSON-LD reads both alike."""
        value = self.values.get(name)
        if isinstance(value, list) and len(value) == 1:
            return Members({name: value[0]}, self._name, self._above, self._place).object(name)
        return self.object(name)

    def objects(self, name: str) -> tuple["Members", ...]:
        """A member that is a list of objects."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise invalid(self.at(name))
        return tuple([Members(item, name, self, place) for place, item in enumerate(value)])

    def texts(self, name: str) -> tuple[str, ...]:
        """A member that is a list of texts."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise invalid(self.at(name))
        return tuple(value)


def invalid(path: str) -> Malformed:
    """The refusal that names a member."""
    return Malformed("member_invalid", field=path)


def parse_day(text: str, path: str) -> date:
    """A calendar day `2026-03-01`; no other form of ISO 8601."""
    day = _day(text)
    if day is None:
        raise invalid(path)
    return day


def _day(text: str) -> date | None:
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def last_number(text: str, path: str) -> int:
    """The number a code or an identifier ends with, without superfluous zeros."""
    match = _LAST_NUMBER.search(text)
    if match is None:
        raise invalid(path)
    return int(match["number"])


def require_same(actual: Any, expected: Any, *, at: str = "") -> None:
    """Raises Malformed `member_unexpected` naming the first member that is missing, extra or different.

    `at` is the path of the two values themselves.
    """
    if _same_text(actual, expected):
        return
    path = _difference(actual, expected, at)
    if path is not None:
        raise Malformed("member_unexpected", field=path or "document")


def _same_text(one: Any, other: Any) -> bool:
    """Are two values written alike? True and 1, 1 and 1.0 are equal in Python; here they differ."""
    try:
        if orjson.dumps(one) == orjson.dumps(other):
            return True
        option = orjson.OPT_SORT_KEYS  # the order of members says nothing
        return orjson.dumps(one, option=option) == orjson.dumps(other, option=option)
    except orjson.JSONEncodeError:
        return False


def _difference(actual: Any, expected: Any, path: str) -> str | None:
    if type(actual) is not type(expected):
        return path
    if isinstance(expected, dict):
        return _difference_of_objects(actual, expected, path)
    if isinstance(expected, list):
        if len(actual) != len(expected):
            return path
        pairs = enumerate(zip(actual, expected, strict=True))
        found = (_difference(one, other, f"{path}[{at}]") for at, (one, other) in pairs)
        return next((difference for difference in found if difference is not None), None)
    return None if actual == expected else path


def _difference_of_objects(actual: Mapping[str, Any], expected: Mapping[str, Any], path: str) -> str | None:
    for name in [*expected, *(name for name in actual if name not in expected)]:
        inner = f"{path}.{name}" if path else name
        if name not in actual or name not in expected:
            return inner
        difference = _difference(actual[name], expected[name], inner)
        if difference is not None:
            return difference
    return None
