"""Lines with their contracts, rates, and the way back; snapshots and facts that follow them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from banso.kit.models import Job, Snapshot
from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.revenue.actions import (
    LineRow,
    RateRow,
    put_lines,
    put_rates,
    take_back_lines,
    take_back_rates,
)
from banso.rooms.revenue.models import Contract, Rate, SubscriptionLine
from tests.factories.customers import make_account
from tests.factories.dumps import dump
from tests.factories.ingestion import bring_in, counts
from tests.factories.revenue import make_contract, make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
STATED = {
    "amount_minor": 100,
    "arr_minor": 1200,
    "currency": "JPY",
    "interval_months": 1,
    "start_on": TODAY,
}


@pytest.fixture
def account(db: None) -> Account:
    return make_account(external_id="a1")


def row(external_id: str, account: Account, contract: str | None = None, **given: Any) -> LineRow:
    terms = given.pop("terms", {})
    return LineRow(
        external_id=external_id,
        account=account.pk,
        contract=contract,
        given=STATED | given,
        terms=terms,
    )


def put(by: User, *rows: LineRow) -> list[list[Change]]:
    return put_lines(rows, by=by, at=NOON)


def told() -> list[tuple[str, Any]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def terms() -> list[tuple[str, date | None]]:
    return list(Contract.objects.order_by("external_id").values_list("external_id", "term_end_on"))


def test_lines_are_created_updated_and_left_alone(operations: User, account: Account) -> None:
    put(operations, row("same", account), row("old", account))
    changes = put(
        operations, row("new", account), row("same", account), row("old", account, arr_minor=2400)
    )
    assert [[c.before for c in of_row] for of_row in changes] == [[None], [], [{"arr_minor": 1200}]]
    assert told()[-1] == ("revenue.lines_put", {"created": 1, "updated": 1})
    assert set(Link.objects.values_list("account_id", flat=True)) == {account.pk}


def test_the_same_lines_again_leave_no_trace(operations: User, account: Account) -> None:
    said = row("l1", account, "k1", terms={"term_end_on": TODAY})
    put(operations, said)
    before = dump(Entry, Job, Snapshot, SubscriptionLine, Contract)
    assert put(operations, said) == [[]]
    assert dump(Entry, Job, Snapshot, SubscriptionLine, Contract) == before


def test_the_line_that_starts_last_is_believed_about_its_contract(
    operations: User, account: Account
) -> None:
    later, earlier = TODAY + 2 * DAY, TODAY + DAY
    put(
        operations,
        row("l1", account, "k1", terms={"term_end_on": TODAY}),
        row("l3", account, "k1", start_on=TODAY + 2 * DAY, terms={"term_end_on": later}),
        row("l2", account, "k1", start_on=TODAY + DAY, terms={"term_end_on": earlier}),
    )
    assert terms() == [("k1", later)]


def test_of_two_lines_that_start_together_the_last_is_believed(
    operations: User, account: Account
) -> None:
    ends = [TODAY, TODAY + DAY]
    put(operations, *(row(f"l{n}", account, "k1", terms={"term_end_on": on})
                      for n, on in enumerate(ends)))  # fmt: skip
    assert terms() == [("k1", TODAY + DAY)]


@pytest.mark.parametrize("later_first", [True, False])
def test_the_latest_line_is_believed_across_batches_too(
    operations: User, account: Account, later_first: bool
) -> None:
    early = row("l1", account, "k1", terms={"term_end_on": TODAY})
    late = row("l2", account, "k1", start_on=TODAY + DAY, terms={"term_end_on": TODAY + DAY})
    for batch in [late, early] if later_first else [early, late]:
        put(operations, batch)
    assert terms() == [("k1", TODAY + DAY)]
    for batch in (early, late):
        assert put(operations, batch) == [[]]


FILE = """明細ID,顧客ID,契約ID,金額,interval,start on,満了日
l1,a1,k1,100,1,2026-04-01,2027-03-31
l2,a1,k1,100,1,2027-04-01,2028-03-31
l3,a1,k1,100,1,2025-04-01,2026-03-31
l4,a1,,100,1,2026-04-01,2026-12-31
l5,a1,,100,1,2026-04-01,
"""


def test_a_second_import_of_a_contract_in_many_batches_is_unchanged(
    operations: User, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.ingestion.actions.runs.BATCH_ROWS", 1)
    assert counts(bring_in(FILE, by=operations)) == {"created": 5}
    assert terms() == [("k1", date(2028, 3, 31)), ("line:l4", date(2026, 12, 31))]
    assert counts(bring_in(FILE, by=operations)) == {"unchanged": 5}


def test_a_line_with_terms_but_no_contract_id_is_a_contract_of_its_own(
    operations: User, account: Account
) -> None:
    bring_in(FILE, by=operations)
    held = SubscriptionLine.objects.order_by("external_id").values_list("contract__external_id")
    assert [contract for (contract,) in held] == ["k1", "k1", "k1", "line:l4", None]


def test_an_empty_contract_cell_takes_the_line_out_of_its_contract(
    operations: User, account: Account
) -> None:
    put(operations, row("l1", account, "k1"))
    put(operations, row("l1", account, None))
    assert SubscriptionLine.objects.get().contract is not None
    put(operations, row("l1", account, ""))
    assert SubscriptionLine.objects.get().contract is None


def test_lines_taken_back_leave_the_tables_as_before(operations: User, account: Account) -> None:
    put(operations, row("l1", account, "k1", terms={"term_end_on": TODAY}))
    before = dump(SubscriptionLine, Contract)
    changes = put(
        operations,
        row("l1", account, "k1", arr_minor=1, terms={"term_end_on": TODAY + DAY}),
        row("l2", account, "k2", terms={"term_end_on": TODAY}),
    )
    flat = [change for of_row in changes for change in of_row]
    assert take_back_lines(flat, by=operations, at=NOON) == TakenBack(2, 2, ())
    assert dump(SubscriptionLine, Contract) == before
    assert told()[-1] == ("revenue.lines_taken_back", {"removed": 2, "restored": 2})


def test_a_contract_that_got_another_line_stays(operations: User, account: Account) -> None:
    changes = put(operations, row("l1", account, "k1"))
    put(operations, row("l2", account, "k1"))
    flat = [change for of_row in changes for change in of_row]
    back = take_back_lines(flat, by=operations, at=NOON)
    assert [(change.model, code) for change, code in back.kept] == [("revenue.contract", "in_use")]


def test_rates_are_created_corrected_and_taken_back(operations: User) -> None:
    make_rate("USD", on=TODAY, rate="150")
    before = dump(Rate)
    rows = [
        RateRow(currency="USD", on=TODAY, rate=Decimal("151.5")),
        RateRow(currency="USD", on=TODAY + DAY, rate=Decimal(152)),
        RateRow(currency="EUR", on=TODAY, rate=Decimal(170)),
    ]
    placed = put_rates(rows, by=operations, at=NOON)
    again = put_rates(rows, by=operations, at=NOON)
    assert [each.change for each in again] == [None, None, None]
    assert told() == [("revenue.rates_put", {"created": 2, "updated": 1})]
    changes = [each.change for each in placed if each.change]
    assert take_back_rates(changes, by=operations, at=NOON) == TakenBack(2, 1, ())
    assert dump(Rate) == before
    assert told()[-1] == ("revenue.rates_taken_back", {"removed": 2, "restored": 1})


def test_the_rows_say_what_they_are(account: Account) -> None:
    line = make_line(account, end_on=TODAY)
    contract, rate = make_contract(account), make_rate("USD", on=TODAY, rate="1")
    assert [str(line), str(contract), str(rate)] == [
        *(line.external_id, contract.external_id, "USD 2026-04-15"),
    ]
    assert (line.last_on, make_line(account).last_on) == (TODAY - DAY, None)
