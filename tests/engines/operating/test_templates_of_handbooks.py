"""The companies whose handbooks are public: GitLab, and PostHog over four versions."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from banso.engines.basis.rules.plain import Plain
from banso.engines.operating.changing import Wish, may_change
from banso.engines.operating.checks import check
from banso.engines.operating.choices import Mode, Unit
from banso.engines.operating.difference import changes, passages
from banso.engines.operating.payout import payout
from banso.engines.operating.reading import read
from banso.engines.operating.routing import Served, may_ask
from banso.engines.operating.surroundings import Load, Person
from banso.engines.operating.templates import (
    template,
    template_text,
)
from tests.engines.operating.documents import ON
from tests.engines.operating.shelf import codes, served, surroundings


def test_gitlab_serves_by_what_was_bought_and_then_by_arr() -> None:
    accounts: list[dict[str, Plain]] = [
        {"arr": 99_999_00},
        {"arr": 100_000_00},
        {"arr": 30_000_00, "tier": "essentials"},
    ]
    found = [served("gitlab_2026", **each) for each in accounts]
    assert [(each.mode, each.escalates_to) for each in found] == [
        (Mode.POOLED, "cse_leader"),
        (Mode.ASSIGNED, "cse"),
        (Mode.DEDICATED, "csm"),
    ]
    assert [each.holders["renewal"] for each in found] == ["account_executive"] * 3
    pool = template("gitlab_2026").coverage["pool"].cap
    assert [may_ask(pool, used) for used in (2, 3)] == [True, False]


def test_three_who_answer_for_a_renewal_are_refused() -> None:
    text = template_text("gitlab_2026").replace(
        "renewal: {accountable: account_executive,",
        "renewal: {accountable: [csm, account_executive, renewals_manager],",
    )
    assert "more_than_one_accountable" in codes(text)


@pytest.mark.parametrize(("uses", "expected"), [(0.4, 0), (0.49, 1)])
def test_a_cap_at_gitlab_is_no_promise(uses: float, expected: int) -> None:
    text = template_text("gitlab_2026").replace("uses: 0.4", f"uses: {uses}")
    document = read(text)
    assert document.model is not None
    around = surroundings(
        document.model,
        Person(handle="mori", roles={"cse": 1.0}),
        loads={"assigned": Load(accounts=50)},
        touch=60,
    )
    told = [each for each in check(document, around) if each.code == "cap_is_no_promise"]
    assert len(told) == expected
    assert [each.facts["most"] for each in told] == pytest.approx([0.481] * expected)


POSTHOG: dict[str, dict[str, Plain]] = {  # analytics and surveys are no core products
    "A": {"paid_products": 3, "all_core_products": False, "rank_by_arr": 120},
    "B": {"paid_products": 3, "all_core_products": True, "rank_by_arr": 90},
    "C": {"paid_products": 3, "all_core_products": False, "rank_by_arr": 12},
}


def at_posthog(version: int, names: Iterable[str] = POSTHOG) -> list[Served]:
    return [served(f"posthog_v{version}", arr=50_000_00, **POSTHOG[name]) for name in names]


def test_the_second_version_of_posthog_moves_whoever_lacks_a_core_product() -> None:
    first, second = at_posthog(1), at_posthog(2)
    assert [each.holders["adoption"] for each in first] == ["csm", "csm", "csm"]
    assert [each.holders["adoption"] for each in second] == ["tam", "csm", "tam"]
    told = passages(zip(first, second, strict=True))
    assert {(each.duty, each.giver, each.receiver): count for each, count in told.items()} == {
        ("adoption", "csm", "tam"): 2,
        ("renewal", "csm", "tam"): 2,
    }


def test_whoever_sold_it_keeps_it_and_the_small_help_themselves() -> None:
    newly: dict[str, Plain] = {"arr": 20_000_00, "first_prepaid_on": ON.replace(year=2025, month=9)}
    assert [served(f"posthog_v{at}", **newly).segment for at in (1, 2, 3, 4)] == [
        "growth",
        "growth",
        "growth",
        "new",
    ]
    assert served("posthog_v4", arr=19_999_99).mode is Mode.SELF_SERVE


def test_posthog_hands_over_for_a_reason_and_with_everything_done() -> None:
    rules = template("posthog_v4").changes
    done = frozenset(rules.needs)
    approvals = rules.protected[0].approvals
    answers = [
        may_change(rules, Wish(reason="not_responding", done=done)),
        may_change(rules, Wish(reason="fully_expanded", done=done - {"invoices_paid"})),
        may_change(rules, Wish(reason="fully_expanded", done=done, approvals=1),
                   needed_approvals=approvals),
        may_change(rules, Wish(reason="fully_expanded", done=done)),
    ]  # fmt: skip
    assert [(each.accepted, each.about) for each in answers] == [
        (False, "not_responding"),
        (False, "invoices_paid"),
        (False, "2"),
        (True, ""),
    ]


@pytest.mark.parametrize(
    ("version", "rates", "paid"),
    [(4, [0.95, 1.0, 1.05, 1.1, 1.2], [0, 0, 0.5, 1, 2]), (1, [1.4], [2])],
)
def test_posthog_pays_along_a_line(version: int, rates: list[float], paid: list[float]) -> None:
    line = template(f"posthog_v{version}").incentives[0]
    assert (line.role, line.measure, line.unit, line.period) == (
        "csm",
        "nrr",
        Unit.PERSON,
        "quarter",
    )
    assert [round(payout(line, rate), 9) for rate in rates] == paid


def test_books_at_posthog_were_sized_four_ways() -> None:
    books = [
        template(f"posthog_v{at}").coverage["retention"].accounts_per_person for at in (1, 2, 3, 4)
    ]
    assert [(each.max, each.arr) for each in books if each] == [
        (50, None),
        (30, None),
        (30, 1_500_000),
        (30, 2_500_000),
    ]


def test_a_version_differs_from_the_one_before_where_its_comments_say() -> None:
    told = changes(template("posthog_v3"), template("posthog_v4"))
    assert {each.path[0] for each in told} == {
        "operating_model",
        "name",
        "fits",
        "segments",
        "coverage",
        "incentives",
    }
