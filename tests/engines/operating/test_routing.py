from __future__ import annotations

from datetime import date

import pytest

from banso.engines.basis.rules.answers import Subject
from banso.engines.basis.rules.plain import monday_to_friday
from banso.engines.operating.changing import Wish, flips, is_frozen, may_change
from banso.engines.operating.difference import Change, Passage, changes, passages
from banso.engines.operating.document import Cap, Changes, Freeze, Incentive
from banso.engines.operating.marks import Held, Loss, Mark, marks
from banso.engines.operating.payout import NotComparable, annualised, compare, payout
from banso.engines.operating.routing import Touch, holder_for, may_ask
from banso.engines.operating.spans import calendar_days
from tests.engines.operating.documents import model, router

LARGE, SMALL = Subject({"arr": 6_000_000}), Subject({"arr": 5_999_999})
QUARTER_END = date(2026, 3, 31)


def test_a_customer_is_served_as_the_first_segment_says() -> None:
    served = router().served(LARGE)
    assert served is not None
    assert (served.segment, served.mode, served.touch, served.role) == (
        "large",
        "dedicated",
        Touch.HIGH,
        "csm",
    )
    assert served.holders == {
        "adoption": "csm",
        "renewal": "account_manager",
        "expansion": "account_manager",
    }
    assert (served.closer, served.preparer, served.pool) == ("account_manager", "csm", "")


def test_the_pool_holds_what_nobody_holds_by_name() -> None:
    served = router().served(SMALL)
    assert served is not None
    assert (served.segment, served.pool, served.role, served.touch) == (
        "small",
        "general",
        "",
        Touch.LOW,
    )


def test_whom_no_segment_takes_is_served_by_nobody() -> None:
    rules = [{"key": "large", "when": "arr >= 6_000_000"}, {"key": "small", "when": "arr < 5"}]
    assert router(segments=rules).served(SMALL) is None


def test_an_exception_brings_somebody_else_to_the_renewal() -> None:
    hard = {"when": "industry == '金融'", "also": "account_manager"}
    taken = {"when": "complexity >= 4", "closer": "csm"}
    given = router(renewals__small={"closer": "general", "starts": "90d", "except": [hard, taken]})
    told = {
        name: (served.closer, served.joins)
        for name, facts in (
            ("plain", {"arr": 1}),
            ("hard", {"arr": 1, "industry": "金融", "complexity": 5}),
            ("taken", {"arr": 1, "complexity": 4}),
        )
        if (served := given.served(Subject(facts)))
    }
    assert told == {
        "plain": ("general", ()),
        "hard": ("general", ("account_manager",)),
        "taken": ("csm", ()),
    }


def test_a_centre_of_excellence_takes_its_category_and_the_general_pool_the_rest() -> None:
    centre = {"members": {"role": "pool_csm"}, "owns": ["templates"],
              "centre_of_excellence": {"by": "industry", "is": ["医療", "介護"]}}  # fmt: skip
    given = router(
        pools__healthcare=centre,
        coverage__small={"mode": "coe_pool", "by": "industry", "pool": "general"},
    )
    pools = [
        served.pool
        for industry in ("介護", "小売", "")
        if (served := given.served(Subject({"arr": 1, "industry": industry})))
    ]
    assert pools == ["healthcare", "general", "general"]


def test_a_cap_counts_what_was_used() -> None:
    cap = Cap(engagements=3, per="half")
    assert [may_ask(cap, used) for used in (0, 2, 3)] == [True, True, False]
    assert may_ask(None, 1_000)


def test_what_an_incentive_pays_is_a_straight_line_with_a_floor() -> None:
    line = {"role": "csm", "measure": "nrr", "floor_at": 1.0}
    ten = Incentive(**line, target=1.1)  # type: ignore[arg-type]
    assert [round(payout(ten, rate), 9) for rate in (0.95, 1.0, 1.05, 1.1, 1.2)] == [
        0,
        0,
        0.5,
        1.0,
        2.0,
    ]
    capped = Incentive(**line, target=1.1, cap=1.5)  # type: ignore[arg-type]
    assert payout(capped, 1.2) == 1.5
    with pytest.raises(ValueError, match="target"):
        payout(Incentive(role="csm", measure="nrr"), 1.0)


def test_a_quarter_is_no_year() -> None:
    assert round(annualised(1.1, "quarter"), 4) == 1.4641
    with pytest.raises(NotComparable):
        compare(1.1, "quarter", 1.1, "year")
    assert compare(1.1, "year", 1.05, "year") == pytest.approx(0.05)


def test_a_customer_changes_hands_for_a_reason_that_counts() -> None:
    rules = Changes(invalid_reasons=["not_responding"], needs=["account_plan", "invoices_paid"])
    everything = frozenset(rules.needs)
    answers = [
        may_change(rules, Wish(reason="not_responding", done=everything)),
        may_change(rules, Wish(reason="grown", done=frozenset({"account_plan"}))),
        may_change(rules, Wish(reason="grown", done=everything, approvals=1), needed_approvals=2),
        may_change(rules, Wish(reason="grown", done=everything)),
    ]
    assert [(each.accepted, each.reason, each.about) for each in answers] == [
        (False, "invalid_reason", "not_responding"),
        (False, "needs", "invoices_paid"),
        (False, "approvals", "2"),
        (True, "", ""),
    ]


@pytest.mark.parametrize(
    ("on", "until", "signed", "expected"),
    [
        (date(2026, 1, 29), "signature", False, False),
        (date(2026, 1, 30), "signature", False, True),
        (QUARTER_END, "signature", False, True),
        (date(2026, 4, 20), "signature", False, True),
        (date(2026, 4, 20), "signature", True, False),
        (QUARTER_END, "term_end", False, True),
        (date(2026, 4, 1), "term_end", False, False),
    ],
)
def test_a_freeze_ends_with_the_signature(
    on: date, until: str, signed: bool, expected: bool
) -> None:
    freeze = Freeze(before_term_end="60d", until=until)
    ask = {"signed": signed, "on": on, "is_open": monday_to_friday}
    assert is_frozen(freeze, QUARTER_END, **ask) is expected  # type: ignore[arg-type]
    assert is_frozen(None, QUARTER_END, **ask) is False  # type: ignore[arg-type]


def test_choices_that_go_back_and_forth_are_counted() -> None:
    told = [
        (date(2025, 9, 1), "merged"),
        (date(2024, 3, 1), "merged"),
        (date(2024, 6, 1), "merged"),
        (date(2024, 11, 1), "split"),
    ]
    assert [on.isoformat() for on, _choice in flips(told)] == [
        "2024-03-01",
        "2024-11-01",
        "2025-09-01",
    ]


def test_a_mark_stays_with_the_holder_of_that_day() -> None:
    held = [
        Held(account="A", role="ae", person="P1", start_on=date(2025, 1, 1),
             last_on=date(2025, 9, 30)),
        Held(account="A", role="ae", person="P2", start_on=date(2025, 10, 1)),
        Held(account="B", role="ae", person="P1", start_on=date(2025, 1, 1)),
        Held(account="A", role="csm", person="P3", start_on=date(2025, 1, 1)),
    ]  # fmt: skip
    losses = [
        Loss(account="A", kind="downgrade", on=date(2025, 8, 15)),
        Loss(account="B", kind="churn", on=date(2025, 8, 20), touches=0),
        Loss(account="C", kind="churn", on=date(2025, 8, 20)),
    ]
    both = frozenset({"downgrade", "churn"})
    assert marks(held, losses, role="ae", kinds=both) == [
        Mark(person="P1", account="A", kind="downgrade", on=date(2025, 8, 15), never_touched=False),
        Mark(person="P1", account="B", kind="churn", on=date(2025, 8, 20), never_touched=True),
    ]
    assert [
        each.account for each in marks(held, losses, role="ae", kinds=frozenset({"churn"}))
    ] == ["B"]


def test_two_models_differ_where_they_say_something_else() -> None:
    before = model()
    after = model(
        segments=[{"key": "small", "when": "arr < 6_000_000"}, {"key": "large", "when": "always"}],
        coverage__small__mode="digital",
        renewals__small__closer="csm",
    )
    assert changes(before, before) == []
    assert changes(before, after) == [
        Change(("segments", "large", "when"), "arr >= 6_000_000", "always"),
        Change(("segments", "small", "when"), "always", "arr < 6_000_000"),
        Change(("coverage", "small", "mode"), "pooled", "digital"),
        Change(("renewals", "small", "closer"), "general", "csm"),
    ]


def test_customers_whose_duty_passes_on_are_counted() -> None:
    before, after = router(), router(duties__adoption__accountable="csm")
    customers = [LARGE, SMALL, SMALL]
    told = passages((before.served(each), after.served(each)) for each in customers)
    assert told == {
        Passage(duty="adoption", segment_before="small", segment="small", giver="general",
                receiver="csm"): 2
    }  # fmt: skip
    gone = passages([(before.served(SMALL), None)])
    assert {each.receiver for each in gone} == {""}


def test_a_span_in_calendar_days() -> None:
    assert [round(calendar_days(each), 1) for each in ("30d", "2w", "12m", "1y", "240bd")] == [
        30,
        14,
        365,
        365,
        365,
    ]


def test_the_centre_that_knows_a_customer_stands_for_the_pool_of_its_segment() -> None:
    centre = {
        "members": {"role": "pool_csm"},
        "centre_of_excellence": {"by": "industry", "is": "IT"},
    }
    stated = model(
        coverage__small={"mode": "coe_pool", "pool": "general", "by": "industry"},
        pools__it=centre,
    )
    small, large = stated.coverage["small"], stated.coverage["large"]
    assert holder_for(stated, small, "general", {"industry": "IT"}) == "it"
    assert holder_for(stated, small, "general", {"industry": "retail"}) == "general"
    assert holder_for(stated, small, "csm", {"industry": "IT"}) == "csm"
    assert holder_for(stated, large, "general", {"industry": "IT"}) == "general"
