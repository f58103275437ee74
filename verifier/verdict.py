"""Six checks in, one verdict out: schemas/verdict/table.json, executed.

The table is data so that a browser gives the same answer from the same rows. This module adds no opinion: it
refuses a set of checks that is not exactly the six, and otherwise returns what the first matching row says.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NoReturn

from certes.credential.errors import Misuse
from verifier.check import Check, Result

KEPT_VERDICTS = 1_024  # combinations seen lately; a service meets a few dozen

Alternative = tuple[tuple[int, frozenset[str]], ...]  # (position of the check, accepted results)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state` for people (schemas/verdict/table.json), `conclusion` for programs."""

    state: str
    conclusion: str

    def __bool__(self) -> NoReturn:
        """A verdict has five conclusions; `if verdict:` would call a forgery and a doubt the same, or both
        good."""
        raise TypeError("a verdict is not true or false: compare verdict.conclusion")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    verdict: Verdict
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, and the whole vocabulary of checks, results and codes."""

    checks: tuple[str, ...]
    codes: Mapping[str, Mapping[str, frozenset[str]]]
    rows: tuple[Row, ...]

    def conclude(self, checks: Iterable[Check]) -> Verdict:
        """The verdict of the six checks, in any order.

        Raises Misuse check_repeated, check_missing, check_unknown (a name, result or code outside the table)
        or verdict_undefined.
        """
        return self.first_match(self.offered(checks))

    def offered(self, checks: Iterable[Check]) -> tuple[tuple[str, str], ...]:
        """The checks in the table's order, each as a row may name it: `result`, and `result:code`."""
        return tuple(self._accepted(*named) for named in self._in_order(checks))

    def first_match(self, offered: tuple[tuple[str, str], ...]) -> Verdict:
        """What the first row that matches says. Raises Misuse `verdict_undefined`, which a test excludes."""
        for row in self.rows:
            if any(_matches(alternative, offered) for alternative in row.alternatives):
                return row.verdict
        raise Misuse("verdict_undefined")

    def _in_order(self, checks: Iterable[Check]) -> list[tuple[str, str, str]]:
        by_name: dict[str, tuple[str, str, str]] = {}
        for check in checks:
            if check.name in by_name:
                raise Misuse("check_repeated", field=check.name)
            by_name[check.name] = (check.name, check.result, check.code)
        if by_name.keys() != set(self.checks):
            raise Misuse("check_missing", field=", ".join(sorted(by_name.keys() ^ set(self.checks))))
        return [by_name[name] for name in self.checks]

    def _accepted(self, name: str, result: str, code: str) -> tuple[str, str]:
        if code not in self.codes[name].get(result, frozenset()):
            raise Misuse("check_unknown", field=f"{name}.{result}.{code}")
        return result, f"{result}:{code}"


def _matches(alternative: Alternative, offered: Sequence[tuple[str, str]]) -> bool:
    return all(not accepted.isdisjoint(offered[position]) for position, accepted in alternative)


@cache
def table() -> Table:
    """The table of this version, read once."""
    raw = json.loads(files("schemas").joinpath("verdict", "table.json").read_text(encoding="utf-8"))
    names = tuple(raw["checks"])
    rows = tuple(
        Row(
            Verdict(row["state"], row["conclusion"]),
            tuple(
                tuple((names.index(name), frozenset(results)) for name, results in alternative.items())
                for alternative in row["when"]
            ),
        )
        for row in raw["rows"]
    )
    codes = {
        name: {result: frozenset(codes) for result, codes in by_result.items()}
        for name, by_result in raw["codes"].items()
    }
    return Table(names, codes, rows)


def conclude(checks: Iterable[Check]) -> Verdict:
    """The verdict of these six checks. Raises Misuse; see `Table.conclude`."""
    return _concluded(tuple([(check.name, check.result, check.code) for check in checks]))


@lru_cache(maxsize=KEPT_VERDICTS)
def _concluded(named: tuple[tuple[str, Result, str], ...]) -> Verdict:
    return table().conclude(Check(*each) for each in named)
