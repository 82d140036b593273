"""The bridge cut by facts and holders: dated, adding up, each group opening to its own rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.models import Account, FactChange, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.bridge import Of, all_movements, bridge, cut_bridges
from banso.rooms.revenue.queries.groups import NoSuchCut, cut_by, cuts
from tests.factories.bridges import BARS, OPENING, YEAR, closes, make_book, reader
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDDLE = OPENING + 100 * DAY


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


def parts(viewer: User, by: str) -> dict[str | None, dict[str, int]]:
    """The bars of each group, without those of nothing."""
    told = {}
    for group in cut_bridges(reader(viewer), YEAR, cut_by(by)):
        assert closes(group.bridge)
        bars = {bar: getattr(group.bridge, f"{bar}_minor") for bar in BARS}
        told[group.key] = {bar: minor for bar, minor in bars.items() if minor}
    return told


@pytest.mark.parametrize("by", ["owner", "team", "industry"])
def test_groups_add_up_to_the_whole(book: dict[str, Account], executive: User, by: str) -> None:
    whole = bridge(reader(executive), YEAR)
    told = parts(executive, by)
    for bar in BARS:
        assert sum(group.get(bar, 0) for group in told.values()) == getattr(whole, f"{bar}_minor")


def test_an_account_that_changed_hands_closes_with_its_new_holder(
    acme: Account, executive: User, sakura: User, mia: User
) -> None:
    first, second = (Member.objects.get(user=user) for user in (sakura, mia))
    account = make_account()
    make_holding(account, by=first, from_on=OPENING - DAY, to_on=MIDDLE)
    make_holding(account, by=second, from_on=MIDDLE)
    make_line(account, arr_minor=100, start_on=OPENING - DAY)
    make_line(account, arr_minor=20, start_on=MIDDLE + DAY)
    write_snapshots(at=NOON, on=TODAY)
    assert parts(executive, "owner") == {
        second.handle: {"transfer": 120, "closing": 120},
        first.handle: {"opening": 100, "expansion": 20, "transfer": -120},
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
    write_snapshots(at=NOON, on=TODAY)
    assert parts(executive, "industry") == {
        "製造": {"transfer": 7, "closing": 7},
        "小売": {"opening": 7, "transfer": -7},
    }
    assert parts(executive, "channel") == {"直販": {"opening": 7, "closing": 7}}
    FactChange.objects.filter(account=then, to_on=None).delete()
    FactChange.objects.filter(account=then).update(from_on=MIDDLE, to_on=None)
    assert parts(executive, "industry") == {"小売": {"opening": 7, "closing": 7}}  # as first known
    assert (cut_by("industry").has_history, cut_by("channel").has_history) == (True, False)


def test_yes_and_no_make_groups_with_names(executive: User) -> None:
    make_fact("live", FactType.FLAG)
    for number, live in enumerate((True, False, None)):
        account = make_account(facts={"live": live} if live is not None else None)
        make_line(account, arr_minor=10**number, start_on=OPENING - DAY)
    write_snapshots(at=NOON, on=TODAY)
    named = cut_bridges(reader(executive), YEAR, cut_by("live"))
    assert [(group.key, group.name) for group in named] == [
        ("false", "No"), ("true", "Yes"), (None, ""),
    ]  # fmt: skip


def test_a_group_opens_to_the_rows_it_is_the_sum_of(
    book: dict[str, Account], executive: User
) -> None:
    cut = cut_by("owner")
    for group in cut_bridges(reader(executive), YEAR, cut):
        of = Of(cut, group.key)
        for bar, name in (("opening", "opening_minor"), ("closing", "closing_minor")):
            rows = list(all_movements(reader(executive), YEAR, bar, of=of))
            assert sum(getattr(row, name) for row in rows) == getattr(group.bridge, name)


def test_what_tells_accounts_apart_makes_no_groups(db: None) -> None:
    make_fact("score", FactType.INTEGER)
    offered = cuts()
    assert {"owner", "team", "industry", "region", "marked_left"} <= offered.keys()
    assert offered.keys() & {"external_id", "kana", "score", "employees"} == set()
    with pytest.raises(NoSuchCut, match="weather"):
        cut_by("weather")


def test_a_viewer_cuts_their_own_accounts_alone(book: dict[str, Account], mia: User) -> None:
    handle = Member.objects.get(user=mia).handle
    assert parts(mia, "owner") == {handle: {"opening": 4000, "churn": 4000}}
