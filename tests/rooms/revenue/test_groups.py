"""The bridge cut by facts and holders: dated, adding up, each group opening to its own rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.engines.revenue.definitions import Definition
from banso.rooms.customers.models import Account, FactChange, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.queries.bridge import Movement, Of, bridge, cut_bridges, movements
from banso.rooms.revenue.queries.figures import Compared, compared
from banso.rooms.revenue.queries.groups import Cut, NoSuchCut, cut_by, cuts, without_one
from tests.factories.bridges import BARS, OPENING, YEAR, closes, make_book, reader
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDDLE = OPENING + 100 * DAY


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


def told(viewer: User) -> Compared:
    return compared(reader(viewer), YEAR)


def parts(viewer: User, by: str) -> dict[str | None, dict[str, int]]:
    """The bars of each group, without those of nothing."""
    found = {}
    for group in cut_bridges(told(viewer), cut_by(by)):
        assert closes(group.bridge)
        bars = {bar: getattr(group.bridge, f"{bar}_minor") for bar in BARS}
        found[group.key] = {bar: minor for bar, minor in bars.items() if minor}
    return found


@pytest.mark.parametrize("by", ["owner", "team", "industry"])
def test_groups_add_up_to_the_whole(book: dict[str, Account], executive: User, by: str) -> None:
    whole = bridge(told(executive))
    found = parts(executive, by)
    for bar in BARS:
        assert sum(group.get(bar, 0) for group in found.values()) == getattr(whole, f"{bar}_minor")


@pytest.fixture
def changed_hands(acme: Account, sakura: User, mia: User) -> Account:
    """An account that went from Sakura to Mia in the middle of the year, and grew after it."""
    first, second = (Member.objects.get(user=user) for user in (sakura, mia))
    account = make_account()
    make_holding(account, by=first, from_on=OPENING - DAY, to_on=MIDDLE)
    make_holding(account, by=second, from_on=MIDDLE)
    make_line(account, arr_minor=100, start_on=OPENING - DAY)
    make_line(account, arr_minor=20, start_on=MIDDLE + DAY)
    write_snapshots(at=NOON)
    return account


def test_an_account_that_changed_hands_closes_with_its_new_holder(
    changed_hands: Account, executive: User, sakura: User, mia: User
) -> None:
    first, second = (Member.objects.get(user=user).handle for user in (sakura, mia))
    assert parts(executive, "owner") == {
        second: {"transfer": 120, "closing": 120},
        first: {"opening": 100, "expansion": 20, "transfer": -120},
    }


def test_a_fact_with_history_groups_by_the_day_and_one_without_by_today(
    executive: User,
) -> None:
    make_fact("channel")
    then = make_account(industry="製造", facts={"channel": "直販"})
    FactChange.objects.create(
        account=then, fact="industry", text="小売", from_on=OPENING - DAY, to_on=MIDDLE
    )
    FactChange.objects.create(account=then, fact="industry", text="製造", from_on=MIDDLE)
    make_line(then, arr_minor=7, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    assert parts(executive, "industry") == {
        "製造": {"transfer": 7, "closing": 7},
        "小売": {"opening": 7, "transfer": -7},
    }
    assert parts(executive, "channel") == {"直販": {"opening": 7, "closing": 7}}
    FactChange.objects.filter(account=then, to_on=None).delete()
    FactChange.objects.filter(account=then).update(from_on=MIDDLE, to_on=None)
    assert parts(executive, "industry") == {"小売": {"opening": 7, "closing": 7}}  # as first known
    assert [cut_by(by).past for by in ("industry", "channel", "owner", "team")] == [
        "first_recorded", "today", "recorded", "teams_of_today"
    ]  # fmt: skip


def test_yes_and_no_make_groups_with_names(executive: User) -> None:
    make_fact("live", FactType.FLAG)
    for number, live in enumerate((True, False, None)):
        account = make_account(facts={"live": live} if live is not None else None)
        make_line(account, arr_minor=10**number, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    named = cut_bridges(told(executive), cut_by("live"))
    assert [(group.key, group.name) for group in named] == [
        ("false", "No"), ("true", "Yes"), (None, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("bar", BARS)
def test_a_group_opens_to_the_rows_it_is_the_sum_of(
    changed_hands: Account, executive: User, bar: str
) -> None:
    cut = cut_by("owner")
    for group in cut_bridges(told(executive), cut):
        found = movements(told(executive), bar, start=0, size=9, of=Of(cut, group.key))
        assert found.total_minor == getattr(group.bridge, f"{bar}_minor")
        assert found.total == len(found.rows)
        assert all(closes_alone(row) for row in found.rows)


def closes_alone(row: Movement) -> bool:
    moved = row.change_minor + row.transfer_minor + row.fx_minor
    return row.opening_minor + moved == row.closing_minor


def test_who_sees_one_of_two_holders_accounts_finds_no_row_of_the_other(
    book: dict[str, Account], sakura: User, mia: User
) -> None:
    """Nor by asking for the other's group by name, on the page or as a file."""
    hers = Member.objects.get(user=mia).handle
    asked = {"from": OPENING.isoformat(), "to": TODAY.isoformat(), "by": "owner", "key": hers}
    page = visit(browser(sakura), "/revenue/bridge/churn/", **asked)
    assert (page.rows, "¥0" in page.heading) == ([], True)
    content = browser(sakura).get("/revenue/bridge/churn.csv", asked)
    lines = b"".join(content.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1
    own = visit(browser(mia), "/revenue/bridge/churn/", **asked)
    assert len(own.rows) > 1


@pytest.mark.parametrize("path", ["churn/", "churn.csv"])
def test_rows_of_something_else_than_was_asked_are_never_shown(
    book: dict[str, Account], executive: User, path: str
) -> None:
    client = browser(executive)
    asked = {"by": "owner", "key": "sakura", "from": "2026-02-30"}
    assert b"read" in client.get(f"/revenue/bridge/{path}", asked).content
    assert client.get(f"/revenue/bridge/{path}", {"key": "sakura"}).status_code == 404
    unknown = client.get(f"/revenue/bridge/{path}", {"definition": "gone", "by": "weather"})
    assert b"read" in unknown.content


def test_a_cut_by_the_values_of_today_is_warned_of(
    book: dict[str, Account], executive: User
) -> None:
    make_fact("channel")
    make_fact("their_reason", source="customers")
    warning = "the groups look better than they are"
    for path in ("bridge", "retention"):
        told = {by: visit(browser(executive), f"/revenue/{path}/", by=by).text
                for by in ("channel", "industry")}  # fmt: skip
        assert (warning in told["channel"], warning in told["industry"]) == (True, False)
    assert "their_reason" not in cuts()


def test_the_groups_are_followed_by_the_whole(book: dict[str, Account], executive: User) -> None:
    asked = {"from": OPENING.isoformat(), "to": TODAY.isoformat(), "by": "owner"}
    for path in ("bridge", "retention"):
        page = visit(browser(executive), f"/revenue/{path}/", **asked)
        [whole] = [row for row in page.rows if row[0] == "All together"]
        assert "¥5,811" in whole


def test_where_each_movement_stands_for_itself_no_accounts_are_counted(
    book: dict[str, Account], executive: User, operations: User
) -> None:
    each = Definition(name="Each", netting="every_movement")
    store_definition(each, by=operations, at=NOON)
    page = visit(browser(executive), "/revenue/bridge/", definition="Each")
    told = {row[0]: row[1] for row in page.rows if len(row) == 3}
    assert (told["Churn"], told["Closing ARR"] != "–") == ("–", True)


def test_nobodys_group_opens_too(book: dict[str, Account], executive: User) -> None:
    asked = {"from": OPENING.isoformat(), "to": TODAY.isoformat(), "by": "owner"}
    page = visit(browser(executive), "/revenue/bridge/", **asked)
    assert any("key=~" in href for href in page.attributes("a", "href"))
    rows = visit(browser(executive), "/revenue/bridge/opening/", key="~", **asked)
    assert rows.heading == "Opening ARR ¥811 · CSM in charge: without one"


def test_what_tells_accounts_apart_makes_no_groups(db: None) -> None:
    make_fact("score", FactType.INTEGER)
    offered = cuts()
    assert {"segment", "owner", "team", "industry", "region"} <= offered.keys()
    assert offered.keys() & {"external_id", "kana", "score", "employees", "marked_left"} == set()
    with pytest.raises(NoSuchCut, match="weather"):
        cut_by("weather")


def test_a_viewer_cuts_their_own_accounts_alone(book: dict[str, Account], mia: User) -> None:
    handle = Member.objects.get(user=mia).handle
    assert parts(mia, "owner") == {handle: {"opening": 4000, "churn": 4000}}


def test_a_reason_for_leaving_cuts_churn_and_no_rate_of_who_stays(
    acme: Account, executive: User
) -> None:
    make_fact("解約理由")
    make_line(acme, arr_minor=100, start_on=TODAY - 400 * DAY)
    gone = make_account(facts={"解約理由": "予算"})
    make_line(gone, arr_minor=40, start_on=TODAY - 400 * DAY, end_on=TODAY - 100 * DAY)
    write_snapshots(at=NOON)
    assert cut_by("解約理由").tells_the_end
    assert not cut_by("owner").tells_the_end
    days = {"from": TODAY - 365 * DAY, "to": TODAY, "by": "解約理由"}
    client = browser(executive)
    page = visit(client, "/revenue/retention/", **days)
    assert "says how customers left" in page.texts("p", role="alert")[0]
    assert "解約理由" not in visit(client, "/revenue/retention/").texts("option")
    page = visit(client, "/revenue/bridge/", **days)
    rows = {row[0]: row[1:] for row in page.rows}
    assert rows["予算"][:2] == rows["without one"][:2] == ["–", "–"]
    assert rows["予算"][2:4] == ["¥40", "−¥40"]
    assert "it tells churn apart" in page.text


@pytest.mark.parametrize(
    ("label", "ends"),
    [
        *(("解約理由", True), ("退会の原因", True), ("Churn reason", True)),
        *(("Reason for leaving", True), ("業種", False), ("解約予告", False)),
        *(("利用目的の理由", False), ("Reason to buy", False)),
    ],
)
def test_by_its_name_it_is_known_what_tells_how_an_account_ended(
    db: None, label: str, ends: bool
) -> None:
    make_fact("x1", label_ja=label, label_en=label)
    assert cut_by("x1").tells_the_end is ends


def test_a_cut_is_also_asked_for_by_what_it_is_called_in_either_language(db: None) -> None:
    make_fact("trade", label_ja="取引区分", label_en="Trade")
    assert (cut_by("取引区分").key, cut_by(" trade ").key) == ("trade", "trade")
    assert (cut_by("Product").key, cut_by("製品").key, cut_by("product").key) == ("product",) * 3
    make_fact("branch", label_ja="取引区分", label_en="Branch")
    with pytest.raises(NoSuchCut):
        cut_by("取引区分")


def test_groups_stand_by_what_they_had_at_the_opening_and_empty_ones_last(
    acme: Account, executive: User
) -> None:
    make_fact("channel")
    for channel, before, after in (("grown", 10, 900), ("large", 500, 0), ("none", 0, 0)):
        account = make_account(facts={"channel": channel})
        make_line(account, arr_minor=before, start_on=TODAY - 400 * DAY, end_on=TODAY - 99 * DAY)
        make_line(account, arr_minor=after, start_on=TODAY - 99 * DAY)
    make_line(acme, arr_minor=7, start_on=TODAY - 400 * DAY)
    write_snapshots(at=NOON)
    found = cut_bridges(told(executive), cut_by("channel"))
    assert [each.key for each in found] == ["large", "grown", None]


def test_accounts_of_no_version_stand_under_words_of_their_own() -> None:
    assert without_one(None) == "without one"
    assert without_one(Cut("model_version", "Version")) == "no version in force"
