"""Figures cut by the model of the day: by the version in force, and by how a customer is served."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from banso.rooms.coverage.models import Application, ModelVersion
from banso.rooms.coverage.queries.versions import model_on, spells
from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.rooms.customers.models import Account, FactChange
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.bridge import Group, bridge, cut_bridges
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import cut_by
from tests.factories.bridges import BARS, OPENING, YEAR, closes, reader
from tests.factories.coverage import make_version
from tests.factories.customers import make_account
from tests.factories.metrics import metrics
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MIDDLE = OPENING + 100 * DAY


@pytest.fixture
def account(db: None) -> Account:
    """100 at the opening of the year, 20 more after its middle."""
    account = make_account()
    make_line(account, arr_minor=100, start_on=OPENING - 30 * DAY)
    make_line(account, arr_minor=20, start_on=MIDDLE + DAY)
    write_snapshots(at=NOON)
    return account


def in_force(version: ModelVersion, day: object, *, by: User) -> Application:
    return Application.objects.create(
        version=version, on=day, applied_by=by, applied_at=NOON, moves=0, accounts=0, kept=0
    )


def parts(viewer: User, by: str) -> dict[str | None, dict[str, int]]:
    """The bars of each group, without those of nothing; together they are the whole."""
    told = compared(reader(viewer), YEAR)
    found, whole = {}, bridge(told)
    for group in cut_bridges(told, cut_by(by)):
        assert closes(group.bridge)
        found[group.key] = {bar: getattr(group.bridge, f"{bar}_minor") for bar in BARS}
    for bar in BARS:
        assert sum(each[bar] for each in found.values()) == getattr(whole, f"{bar}_minor")
    return {
        key: {bar: minor for bar, minor in each.items() if minor} for key, each in found.items()
    }


def compared_groups(viewer: User) -> list[Group]:
    return cut_bridges(compared(reader(viewer), YEAR), cut_by("coverage_mode"))


def test_an_account_passes_from_one_version_to_the_next_by_a_transfer(
    account: Account, operations: User, executive: User
) -> None:
    first, second = make_version(by=operations), make_version(by=operations)
    in_force(first, OPENING - 10 * DAY, by=operations)
    in_force(second, MIDDLE, by=operations)
    assert parts(executive, "model_version") == {
        str(first.pk): {"opening": 100, "expansion": 20, "transfer": -120},
        str(second.pk): {"transfer": 120, "closing": 120},
    }


def test_before_the_first_version_there_is_none(
    account: Account, operations: User, executive: User
) -> None:
    version = make_version(by=operations)
    in_force(version, MIDDLE, by=operations)
    assert parts(executive, "model_version") == {
        None: {"opening": 100, "expansion": 20, "transfer": -120},
        str(version.pk): {"transfer": 120, "closing": 120},
    }


def test_what_was_taken_back_was_never_in_force_and_the_one_applied_last_decides(
    operations: User,
) -> None:
    one, two, three = (make_version(by=operations) for _ in range(3))
    in_force(one, OPENING, by=operations)
    undone = in_force(two, MIDDLE, by=operations)
    Application.objects.filter(pk=undone.pk).update(taken_back_at=NOON, taken_back_by=operations)
    in_force(two, MIDDLE + 9 * DAY, by=operations)
    in_force(three, MIDDLE + DAY, by=operations)
    told = [(each.version, each.from_on, each.to_on) for each in spells()]
    assert told == [(one, OPENING, MIDDLE + DAY), (three, MIDDLE + DAY, None)]
    days = [OPENING - DAY, OPENING, MIDDLE, MIDDLE + DAY, MIDDLE + 20 * DAY]
    assert [model_on(day) for day in days] == [None, one, one, three, three]


def test_an_account_served_otherwise_moves_between_the_modes(
    account: Account, executive: User
) -> None:
    define_contributed_facts()
    for mode, from_on, to_on in (("pooled", OPENING, MIDDLE), ("dedicated", MIDDLE, None)):
        FactChange.objects.create(
            account=account, fact="coverage_mode", text=mode, from_on=from_on, to_on=to_on
        )
    assert parts(executive, "coverage_mode") == {
        "pooled": {"opening": 100, "expansion": 20, "transfer": -120},
        "dedicated": {"transfer": 120, "closing": 120},
    }


def test_no_mode_is_given_the_days_before_it_was_noted(account: Account, executive: User) -> None:
    """Else who left before would be nobody's churn, and the modes would keep everybody."""
    define_contributed_facts()
    gone = make_account()
    make_line(gone, arr_minor=50, start_on=OPENING - 30 * DAY, end_on=MIDDLE - 9 * DAY)
    write_snapshots(at=NOON)
    FactChange.objects.create(account=account, fact="coverage_mode", text="pooled", from_on=MIDDLE)
    assert parts(executive, "coverage_mode") == {
        None: {"opening": 150, "expansion": 20, "churn": 50, "transfer": -120},
        "pooled": {"transfer": 120, "closing": 120},
    }
    [told] = [each for each in compared_groups(executive) if each.key == "pooled"]
    assert (told.bridge.grr, cut_by("coverage_mode").past) == (None, "recorded")


def test_retention_counts_the_mode_of_the_opening(account: Account, executive: User) -> None:
    define_contributed_facts()
    for mode, from_on, to_on in (("pooled", OPENING, MIDDLE), ("dedicated", MIDDLE, None)):
        FactChange.objects.create(
            account=account, fact="coverage_mode", text=mode, from_on=from_on, to_on=to_on
        )
    told = {each.key: each.bridge.nrr for each in compared_groups(executive)}
    assert told == {"pooled": 1.2, "dedicated": None}


def test_pages_and_command_name_the_groups(
    account: Account, operations: User, executive: User, capsys: pytest.CaptureFixture[str]
) -> None:
    define_contributed_facts()
    FactChange.objects.create(account=account, fact="coverage_mode", text="pooled", from_on=OPENING)
    in_force(make_version(by=operations), OPENING, by=operations)
    client, days = browser(executive), f"from={OPENING}&to={YEAR.closing_on}"
    assert "Pooled" in visit(client, f"/revenue/bridge/?{days}&by=coverage_mode").texts("th")
    named = "Two ways, from 15 Apr 2025"
    assert named in visit(client, f"/revenue/retention/?{days}&by=model_version").texts("th")
    days_asked = {"from": OPENING, "to": YEAR.closing_on}
    told = json.loads(metrics(capsys, "--by", "coverage_mode", "--json", **days_asked))
    assert [each["key"] for each in told["groups"]] == ["pooled"]
