"""A person's name is in the certificate, and nowhere else: a canary through every way a request can end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from certes.runtime.logs import configure_logs
from issuer.examples import OIL, REVOCATION
from tests.unit.issuer.office import CANARY, Running, running

DOCUMENT = {"country": "CM", "kind": "national_id", "last4": "ZQKX"}
PERSON = {"name": CANARY, "birth_date": "1991-08-23", "document": DOCUMENT}
ORDER: dict[str, Any] = OIL | {"number": "KANARI-77", "person": PERSON}
SECRETS = ("KANARI", "ZOBOLANGA", "1991-08-23", "ZQKX")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service with a trust list."""
    with running(tmp_path) as started:
        yield started


def leaks(text: str) -> list[str]:
    """Which parts of the canary a text holds."""
    return [secret for secret in SECRETS if secret in text]


def test_nothing_of_a_person_reaches_a_log_or_a_refusal(
    service: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("issuer")  # to the standard error of this very test
    assert service.certify(ORDER).status_code == 201
    refused = [
        service.certify(ORDER | {"level": 5}),  # 409
        service.certify(ORDER | {"level": 3}, "CFA"),  # 409: another body's
        service.certify(ORDER | {"number": "KANARI-78", "kind": CANARY}),  # 422
        service.certify(ORDER | {"number": "KANARI-78", CANARY: CANARY}),  # 422: even as a member's name
        service.certify(ORDER | {"number": "KANARI-78", "person": PERSON | {"name": f" {CANARY}"}}),
        service.certify(ORDER | {"number": "KANARI-78", "awarded_on": "2026-12-24"}),  # lint
        service.certify(ORDER | {"number": "KANARI-78"}, "OLD"),  # 403
        service.get("/v1/credentials/KANARI-79"),  # 404
        service.post("/v1/credentials/KANARI-77/revocation", REVOCATION | {"note": CANARY}),
    ]
    assert [answer.status_code for answer in refused] == [409, 409, 422, 422, 422, 422, 403, 404, 422]
    for answer in refused:
        assert leaks(answer.text) == []
    assert service.post("/v1/credentials/KANARI-77/revocation", REVOCATION).status_code == 200
    captured = capsys.readouterr()
    assert "request" in captured.err
    assert leaks(captured.err + captured.out) == []


@pytest.mark.parametrize("error", [sa.exc.OperationalError, sa.exc.DataError])
def test_an_error_of_the_database_quotes_nobody(
    service: Running, error: type[sa.exc.DBAPIError], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("issuer")

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO certificate" in statement:
            raise error(statement, {"name": CANARY}, Exception(f"KANARI-77 {CANARY}"))

    sa.event.listen(service.database.engine, "before_cursor_execute", fail)
    answer = service.certify(ORDER)
    assert answer.status_code in (500, 503)
    captured = capsys.readouterr()
    assert leaks(answer.text + captured.err + captured.out) == []
    sa.event.remove(service.database.engine, "before_cursor_execute", fail)
    assert service.certify(ORDER).status_code == 201
