"""What a line's row may say beside its price: what it follows, foresees, lists, and its kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.kinds.subscriptions import SubscriptionsKind
from banso.rooms.revenue.models import PlanKind, Stream, SubscriptionLine
from tests.factories.customers import make_account
from tests.factories.ingestion import bring_in, check, counts, findings, make_import
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
HEAD = "契約明細ID,顧客ID,金額,通貨,請求周期,開始日,"
NAMES = ("stream", "list_arr_minor", "renews", "replaces", "scheduled", "signed_on")
KINDS = ("plan_kind", "pauses")


def line(external_id: str) -> dict[str, Any]:
    return dict(SubscriptionLine.objects.values(*NAMES).get(external_id=external_id))


def test_a_line_says_what_it_follows_and_what_was_foreseen(operations: User) -> None:
    make_account(external_id="a1")
    of = bring_in(
        f"""{HEAD}明細種別,定価金額,更新元明細ID,変更元明細ID,段階契約,締結日
l1,a1,90,JPY,月額,2025-04-01,,100,,,,
l2,a1,120,JPY,月額,2026-04-01,定期,,l1,,○,2025-03-20
l3,a1,10.50,USD,月額,2026-05-01,従量,12.00,,l2,,
l4,a1,0,JPY,月額,2026-06-01,一時停止,,,,,
""",
        by=operations,
    )
    assert counts(of) == {"created": 4}
    none = {"list_arr_minor": None, "renews": "", "replaces": "", "scheduled": False}
    assert line("l1") == none | {
        "stream": Stream.RECURRING, "list_arr_minor": 1200, "signed_on": None
    }  # fmt: skip
    assert line("l2") == none | {
        "stream": Stream.RECURRING, "renews": "l1", "scheduled": True,
        "signed_on": date(2025, 3, 20),
    }  # fmt: skip
    assert line("l3") == none | {
        "stream": Stream.USAGE, "list_arr_minor": 14_400, "replaces": "l2", "signed_on": None
    }  # fmt: skip
    assert line("l4")["stream"] == Stream.PAUSE


@pytest.mark.parametrize(
    ("column", "cell", "field", "code"),
    [
        ("更新元明細ID", "l1", "renews", "follows_itself"),
        ("変更元明細ID", "l1", "replaces", "follows_itself"),
        ("定価金額", "-1", "list_amount", "too_small"),
        ("定価金額", "9" * 15, "list_amount", "too_large"),
        ("定価金額", "1.5", "list_amount", "too_many_decimals"),
        ("明細種別", "広告", "stream", "not_in_choices"),
        ("締結日", "いつか", "signed_on", "not_a_date"),
        ("プラン区分", "特別", "plan_kind", "not_in_choices"),
        ("休止対象明細ID", "l0", "pauses", "not_a_pause"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    operations: User, column: str, cell: str, field: str, code: str
) -> None:
    make_account(external_id="a1")
    of = bring_in(f"{HEAD}{column}\nl1,a1,100,JPY,月額,2025-04-01,{cell}\n", by=operations)
    assert findings(of) == [(2, "rejected", [(field, code)])]


def test_what_a_later_file_does_not_say_stays(operations: User) -> None:
    make_account(external_id="a1")
    bring_in(
        f"{HEAD}明細種別,定価金額,更新元明細ID\nl1,a1,90,JPY,月額,2025-04-01,従量,100,l0\n",
        by=operations,
    )
    bring_in(f"{HEAD}製品\nl1,a1,90,JPY,月額,2025-04-01,勤怠\n", by=operations)
    kept = line("l1")
    assert (kept["stream"], kept["list_arr_minor"], kept["renews"]) == (Stream.USAGE, 1200, "l0")
    bring_in(f"{HEAD}定価金額,更新元明細ID\nl1,a1,90,JPY,月額,2025-04-01,,\n", by=operations)
    cleared = line("l1")
    assert (cleared["list_arr_minor"], cleared["renews"]) == (None, "")


def test_a_line_is_told_as_a_file_would_state_it(operations: User) -> None:
    make_account(external_id="a1")
    bring_in(f"{HEAD}定価金額,更新元明細ID\nl1,a1,90,JPY,年額,2025-04-01,100,l0\n", by=operations)
    kind = SubscriptionsKind()
    [told] = kind.told(list(kind.stored(operations, on=TODAY)))
    assert (told["list_amount"], told["renews"], told["stream"]) == ("100", "l0", "recurring")


def test_a_line_that_follows_nothing_known_is_warned_about(operations: User) -> None:
    make_account(external_id="a1")
    rows = """l1,a1,90,JPY,月額,2025-04-01,2026-03-31,,
l2,a1,90,JPY,月額,2026-04-01,,l1,l3
l3,a1,90,JPY,月額,2026-04-01,,l0,
"""
    text = f"{HEAD}終了日,更新元明細ID,変更元明細ID\n{rows}"
    expected = [(4, "warned", [("renews", "unknown_line")])]
    assert findings(check(make_import(text, by=operations), by=operations)) == expected
    assert findings(bring_in(text, by=operations)) == expected
    later = bring_in(f"{HEAD}更新元明細ID\nl4,a1,90,JPY,月額,2027-04-01,l3\n", by=operations)
    assert findings(later) == []


def test_lines_of_another_batch_are_known_in_a_check_and_once_stored(
    operations: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.ingestion.actions.runs.BATCH_ROWS", 1)
    make_account(external_id="a1")
    text = f"{HEAD}更新元明細ID\nl1,a1,90,JPY,月額,2025-04-01,\nl2,a1,90,JPY,月額,2026-04-01,l1\n"
    assert findings(check(make_import(text, by=operations), by=operations)) == []
    assert findings(bring_in(text, by=operations)) == []


@pytest.mark.parametrize(("listed", "warned"), [("89", True), ("90", False), ("", False)])
def test_a_list_price_below_the_price_is_warned_about(
    operations: User, listed: str, warned: bool
) -> None:
    make_account(external_id="a1")
    of = bring_in(f"{HEAD}定価金額\nl1,a1,90,JPY,月額,2025-04-01,{listed}\n", by=operations)
    told = [(2, "warned", [("list_amount", "list_below_price")])]
    assert (findings(of), counts(of)["created"]) == (told if warned else [], 1)


def test_a_line_is_a_base_plan_or_an_addon_and_a_pause_may_hold_up_one_line(
    operations: User,
) -> None:
    make_account(external_id="a1")
    of = bring_in(
        f"""{HEAD}明細種別,プラン区分,休止対象明細ID
l1,a1,90,JPY,月額,2025-04-01,,,
l2,a1,10,JPY,月額,2025-04-01,,オプション,
l3,a1,0,JPY,月額,2025-06-01,休止,基本,l2
l4,a1,0,JPY,月額,2025-07-01,休止,,
""",
        by=operations,
    )
    assert (counts(of), findings(of)) == ({"created": 4}, [])
    told = {row.pop("external_id"): row for row in SubscriptionLine.objects.values(
        "external_id", *KINDS
    )}  # fmt: skip
    assert told == {
        "l1": {"plan_kind": PlanKind.BASE, "pauses": ""},
        "l2": {"plan_kind": PlanKind.ADDON, "pauses": ""},
        "l3": {"plan_kind": PlanKind.BASE, "pauses": "l2"},
        "l4": {"plan_kind": PlanKind.BASE, "pauses": ""},
    }
    kind = SubscriptionsKind()
    stated = [(row["plan_kind"], row["pauses"]) for row in kind.told(list(
        kind.stored(operations, on=TODAY)
    ))]  # fmt: skip
    assert stated == [("base", None), ("addon", None), ("base", "l2"), ("base", None)]


def test_what_a_later_file_does_not_say_of_plan_and_pause_stays(operations: User) -> None:
    make_account(external_id="a1")
    rows = "l2,a1,0,JPY,月額,2025-06-01,休止,オプション,l1\n"
    bring_in(f"{HEAD}明細種別,プラン区分,休止対象明細ID\n{rows}", by=operations)
    bring_in(f"{HEAD}製品\nl2,a1,0,JPY,月額,2025-06-01,勤怠\n", by=operations)
    kept = SubscriptionLine.objects.values_list(*KINDS).get()
    assert kept == (PlanKind.ADDON, "l1")


def test_a_pause_of_a_line_that_is_not_known_is_warned_about_and_of_itself_refused(
    operations: User,
) -> None:
    make_account(external_id="a1")
    head = f"{HEAD}明細種別,休止対象明細ID\n"
    unknown = bring_in(f"{head}p1,a1,0,JPY,月額,2025-06-01,休止,l9\n", by=operations)
    assert findings(unknown) == [(2, "warned", [("pauses", "unknown_line")])]
    itself = bring_in(f"{head}p2,a1,0,JPY,月額,2025-06-01,休止,p2\n", by=operations)
    assert findings(itself) == [(2, "rejected", [("pauses", "follows_itself")])]
    known = bring_in(f"{HEAD}休止対象明細ID\np1,a1,5,JPY,月額,2025-06-01,l8\n", by=operations)
    assert findings(known) == [(2, "warned", [("pauses", "unknown_line")])]  # a pause already
