"""One of the six checks: what was found, under a stable code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Result = Literal["passed", "failed", "unknown"]
Param = str | int | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of the document. `as_of` is the age of what the answer rests on, None for the
    document."""

    name: str
    result: Result
    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    as_of: datetime | None = None
