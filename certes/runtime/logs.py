"""Structured logs without personal data: an allow-list of members, everything else is dropped.

An allow-list and not a deny-list, because a name can hide in any member somebody adds tomorrow. Exception
texts of drivers are never logged (they quote parameters); the exception's class is.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager, suppress
from typing import Any

import structlog

ALLOWED_MEMBERS = frozenset(
    {
        "event", "level", "timestamp", "service", "code", "field", "route", "method", "status", "duration_ms",
        "request_id", "error_class", "attempt", "count", "size_bytes", "version", "as_of", "url", "list",
        "purpose", "port", "state", "reason_class",
    }
)  # fmt: skip


def _only_allowed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in event.items() if name in ALLOWED_MEMBERS}


def configure_logs(service: str, *, level: int = logging.INFO) -> None:
    """JSON lines on standard error for this process. Call once, at start."""

    def name_service(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service  # not a context variable: threads of timers start with an empty context
        return event

    structlog.configure(
        processors=[
            name_service,
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def log(event: str, **members: str | int | float | None) -> None:
    """One informative line. Members outside ALLOWED_MEMBERS are dropped."""
    with _never_failing():
        structlog.get_logger().info(event, **members)


def warn(event: str, **members: str | int | float | None) -> None:
    """One line somebody should look at."""
    with _never_failing():
        structlog.get_logger().warning(event, **members)


def _never_failing() -> AbstractContextManager[None]:
    """A log whose reader has gone away, or whose disk is full, must not fail the work that it tells of."""
    return suppress(OSError, ValueError)
