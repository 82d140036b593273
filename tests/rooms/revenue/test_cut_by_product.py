"""The book cut by product, line by line, and by who holds each duty."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banso.engines.revenue.definitions import Definition
from banso.rooms.customers.models import Account, Duty
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, TeamKind
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.queries.bridge import (
    Group,
    Of,
    bridge,
    cut_bridges,
    movements,
    whole_of_cut,
)
from banso.rooms.revenue.queries.cutting import NotByProduct
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import cut_by, cuts
from tests.factories.bridges import BARS, OPENING, YEAR, closes, make_book, reader
from tests.factories.customers import make_account, make_holding
from tests.factories.metrics import check_metrics, metrics
from tests.factories.pages import browser, visit
from tests.factories.people import make_team
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDDLE = OPENING + 100 * DAY
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
NAMES = {"NRR", "GRR", "Logo retention"}


@pytest.fixture
def products(acme: Account) -> dict[str, Account]:
    """Acme buys payroll beside HR; another goes from payroll to HR; a third pays in dollars for
    something without a product.
    """
    make_rate("USD", on=OPENING - 9 * DAY, rate="150")
    make_rate("USD", on=TODAY - DAY, rate="160")
    switched, foreign = make_account(name="Switched"), make_account(name="Foreign")
    before = OPENING - DAY
    make_line(acme, product="HR", arr_minor=100, start_on=before)
    make_line(acme, product="Payroll", arr_minor=40, start_on=MIDDLE)
    make_line(switched, product="Payroll", arr_minor=30, start_on=before, end_on=MIDDLE)
    make_line(switched, product="HR", arr_minor=50, start_on=MIDDLE)
    for number in range(3):
        make_line(foreign, product="" if number else "HR", arr_minor=1, currency="USD",
                  start_on=before)  # fmt: skip
    write_snapshots(at=NOON)
    return {"acme": acme, "switched": switched, "foreign": foreign}


def by_product(viewer: User) -> dict[str | None, Group]:
    found = cut_bridges(compared(reader(viewer), YEAR), cut_by("product"))
    return {group.key: group for group in found}


def moved(group: Group) -> dict[str, int]:
    told = {bar: getattr(group.bridge, f"{bar}_minor") for bar in BARS}
    return {bar: minor for bar, minor in told.items() if minor}


def test_a_second_product_is_new_to_it_and_a_dropped_one_has_churned_from_it(
    products: dict[str, Account], executive: User
) -> None:
    told = by_product(executive)
    assert {key: moved(group) for key, group in told.items()} == {
        "HR": {"opening": 101, "new": 50, "fx": 1, "closing": 152},
        "Payroll": {"opening": 30, "new": 40, "churn": 30, "closing": 40},
        None: {"opening": 3, "closing": 3},
    }
    assert all(closes(group.bridge) for group in told.values())
    shares = {key: (group.grown_share, group.kept_share, group.stayed_share)
              for key, group in told.items()}  # fmt: skip
    assert shares == {"HR": (1, 1, 1), "Payroll": (0, 0, 0), None: (1, 1, 1)}
    rates = {(group.bridge.nrr, group.bridge.grr, group.bridge.logo_retention)
             for group in told.values()}  # fmt: skip
    assert rates == {(None, None, None)}


def test_products_add_up_to_their_whole_and_its_ends_are_the_companys(
    products: dict[str, Account], executive: User
) -> None:
    told, cut = compared(reader(executive), YEAR), cut_by("product")
    whole, company = whole_of_cut(told, cut), bridge(told)
    for bar in BARS:
        added = sum(getattr(each.bridge, f"{bar}_minor") for each in cut_bridges(told, cut))
        assert added == getattr(whole.bridge, f"{bar}_minor")
    for bar in ("opening", "fx", "closing"):
        assert getattr(whole.bridge, f"{bar}_minor") == getattr(company, f"{bar}_minor")
    assert (company.expansion_minor, whole.bridge.new_minor, company.churn_minor) == (60, 90, 0)
    assert (whole.bridge.grr, company.grr, whole.kept_share) == (None, 1, 104 / 134)


@pytest.mark.parametrize("bar", BARS)
def test_a_product_opens_to_the_accounts_that_have_it(
    products: dict[str, Account], executive: User, bar: str
) -> None:
    told, cut = compared(reader(executive), YEAR), cut_by("product")
    for group in cut_bridges(told, cut):
        found = movements(told, bar, start=0, size=9, of=Of(cut, group.key))
        assert found.total_minor == getattr(group.bridge, f"{bar}_minor")
        assert all(
            row.opening_minor + row.change_minor + row.fx_minor == row.closing_minor
            for row in found.rows
        )


@pytest.mark.parametrize("path", ["bridge/", "retention/"])
def test_no_share_of_a_product_is_called_by_the_name_of_a_rate_of_accounts(
    products: dict[str, Account], executive: User, path: str
) -> None:
    client = browser(executive)
    page = visit(client, f"/revenue/{path}", by="product", **DAYS)
    [head] = [row for row in page.rows if row[0] == "Product"]
    assert NAMES & set(head) == set()
    assert {"Product kept", "Product kept, with growth"} <= set(head)
    assert "an account with two of them stands under both" in page.text
    [whole] = [row for row in page.rows if row[0] == "All together"]
    assert "¥134" in whole
    links = [href for href in page.attributes("a", "href") if "key=Payroll" in href]
    assert links != []
    for href in links:
        opened = visit(client, href)
        assert "Product: Payroll" in opened.heading
        assert NAMES & set(opened.heading.split()) == set()
        assert "NRR" not in opened.text


def test_rates_of_all_are_still_those_of_accounts_beside_a_cut_by_product(
    products: dict[str, Account], executive: User
) -> None:
    page = visit(browser(executive), "/revenue/retention/", by="product", **DAYS)
    assert page.heading == "NRR 144.8%, GRR 100.0%: 3 of 3 accounts stayed"


def test_the_groups_of_products_are_a_file(products: dict[str, Account], executive: User) -> None:
    client = browser(executive)
    address = "/revenue/retention/groups"
    raw = client.get(f"{address}.csv", {**DAYS, "by": "product"})
    content = b"".join(raw.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [head, *rows] = csv.reader(StringIO(content))
    assert head[3] == "Product kept, with growth"
    assert [cell for cell in head if cell.split(",")[0] in NAMES] == []
    assert head[1] == "Products held at the opening"
    assert [row[0] for row in rows] == ["HR", "Payroll", "without one", "All together"]


def test_programs_read_products_without_a_grr(
    products: dict[str, Account], executive: User, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"from": OPENING, "to": TODAY}
    told = json.loads(metrics(capsys, "--by", "product", "--json", **asked))
    assert told["grain"] == "product"
    check_metrics(told)
    assert {"grr", "nrr", "logo_retention", "arpa_minor"} & told["total"].keys() == set()
    plain = json.loads(metrics(capsys, "--by", "owner", "--json", **asked))
    assert (plain["grain"], plain["total"]["grr"]) == ("account", 1)
    lines = metrics(capsys, "--by", "product", **asked).splitlines()
    assert [line.rsplit(maxsplit=1)[0].strip() for line in lines[-3:]] == [
        "Product kept", "Product kept, with growth", "Buyers kept"
    ]  # fmt: skip
    assert [line for line in lines if "GRR" in line] == []


def test_where_each_movement_stands_for_itself_no_product_is_told(
    products: dict[str, Account], executive: User, operations: User
) -> None:
    every = Definition(name="Every", netting="every_movement")
    store_definition(every, by=operations, at=NOON)
    told = compared(reader(executive, every), YEAR)
    with pytest.raises(NotByProduct):
        cut_bridges(told, cut_by("product"))
    client = browser(executive)
    asked = {"by": "product", "definition": "Every", **DAYS}
    for path in ("bridge/", "retention/", "retention/groups.csv", "retention/nrr/", "bridge/new/"):
        given = asked | ({"key": "HR"} if path in {"retention/nrr/", "bridge/new/"} else {})
        page = client.get(f"/revenue/{path}", given).content.decode()
        assert "changes net out between the two days" in page


def test_a_viewer_reads_the_products_of_their_own_accounts(
    products: dict[str, Account], sakura: User
) -> None:
    told = {key: moved(group) for key, group in by_product(sakura).items()}
    assert told == {
        "HR": {"opening": 100, "closing": 100},
        "Payroll": {"new": 40, "closing": 40},
    }


@pytest.fixture
def duties(acme: Account, sakura: User, mia: User) -> dict[str, Member]:
    """Sakura holds Acme's value, Mia its renewal until the middle of the year and then a pool."""
    hers = Member.objects.get(user=mia)
    pool = make_team("プール", kind=TeamKind.POOL)
    make_holding(acme, by=hers, duty=Duty.RENEWAL, from_on=OPENING - DAY, to_on=MIDDLE)
    make_holding(acme, by=pool, duty=Duty.RENEWAL, from_on=MIDDLE)
    make_line(acme, arr_minor=100, start_on=OPENING - DAY)
    make_line(make_account(), arr_minor=7, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    return {"renewal": hers}


def test_figures_are_cut_by_the_holder_of_each_duty_on_its_day(
    duties: dict[str, Member], executive: User, sakura: User
) -> None:
    told = compared(reader(executive), YEAR)
    found = {
        duty: {
            group.name: moved(group)
            for group in cut_bridges(told, cut_by("owner" if duty == "value" else f"{duty}_holder"))
        }
        for duty in Duty.values
    }
    held = {"opening": 100, "closing": 100}
    nobody = {"": {"opening": 7, "closing": 7}}
    all_nobody = {"": {"opening": 107, "closing": 107}}
    assert found == {
        "value": {Member.objects.get(user=sakura).name: held} | nobody,
        "renewal": {
            duties["renewal"].name: {"opening": 100, "transfer": -100},
            "プール": {"transfer": 100, "closing": 100},
        }
        | nobody,
        **dict.fromkeys(("adoption", "expansion", "support", "sponsor"), all_nobody),
    }


def test_every_duty_is_offered_by_its_name(
    duties: dict[str, Member], executive: User, capsys: pytest.CaptureFixture[str]
) -> None:
    offered = {key: cut.label for key, cut in cuts().items() if key.endswith("_holder")}
    assert offered == {
        "adoption_holder": "Holder of Adoption",
        "renewal_holder": "Holder of Renewal",
        "expansion_holder": "Holder of Expansion",
        "support_holder": "Holder of Support",
        "sponsor_holder": "Holder of Executive sponsor",
    }
    asked = {"from": OPENING, "to": TODAY}
    told = json.loads(metrics(capsys, "--by", "renewal_holder", "--json", **asked))
    check_metrics(told)
    assert {group["key"]: group["opening_minor"] for group in told["groups"]} == {
        duties["renewal"].handle: 100, "プール": 0, None: 7
    }  # fmt: skip
    page = visit(browser(executive), "/revenue/retention/", by="renewal_holder", **DAYS)
    assert duties["renewal"].name in page.text
    assert "Holder of Renewal" in page.text


@pytest.mark.parametrize("path", ["bridge", "retention"])
def test_the_pages_ask_equally_often_however_many_products_there_are(
    executive: User, path: str
) -> None:
    client = browser(executive)
    asked, told = [], []
    for number in range(3):
        make_line(make_account(), product=f"P{number}", start_on=OPENING - DAY)
        write_snapshots(at=NOON)
        with CaptureQueriesContext(connection) as queries:
            page = visit(client, f"/revenue/{path}/", by="product", **DAYS)
        asked.append(len(queries))
        told.append(sum(row[0].startswith("P") and len(row[0]) == 2 for row in page.rows))
    assert (told, len(set(asked))) == ([1, 2, 3], 1)


def test_the_year_of_every_bar_is_one_product(acme: Account, mia: User, executive: User) -> None:
    make_book(acme, mia)
    [only] = cut_bridges(compared(reader(executive), YEAR), cut_by("product"))
    company = bridge(compared(reader(executive), YEAR))
    assert {bar: getattr(only.bridge, f"{bar}_minor") for bar in BARS} == {
        bar: getattr(company, f"{bar}_minor") for bar in BARS
    }
