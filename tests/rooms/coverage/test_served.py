"""How each segment is served: people, shares, pools and cost."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate  # noqa: TID251  the page's own clock

from banso.rooms.coverage.queries.duties import Seen
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.queries.served import Cost, PoolTold, Serving, serving_of
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member, PoolMembership, Team, TeamKind
from tests.factories.coverage import SOUND
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.people import make_member, make_team
from tests.rooms.coverage.test_organisation import applied

pytestmark = pytest.mark.django_db

PAGE = "/model/coverage/"
COSTS = SOUND.replace("hours_per_year: 1170}", "hours_per_year: 1170, cost_per_year: 8_000_000}")
ALL_COST = COSTS.replace(
    "pool_csm: {reports_to: cs}", "pool_csm: {reports_to: cs, cost_per_year: 6_000_000}"
)
CENTRES = SOUND.replace("mode: pooled\n", "mode: coe_pool\n    by: industry\n").replace(
    "pools:\n",
    "pools:\n"
    "  money: {members: {role: pool_csm}, owns: [templates],\n"
    "    centre_of_excellence: {by: industry, is: [金融, 保険]}}\n"
    "  topics: {members: {role: pool_csm}, centre_of_excellence: {by: topic, is: reports}}\n",
)


@pytest.fixture(autouse=True)
def arr() -> None:
    make_fact("arr", FactType.MONEY)


def held(external_id: str, arr: int, *holders: Member | Team) -> None:
    """A customer of whom each of the holders has a duty that the model deals out."""
    made = make_account(external_id=external_id, facts={"arr": arr})
    for duty, holder in zip((Duty.ADOPTION, Duty.RENEWAL), holders, strict=False):
        make_holding(made, by=holder, duty=duty)


def told(viewer: User, *, whole: bool = True, currency: str = "JPY") -> Serving:
    found = applied_model(in_force())
    assert found is not None
    seen = Seen(viewer, found, on=localdate())
    reader = Reader(found.model, found.spoken, {})
    return serving_of(seen, reader, currency=currency, whole=whole, on=localdate())


def pool(*people: Member) -> Team:
    made = make_team("general", kind=TeamKind.POOL, key="general")
    for member in people:
        PoolMembership.objects.create(pool=made, member=member, from_on=localdate())
    return made


def test_who_serves_two_segments_counts_in_each_for_a_share(operations: User) -> None:
    applied(operations, ALL_COST)
    csm = make_member(job_role=JobRole.CSM)
    helper = make_member(job_role=JobRole.POOL_CSM)
    general = pool(csm, helper)
    held("large", 9_000_000, csm)
    held("small1", 400_000, general)
    held("small2", 600_000, general)
    large, small = told(operations).segments
    # the csm holds one large customer and half of two small ones; the helper half of two
    assert (large.people, large.each) == (1, 2.0)
    assert (small.people, small.each) == (2, 2 / 1.5)
    assert large.cost == Cost(4_000_000, "JPY", 1, 1, 4 / 9)
    assert small.cost == Cost(10_000_000, "JPY", 2, 2, 10.0)
    together = told(operations).cost
    assert together == Cost(14_000_000, "JPY", 2, 2, 1.4)
    page = visit(browser(operations), PAGE)
    assert page.heading == "Serving all customers costs 140.0% of their ARR"
    assert "44.4% of the ARR" in page.text


def test_where_no_cost_is_stated_the_page_says_so(operations: User) -> None:
    applied(operations)
    held("large", 9_000_000, make_member(job_role=JobRole.CSM))
    assert [each.cost for each in told(operations).segments] == [None, None]
    page = visit(browser(operations), PAGE)
    assert page.heading == "How 1 customer is served"
    assert page.text.count("no cost stated") == 2


def test_where_the_cost_of_some_is_stated_the_page_says_of_how_many(operations: User) -> None:
    applied(operations, COSTS)
    helper, csm = make_member(job_role=JobRole.POOL_CSM), make_member(job_role=JobRole.CSM)
    held("small", 1_000_000, pool(helper, csm))
    cost = told(operations).segments[1].cost
    assert cost == Cost(8_000_000, "JPY", 2, 1, 8.0)
    assert not cost.is_whole
    assert "stated for 1 of 2 people" in visit(browser(operations), PAGE).text


def test_a_cost_in_another_currency_is_no_share_of_the_arr(operations: User) -> None:
    applied(operations, COSTS.replace("company:\n", "company:\n  currency: USD\n"))
    held("large", 9_000_000, make_member(job_role=JobRole.CSM))
    cost = told(operations).segments[0].cost
    assert cost == Cost(800_000_000, "USD", 1, 1, None)
    assert "$8" in visit(browser(operations), PAGE).text


def test_somebody_of_another_role_does_not_serve(operations: User) -> None:
    applied(operations, COSTS)
    held("large", 9_000_000, make_member(job_role=JobRole.ACCOUNT_MANAGER))
    large = told(operations).segments[0]
    assert (large.held.accounts, large.people, large.each, large.cost) == (1, 0, None, None)


def test_customers_whom_others_hold_do_not_fill_the_books_of_those_who_serve(
    operations: User,
) -> None:
    applied(operations, COSTS)
    held("large1", 9_000_000, make_member(job_role=JobRole.CSM))
    held("large2", 9_000_000, make_member(job_role=JobRole.ACCOUNT_MANAGER))
    large = told(operations).segments[0]
    assert (large.held.accounts, large.people, large.each) == (2, 1, 1.0)


def test_after_other_segments_all_means_all_the_rest(operations: User) -> None:
    applied(operations)
    assert [each.told.who for each in told(operations).segments][-1] == "every other customer"


def test_centres_are_told_with_what_they_know_and_own(operations: User) -> None:
    applied(operations, CENTRES)
    centre = make_team("money", kind=TeamKind.POOL, key="money")
    PoolMembership.objects.create(pool=centre, member=make_member(), from_on=localdate())
    large, small = told(operations).segments
    assert large.pools == []
    assert small.pools == [
        PoolTold("money", centre.pk, 1, "Industry: 金融, 保険", "templates"),
        PoolTold("General pool", 0, 0, "", ""),
    ]
    text = visit(browser(operations), PAGE).text
    assert "centre of excellence for Industry: 金融, 保険owns templates" in text


def test_cost_and_people_are_told_only_to_those_who_see_all(
    sakura: User, mia: User, operations: User
) -> None:
    applied(operations, COSTS)
    held("hers", 9_000_000, Member.objects.get(user=mia))
    assert [(each.people, each.each, each.cost) for each in told(mia, whole=False).segments] == [
        (None, None, None),
        (None, None, None),
    ]
    page = visit(browser(mia), PAGE)
    assert page.heading == "How 1 customer is served"
    assert "Their cost in a year" not in page.text
    assert visit(browser(sakura), PAGE).heading == "How 0 customers are served"
    assert "Their cost in a year" in visit(browser(operations), PAGE).text


def test_customers_of_a_segment_open_to_their_rows(operations: User) -> None:
    applied(operations)
    csm = make_member(job_role=JobRole.CSM)
    held("one", 9_000_000, csm)
    held("two", 12_000_000, csm, csm)
    link = "/model/customers/?segment=enterprise"
    assert visit(browser(operations), PAGE).attributes("a", "href").count(link) == 2
    page = visit(browser(operations), link)
    assert page.heading == "2 customers of Enterprise"
    assert [row[2] for row in page.rows[1:]] == ["¥12,000,000", "¥9,000,000"]
    assert "Adoption, Renewal · since" in page.rows[1][1]


def test_how_a_segment_is_served_is_told_in_words(operations: User) -> None:
    applied(operations)
    text = visit(browser(operations), PAGE).text
    for said in (
        "Dedicated (1:1) High touch",
        "One person holds at most 12 customers.",
        "Meeting: every 30 days.",
        "The first response comes within 8 working hours for 90% of requests.",
        "Paid as cost of sales.",
    ):
        assert said in text
