"""What a later or odder file must not do: revive, recur, take over, lose what it leaves out."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import gettext, override

from banso.rooms.customers.models import Account, FactDefinition, FactType
from banso.rooms.customers.queries.lists import Wanted
from banso.rooms.customers.queries.lists import accounts as accounts_of
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.models import Import, RowReport
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.guessing import guessed_mapping, guessed_type
from banso.rooms.ingestion.queries.mapping import BadMapping, Mapping, checked
from banso.rooms.revenue.models import Contract, Rate, SubscriptionLine
from tests.factories.customers import make_account, make_fact
from tests.factories.ingestion import bring_in, counts
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

LINES = (
    "明細ID,顧客ID,契約ID,金額,通貨,請求周期,開始日,終了日,契約満了日\n"
    "1001,a2,,500,,年額,2025-01-01,,2026-12-31\n"
    "L-1,a1,1001,90.00,USD,月額,2025-01-01,2025-03-31,2027-12-31\n"
)
SHORT = "明細ID,顧客ID,金額,請求周期,開始日,契約満了日\nL-1,a1,95,月額,2025-01-01,2028-12-31\n"


@pytest.fixture(autouse=True)
def accounts() -> None:
    make_account(external_id="a1")
    make_account(external_id="a2")


def reasons(of: Import) -> list[tuple[int, str]]:
    found = RowReport.objects.filter(of=of, severity="rejected").order_by("row_number")
    return [(report.row_number, report.findings[0]["code"]) for report in found]


def test_a_file_without_end_or_currency_leaves_both(operations: User) -> None:
    bring_in(LINES, by=operations)
    assert counts(bring_in(SHORT, by=operations)) == {"updated": 1}
    line = SubscriptionLine.objects.get(external_id="L-1")
    assert (line.currency, line.amount_minor, line.end_on) == ("USD", 9500, date(2025, 4, 1))


def test_terms_without_a_contract_column_go_to_the_contract_of_the_line(operations: User) -> None:
    bring_in(LINES, by=operations)
    bring_in(SHORT, by=operations)
    assert list(
        Contract.objects.order_by("external_id").values_list("external_id", "term_end_on")
    ) == [
        ("1001", date(2028, 12, 31)),
        ("line:1001", date(2026, 12, 31)),
    ]


def test_a_line_that_bears_the_id_of_somebodys_contract_does_not_take_it(operations: User) -> None:
    bring_in(LINES, by=operations)
    owners = Contract.objects.order_by("external_id").values_list("account__external_id", flat=True)
    assert list(owners) == ["a1", "a2"]


def test_a_row_with_a_fault_claims_no_contract(operations: User) -> None:
    of = bring_in(
        "明細ID,顧客ID,契約ID,金額,請求周期,開始日\n"
        "q1,nobody,k9,1,月額,2025-01-01\nq2,a1,k9,1,月額,2025-01-01\n",
        by=operations,
    )
    assert (counts(of), reasons(of)) == ({"created": 1, "rejected": 1}, [(2, "unknown_account")])


def test_small_rates_keep_their_digits_and_impossible_ones_are_rejected(operations: User) -> None:
    of = bring_in(
        "通貨,適用日,レート\nIRR,2025-01-01,0.0000345\nKWD,2025-01-01,9999999\n", by=operations
    )
    assert reasons(of) == [(3, "rate_out_of_reach")]
    assert [str(rate.rate) for rate in Rate.objects.all()] == ["0.0000345000"]


def test_a_known_attribute_keeps_its_type() -> None:
    make_fact("満足度", FactType.INTEGER)
    mapping = Mapping(columns={"顧客ID": "id", "顧客名": "name", "満足度": "fact:real"})
    with pytest.raises(BadMapping, match="満足度"):
        checked(kinds["accounts"], mapping, ("顧客ID", "顧客名", "満足度"))


def test_two_columns_do_not_become_one_attribute() -> None:
    header = ("id", "name", "Plan Tier", "plan_tier")
    columns = {"id": "id", "name": "name", "Plan Tier": "fact:text", "plan_tier": "fact:text"}
    with pytest.raises(BadMapping, match="one attribute"):
        checked(kinds["accounts"], Mapping(columns=columns), header)


def test_codes_with_leading_zeros_stay_text() -> None:
    assert guessed_type(["0600001", "1000001"]) == FactType.TEXT
    assert guessed_type(["0", "12"]) == FactType.INTEGER


def test_a_chain_of_parents_that_is_too_deep_is_rejected(operations: User) -> None:
    rows = "".join(f"c{n},C{n},{'c' + str(n - 1) if n else ''}\n" for n in range(60))
    of = bring_in(f"顧客ID,顧客名,親会社ID\n{rows}", by=operations)
    assert counts(of) == {"created": 51, "rejected": 9}
    assert {code for _row, code in reasons(of)} == {"too_deep"}


def test_a_guard_against_formulas_is_taken_off_on_the_way_back(operations: User) -> None:
    bring_in("顧客ID,顧客名\na9,'@cosme株式会社\n", by=operations)
    assert Account.objects.get(external_id="a9").name == "@cosme株式会社"


def test_no_reader_of_an_own_attribute_takes_a_personal_number(operations: User) -> None:
    of = bring_in("顧客ID,顧客名,率\na8,A,1.5\na9,B,123456789018\n", by=operations)
    assert (reasons(of), FactDefinition.objects.get(key="率").type) == (
        [(3, "looks_like_my_number")],
        FactType.REAL,
    )


def test_the_interval_words_are_months() -> None:
    assert [reading.interval(word) for word in ("月額", "年額", "6")] == [1, 12, 6]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_reason_in_a_download_never_becomes_an_attribute(language: str) -> None:
    with override(language):
        header = ("顧客ID", "顧客名", gettext("Why rejected"))
    mapping = guessed_mapping(kinds["accounts"], header, [("a1", "A", "x")])
    assert mapping.columns == {"顧客ID": "id", "顧客名": "name"}


def test_an_account_is_found_by_its_own_id(operations: User) -> None:
    wanted = Wanted(search="A2")
    assert [a.external_id for a in accounts_of(operations, wanted, on=TODAY)] == ["a2"]
