"""An order's canonical form: one for one, whatever was ordered."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from certes.credential.achievement import (
    FIRST_DAY,
    LAST_DAY,
    BirthDate,
    DocumentKind,
    IdentityDocument,
    Kind,
    Person,
    Route,
    StandardRef,
)
from issuer.order import Assessment, Order, read_order, write_order

NUMBERS = st.integers(1, 999_999_999)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
BIRTHS = st.builds(
    BirthDate, st.integers(1900, 2100), st.none() | st.integers(1, 12), approximate=st.booleans()
)
DOCUMENTS = st.builds(IdentityDocument, st.sampled_from(["CM", "GA"]), st.sampled_from(DocumentKind), TEXTS)
DAYS = st.dates(FIRST_DAY, LAST_DAY)
ORDERS = st.builds(
    Order,
    number=TEXTS,
    trade=NUMBERS,
    trade_version=st.none() | NUMBERS,
    level=st.none() | st.integers(1, 23),
    kind=st.sampled_from(Kind),
    units=st.lists(st.integers(1, 32), unique=True).map(lambda units: tuple(sorted(units))),
    route=st.sampled_from(Route),
    standard=st.none() | st.builds(StandardRef, NUMBERS, NUMBERS),
    centre=st.none() | NUMBERS,
    awarded_on=DAYS,
    valid_until=st.none() | DAYS,
    person=st.builds(Person, TEXTS, BIRTHS, st.none() | DOCUMENTS),
    assessment=st.none() | st.builds(Assessment, TEXTS, TEXTS),
    title=st.sampled_from(["masculine", "feminine"]),
)


@given(ORDERS)
def test_an_order_is_its_canonical_form_and_back(order: Order) -> None:
    assert read_order(write_order(order)) == order


@given(ORDERS, ORDERS)
def test_two_orders_share_a_form_only_if_they_are_equal(one: Order, other: Order) -> None:
    assert (write_order(one) == write_order(other)) == (one == other)


def test_the_form_is_fixed() -> None:
    order = Order(
        "A-1", 1204, None, 4, Kind.FULL, (), Route.TRAINING, None, 1, date(2026, 4, 10), None,
        Person("NGO", BirthDate(1985, approximate=True)), None,
    )  # fmt: skip
    assert write_order(order).decode() == (
        '{"assessment":null,"awarded_on":"2026-04-10","centre":1,"kind":"full","level":4,"number":"A-1",'
        '"person":{"birth_date":"1985~","document":null,"name":"NGO"},"route":"training","standard":null,'
        '"title":"masculine","trade":1204,"trade_version":null,"units":[],"valid_until":null}'
    )
