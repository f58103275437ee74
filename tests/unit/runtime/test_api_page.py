"""The API page: every operation, field and example of the OpenAPI document, and no script."""

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from certes.runtime.api_page import add_api_page, operations
from certes.runtime.pages import Pages


class _Inner(BaseModel):
    code: int = Field(description="A code.")


class _Body(BaseModel):
    name: str = Field(description="A <name>.")
    inner: _Inner | None = None


def _app(*, home: bool = False) -> FastAPI:
    app = FastAPI(title="Example", docs_url=None, redoc_url=None)

    @app.post("/things/{number}", summary="Make a thing", responses={409: {"description": "taken"}})
    def post_thing(number: int, body: _Body) -> dict[str, str]:
        """Make one."""
        return {}

    if home:
        app.get("/")(lambda: {"home": "own"})
    add_api_page(app, Pages("issuer", area="issuer", development=True))
    return app


def test_every_field_is_listed_by_its_dotted_path() -> None:
    (operation,) = operations(_app().openapi())
    assert (operation.method, operation.path, operation.anchor) == (
        "post",
        "/things/{number}",
        "post-things-number-",
    )
    assert [(field.path, field.required) for field in operation.fields] == [
        ("name", True),
        ("inner", False),
        ("inner.code", True),
    ]
    assert {answer.status for answer in operation.answers} >= {"200", "409", "422"}


def test_the_page_escapes_what_it_shows_and_loads_no_script() -> None:
    page = TestClient(_app()).get("/docs").text
    assert "A &lt;name&gt;." in page
    assert "<script" not in page


def test_a_service_without_pages_opens_on_its_api_and_one_with_pages_does_not() -> None:
    assert TestClient(_app()).get("/", follow_redirects=False).headers["location"] == "/docs"
    assert TestClient(_app(home=True)).get("/").json() == {"home": "own"}
