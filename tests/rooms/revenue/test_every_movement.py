"""Where each movement stands for itself, the rows behind a bar still add up to it."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest

from banso.engines.revenue.definitions import Definition
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.queries.bridge import Of, bridge, cut_bridges, movements
from banso.rooms.revenue.queries.figures import Compared, compared
from banso.rooms.revenue.queries.groups import cut_by
from tests.factories.bridges import BARS, OPENING, YEAR, reader
from tests.factories.customers import make_account, make_holding
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
EVERY = Definition(name="Every", netting="every_movement", grace_days=0)
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat(), "definition": "Every"}
MOVED = ("new", "reactivation", "expansion", "contraction", "churn")


@pytest.fixture
def told(acme: Account, sakura: User, mia: User, executive: User, operations: User) -> Compared:
    """Acme grows twice and shrinks once, changing hands in between; one leaves and comes back;
    one comes and goes; one pays in dollars and grows.
    """
    store_definition(EVERY, by=operations, at=NOON)
    day = {number: OPENING + number * DAY for number in (-1, 20, 40, 60, 80, 100)}
    moved, passing, foreign = (make_account(name=name) for name in ("moved", "passing", "foreign"))
    make_holding(moved, by=Member.objects.get(user=sakura), from_on=day[-1], to_on=day[40])
    make_holding(moved, by=Member.objects.get(user=mia), from_on=day[40])
    make_line(acme, external_id="a1", arr_minor=1000, start_on=day[-1])
    make_line(acme, external_id="a2", arr_minor=500, start_on=day[20], end_on=day[60])
    make_line(acme, external_id="a3", arr_minor=70, start_on=day[80])
    make_line(moved, arr_minor=300, start_on=day[-1], end_on=day[20])
    make_line(moved, arr_minor=200, start_on=day[60])
    make_line(passing, external_id="p1", arr_minor=9, start_on=day[20], end_on=day[40])
    make_rate("USD", on=OPENING - 9 * DAY, rate="150")
    make_rate("USD", on=TODAY - DAY, rate="160")
    make_line(foreign, arr_minor=1001, currency="USD", start_on=day[-1])
    make_line(foreign, arr_minor=333, currency="USD", start_on=day[40])
    write_snapshots(at=NOON)
    return compared(reader(executive, EVERY), YEAR)


@pytest.mark.parametrize("bar", BARS)
def test_the_rows_behind_a_bar_add_up_to_it(told: Compared, bar: str) -> None:
    whole = getattr(bridge(told), f"{bar}_minor")
    found = movements(told, bar, start=0, size=9)
    assert found.total_minor == whole
    if bar in MOVED:
        sign = -1 if bar in {"contraction", "churn"} else 1
        assert sum(row.in_bar_minor for row in found.rows) == sign * whole != 0
    for row in found.rows:
        moved = row.in_bar_minor + row.others_minor
        assert moved == row.change_minor
        assert row.opening_minor + moved + row.transfer_minor + row.fx_minor == row.closing_minor


def test_of_a_group_too(told: Compared) -> None:
    cut = cut_by("owner")
    for group in cut_bridges(told, cut):
        for bar in MOVED:
            rows = movements(told, bar, start=0, size=9, of=Of(cut, group.key)).rows
            size = abs(sum(row.in_bar_minor for row in rows))
            assert size == getattr(group.bridge, f"{bar}_minor")


def test_the_page_tells_the_bar_apart_from_what_else_moved(told: Compared, executive: User) -> None:
    page = visit(browser(executive), "/revenue/bridge/expansion/", **DAYS)
    assert page.heading == "Expansion ¥1,069"
    assert page.rows[0][2:5] == ["Opening ARR", "Expansion", "Other movements"]
    accounts = [row for row in page.rows[1:] if row[0] in {"アクメ株式会社", "foreign"}]
    assert accounts == [
        ["アクメ株式会社", "¥1,000", "¥570", "−¥500", "¥0", "¥1,070"],
        ["foreign", "¥1,502", "¥499", "¥0", "¥133", "¥2,134"],
    ]
    lines = [row[0] for row in page.rows if row[0].split()[-1] in {"a1", "a2", "a3"}]
    assert [line.split()[-1] for line in lines] == ["a1", "a2", "a3"]  # also what came and went


def test_who_came_and_went_stands_behind_both_bars_with_the_line(
    told: Compared, executive: User
) -> None:
    for bar, minor in (("new", "¥9"), ("churn", "−¥9")):
        page = visit(browser(executive), f"/revenue/bridge/{bar}/", **DAYS)
        [row] = [row for row in page.rows if row[0] == "passing"]
        assert row == ["passing", "¥0", minor, "−" * (bar == "new") + "¥9", "¥0", "¥0"]
        assert [row[0].split()[-1] for row in page.rows].count("p1") == 1


def test_a_file_of_the_bar_adds_up_as_well(told: Compared, executive: User) -> None:
    raw = browser(executive).get("/revenue/bridge/contraction.csv", DAYS)
    content = b"".join(raw.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [head, *rows] = csv.reader(StringIO(content))
    assert head[2:5] == ["Opening ARR", "Contraction", "Other movements"]
    assert sum(int(row[3] or 0) for row in rows) == -bridge(told).contraction_minor
    assert sum(int(row[4] or 0) for row in rows) == 570


def test_where_changes_net_out_there_is_one_column_as_before(
    told: Compared, executive: User
) -> None:
    page = visit(
        browser(executive), "/revenue/bridge/expansion/", **{**DAYS, "definition": "default"}
    )
    assert page.rows[0][2:4] == ["Opening ARR", "Change"]
    [acme] = [row for row in page.rows if row[0] == "アクメ株式会社"]
    assert acme[2] == "¥70"
    assert [row for row in page.rows if row[0].endswith("a2")] == []
