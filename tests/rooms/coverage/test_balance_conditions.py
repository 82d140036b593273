"""Whom a customer may go to by what it asks of her, and what a change of hands weighs."""

from __future__ import annotations

import numpy as np
import pytest

from banso.rooms.coverage.models import RebalanceSearch
from banso.rooms.coverage.queries.balancing import books_of
from banso.rooms.coverage.queries.role_books import RoleBooks
from banso.rooms.coverage.queries.role_rest import About
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, FactType
from banso.rooms.identity.models import User
from tests.factories.coverage import SOUND
from tests.factories.customers import make_account, make_fact
from tests.factories.pages import browser
from tests.factories.people import make_absence, make_skill
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import (
    adopt,
    employed,
    hold,
    in_teams,
    known,
    plain,
    with_ten_and_two,
)
from tests.rooms.coverage.reviews import FAR, LARGE, Company

pytestmark = pytest.mark.django_db

BY_INDUSTRY = SOUND.replace("    role: csm\n", "    role: csm\n    by: industry\n", 1)


@pytest.fixture
def company(db: None) -> Company:
    return employed()


def customer(key: str, *, facts: dict[str, object] | None = None, **given: str) -> Account:
    stated = {"arr": LARGE, "term_end_on": FAR} | (facts or {})
    return make_account(external_id=key, name=key, facts=stated, **given)


def choices(books: RoleBooks, account: Account) -> dict[str, float]:
    """Who may hold a customer, and at which cost."""
    problem = books.problem
    arcs = problem.arcs.of(np.array([problem.accounts.index(str(account.pk))]))
    return {
        problem.members[at]: cost
        for at, cost in zip(arcs.member.tolist(), arcs.cost.tolist(), strict=True)
    }


def weighed(by: User, continuity: float) -> RoleBooks:
    applied = applied_model(in_force())
    assert applied is not None
    about = About(whole=True, continuity=continuity)
    found = books_of(by, applied, "csm", on=TODAY, about=about)
    assert found is not None
    return found


def test_a_customer_goes_to_who_knows_its_industry_where_customers_divide_by_it(
    company: Company, operations: User
) -> None:
    clinic, shop = customer("clinic", industry="医療"), customer("shop", industry="小売")
    for each in (clinic, shop):
        hold(each, company["sato"])
    adopt(operations, BY_INDUSTRY)
    assert set(choices(known(operations), clinic)) == {"sato", "ito"}  # nobody is noted to know it
    make_skill(company["sato"], by=operations, skill="医療", level=2)
    make_skill(company["ito"], by=operations, skill="医療", level=0)
    assert set(choices(known(operations), clinic)) == {"sato"}
    assert set(choices(known(operations), shop)) == {"sato", "ito"}


def test_a_customer_goes_to_who_speaks_its_language(company: Company, operations: User) -> None:
    make_fact("language", FactType.TEXT)
    abroad, here = customer("abroad", facts={"language": "en"}), customer("here")
    for each in (abroad, here):
        hold(each, company["sato"])
    adopt(operations)
    make_skill(company["sato"], by=operations, skill="en", level=1)
    assert set(choices(known(operations), abroad)) == {"sato"}
    assert set(choices(known(operations), here)) == {"sato", "ito"}


def test_a_skill_is_the_same_in_any_width_and_case(company: Company, operations: User) -> None:
    maker = customer("maker", industry="ＩＴ・Web")
    hold(customer("shop"), company["sato"])
    adopt(operations, BY_INDUSTRY)
    client = browser(operations)
    noted = {"skill": "IT・ＷＥＢ", "level": "3"}
    client.post(f"/members/{company['ito'].pk}/skills/", noted)
    assert set(choices(known(operations), maker)) == {"ito"}


def test_who_holds_it_may_keep_it_whatever_is_noted_and_the_page_says_so(
    company: Company, operations: User
) -> None:
    make_fact("language", FactType.TEXT)
    clinic = customer("clinic", industry="医療", facts={"language": "fr"})
    hold(clinic, company["sato"])
    hold(customer("shop"), company["ito"])
    adopt(operations, BY_INDUSTRY)
    make_skill(company["ito"], by=operations, skill="医療")
    assert choices(known(operations), clinic) == {"sato": 0, "ito": pytest.approx(1.0)}
    told = plain(browser(operations).get("/model/balance/?role=csm"))
    assert "1 customer needs fr, which nobody who could take it is noted to speak." in told
    assert f"{company['sato'].name} holds 1 customer who needs what isn't noted of her." in told


def test_what_stands_between_a_customer_and_a_person_is_said(
    company: Company, operations: User
) -> None:
    make_fact("language", FactType.TEXT)
    clinic = customer("clinic", industry="医療", region="沖縄", facts={"language": "en"})
    hold(clinic, company["ito"])
    hold(customer("shop", region="九州"), company["sato"])
    adopt(operations, BY_INDUSTRY)
    for skill in ("医療", "en"):
        make_skill(company["ito"], by=operations, skill=skill)
    told = plain(browser(operations).get(f"/model/balance/csm/what-if/?move={clinic.pk}:sato"))
    name = company["sato"].name
    assert f"The customer needs en, and nothing is noted of {name} speaking it." in told
    assert f"needs somebody who knows 医療; of {name} it isn't noted." in told
    assert "another one" not in told


def test_another_region_than_hers_costs(company: Company, operations: User) -> None:
    north, south = customer("north", region="北海道"), customer("south", region="九州")
    hold(north, company["sato"])
    hold(south, company["ito"])
    adopt(operations)
    assert choices(known(operations), north) == {"sato": 0, "ito": pytest.approx(1.0 + 0.6)}


def test_a_wish_that_nobody_who_takes_customers_can_meet_is_not_asked(
    company: Company, operations: User
) -> None:
    make_fact("language", FactType.TEXT)
    free = customer("free", industry="医療", region="沖縄", facts={"language": "en"})
    hold(customer("north", region="北海道"), company["sato"])
    hold(customer("south", region="九州"), company["ito"])
    adopt(operations, BY_INDUSTRY)
    for skill in ("医療", "en"):
        make_skill(company["ito"], by=operations, skill=skill)
    assert set(choices(known(operations), free)) == {"ito"}
    make_absence(company["ito"])
    assert set(choices(known(operations), free)) == {"sato"}


def test_who_knows_it_in_another_team_is_not_asked_for(company: Company, operations: User) -> None:
    company = in_teams(company)
    clinic = customer("clinic", industry="医療")
    hold(clinic, company["sato"])
    hold(customer("west"), company["mori"])
    adopt(operations, BY_INDUSTRY)
    make_skill(company["mori"], by=operations, skill="医療")
    assert set(choices(known(operations), clinic)) == {"sato", "ito"}


def test_the_more_a_change_of_hands_weighs_the_fewer_move(
    company: Company, operations: User
) -> None:
    with_ten_and_two(company, operations)
    usual, much = (weighed(operations, weight) for weight in (1.0, 40.0))
    assert usual.suggested(usual.today, 3)
    assert not much.suggested(much.today, 3)


def test_the_page_keeps_what_a_change_of_hands_weighs(company: Company, operations: User) -> None:
    with_ten_and_two(company, operations)
    client = browser(operations)
    client.post("/model/balance/csm/search/")
    assert RebalanceSearch.objects.get().continuity == 1.0
    assert "Books have changed since the search" not in plain(client.get("/model/balance/"))
    answer = client.post("/model/balance/csm/weigh/", {"continuity": "much"})
    assert answer.headers["Location"].endswith("/model/balance/?role=csm")
    page = client.get("/model/balance/")
    assert '<option value="much" selected>' in page.content.decode()
    assert "A change of hands weighs otherwise than in the search" in plain(page)
    assert "Books have changed since the search" not in plain(page)
    client.post("/model/balance/csm/drop/", {"account": []})
    assert client.post("/model/balance/csm/weigh/", {"continuity": "x"}).status_code == 404
