"""How good a plan is, told beside it: its cost, the bound, and the gap where there is one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from django.utils.translation import override

from banso.rooms.coverage.queries.balance_quality import Quality, quality_of
from banso.rooms.coverage.queries.rebalances import draft_of, moves_in, search_of
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.balances import hold, known, plain
from tests.rooms.coverage.reviews import Company, customer

pytestmark = pytest.mark.django_db


def test_how_good_the_plan_is_stays_with_it_and_follows_what_becomes_of_it(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    client = browser(operations)
    client.post("/model/balance/csm/search/")
    page = plain(client.get("/model/balance/"))
    assert "No other way of dealing them is better. How good is this plan?" in page
    draft = draft_of("csm", operations)
    assert draft is not None
    search = search_of(draft)
    assert search is not None
    assert (search.proved, search.bound) == (True, search.objective)
    assert f"Bound{search.bound:.2f} No way of dealing these books costs less." in page
    assert "Gap to the bound0.0%" in page
    asked = {"move": f"{accounts['c10'].pk}:sato"}
    changed = plain(client.post("/model/balance/csm/add/", asked, follow=True))
    assert "You have changed what the search found. Another way of dealing them could be" in changed
    assert "Proved to be the bestNo" in changed
    hold(customer("new"), company["ito"])
    later = plain(client.get("/model/balance/"))
    assert "Books have changed since the search: search anew" in later
    moving = [each.account_id for each in moves_in(draft, operations, on=TODAY)]
    client.post("/model/balance/csm/drop/", {"account": moving})
    assert search_of(draft) is None
    gathered = plain(client.post("/model/balance/csm/add/", asked, follow=True))
    assert "How good is this plan?" not in gathered


def test_another_weight_of_a_change_is_told_as_such_and_not_as_other_books(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    client.post("/model/balance/csm/search/")
    other = {"continuity": "much"}
    page = plain(client.post("/model/balance/csm/weigh/", other, follow=True))
    assert "A change of hands weighs otherwise than in the search: search anew" in page
    assert "Books have changed since the search" not in page
    back = {"continuity": "usual"}
    page = plain(client.post("/model/balance/csm/weigh/", back, follow=True))
    assert "No other way of dealing them is better. How good is this plan?" in page


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.1234, "Another way of dealing them could be better by 12.3% at most."),
     (None, "By how much another way could be better isn't known.")],
)  # fmt: skip
def test_without_proof_it_is_said_how_far_the_best_may_be(gap: float | None, words: str) -> None:
    quality = Quality(
        at=NOON, before=9.0, objective=5.0, bound=1.0, gap=gap, proved=False, is_as_found=True,
        is_current=True, weighs_alike=True,
    )  # fmt: skip
    with override("en"):
        assert quality.said == words


def test_a_plan_that_breaks_a_cap_has_no_gap_and_is_not_the_best(
    accounts: dict[str, Account], operations: User
) -> None:
    browser(operations).post("/model/balance/csm/search/")
    draft = draft_of("csm", operations)
    assert draft is not None
    books = known(operations)
    once = books.once(moves_in(draft, operations, on=TODAY))
    limit = np.array([[5.0, np.inf]] * 2)
    problem = replace(books.problem, bands=books.problem.bands._replace(limit=limit))
    for after, proved in ((once, True), (replace(once, problem=problem), False)):
        quality = quality_of(books, after, draft)
        assert quality is not None
        assert (quality.proved, quality.gap is None) == (proved, not proved)
