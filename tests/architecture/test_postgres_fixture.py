"""The database fixture itself: real, empty, one's own."""

import psycopg
from sqlalchemy import create_engine, make_url, text

from tests.postgres import PostgresServer


def test_each_test_gets_an_empty_database_on_a_real_server(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.execute(text("SHOW server_version_num")).scalar_one() >= "140000"
        assert (
            connection.execute(
                text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            ).scalar_one()
            == 0
        )
        connection.execute(text("CREATE TABLE mark (n integer)"))
    engine.dispose()


def test_a_database_left_open_is_dropped_all_the_same(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh_database() as url:
        held = psycopg.connect(
            make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        )
    assert held.info.dbname.startswith("certes_test_")
    with postgres_server.fresh_database() as another:
        assert another != url
    held.close()
