"""Mergers and splits by the files of a company: in both directions, with and without."""

from __future__ import annotations

from datetime import date

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.bridge import bridge, cut_bridges, period_of
from banso.rooms.revenue.queries.figures import Compared, compared
from banso.rooms.revenue.queries.groups import cut_by
from tests.factories.bridges import BARS, bars, closes, reader
from tests.factories.ingestion import bring_in, counts, take_back
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

ACCOUNTS = """\
顧客ID,顧客名,業種,地域,分類
big,大空製造,製造,関東,大手
small,小川製作所,小売,関西,中小
young,若葉工業,IT,関東,中小
"""
LINES = """\
契約明細ID,顧客ID,契約ID,製品,数量,金額,請求周期,開始日,終了日,更新元明細ID
B-1,big,K-1,勤怠,70,840000,年額,2025-04-01,2026-03-31,
B-2,big,K-1,勤怠,30,360000,年額,2025-04-01,2025-12-31,
B-3,big,K-1,給与,100,500000,年額,2025-04-01,,
S-1,small,K-2,勤怠,20,240000,年額,2025-04-01,2026-01-31,
S-2,small,K-2,給与,20,100000,年額,2025-04-01,2026-01-31,
Y-1,young,K-3,勤怠,30,360000,年額,2026-01-01,,B-2
"""
TAKEN_UP = """\
契約明細ID,顧客ID,契約ID,製品,数量,金額,請求周期,開始日,終了日
B-4,big,K-1,勤怠,20,240000,年額,2026-02-01,
B-5,big,K-1,給与,20,100000,年額,2026-02-01,
"""
HEADER = "移管日,移管元顧客ID,契約明細ID,移管先顧客ID,移管理由"
SPLIT = "2025-10-01,,B-2,young,会社分割"
YEAR = period_of(date(2025, 9, 30), date(2026, 3, 1))
CUTS = ("segment", "industry", "region", "owner", "team", "product", "分類")
WITHOUT = {
    "big": {"opening": 1_700_000, "contraction": 20_000, "closing": 1_680_000},
    "small": {"opening": 340_000, "churn": 340_000},
    "young": {"new": 360_000, "closing": 360_000},
}
YOUNG = {"transfer": 360_000, "closing": 360_000}
CASES = {
    "small into big": (
        f"{HEADER}\n2025-11-01,small,,big,合併\n{SPLIT}\n",
        {
            "big": {"opening": 1_700_000, "transfer": -20_000, "closing": 1_680_000},
            "small": {"opening": 340_000, "transfer": -340_000},
            "young": YOUNG,
        },
    ),
    "big into small": (
        f"{HEADER}\n2025-11-01,big,,small,合併\n{SPLIT}\n",
        {
            "big": {"opening": 1_700_000, "transfer": -1_700_000},
            "small": {"opening": 340_000, "transfer": 1_340_000, "closing": 1_680_000},
            "young": YOUNG,
        },
    ),
}


@pytest.fixture
def company(db: None, operations: User) -> None:
    for text in (ACCOUNTS, LINES, TAKEN_UP):
        assert counts(bring_in(text, by=operations)).keys() == {"created"}
    write_snapshots(at=NOON)


def asked(viewer: User) -> Compared:
    return compared(reader(viewer), YEAR)


def by_account(viewer: User) -> dict[str, dict[str, int]]:
    own = dict(Account.objects.values_list("pk", "external_id"))
    rows = asked(viewer).accounts.to_pylist()
    return {
        own[row["account_id"]]: {bar: row[f"{bar}_minor"] for bar in BARS if row[f"{bar}_minor"]}
        for row in rows
    }


@pytest.mark.parametrize("case", CASES)
def test_mergers_and_splits_are_no_churn_and_nothing_new_and_taken_back_they_are_again(
    company: None, executive: User, operations: User, case: str
) -> None:
    text, expected = CASES[case]
    assert by_account(executive) == WITHOUT
    was = bridge(asked(executive))
    of = bring_in(text, by=operations)
    write_snapshots(at=NOON)
    assert by_account(executive) == expected
    whole = bridge(asked(executive))
    assert bars(whole) == {"opening": 2_040_000, "closing": 2_040_000}
    assert (whole.grr, whole.nrr) == (1.0, 1.0)
    assert (was.opening_minor, was.closing_minor) == (whole.opening_minor, whole.closing_minor)
    take_back(of, by=operations)
    write_snapshots(at=NOON)
    assert by_account(executive) == WITHOUT
    assert bridge(asked(executive)) == was


def test_every_cut_closes_and_shows_what_went_from_group_to_group(
    company: None, executive: User, operations: User
) -> None:
    bring_in(CASES["small into big"][0], by=operations)
    write_snapshots(at=NOON)
    told = asked(executive)
    moved = {}
    for by in CUTS:
        found = cut_bridges(told, cut_by(by))
        assert all(closes(each.bridge) for each in found)
        assert sum(each.bridge.closing_minor for each in found) == 2_040_000
        moved[by] = {
            each.key: each.bridge.transfer_minor for each in found if each.bridge.transfer_minor
        }
    assert moved["分類"] == {"大手": -20_000, "中小": 20_000}
