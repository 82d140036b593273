"""The organisation page: the tree, its loads against the caps, the matrix, and who sees what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.engines.operating.surroundings import Load
from banso.rooms.coverage.models import Application, ModelVersion, VersionState
from banso.rooms.coverage.queries.organisation import Limit, Organisation, organisation
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, Duty, FactType, StandardMinutes
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member, PoolMembership, Team, TeamKind
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

PAGE = "/model/organisation/"
TIGHT = SOUND.replace("accounts_per_person: {max: 12}", "accounts_per_person: {max: 1}")
BY_HOURS = SOUND.replace("accounts_per_person: {max: 12}", "hours_per_account: 100")
CROSSED = f"""{SOUND}
phases:
  - {{key: onboarding, name: {{ja: 導入, en: Onboarding phase}}}}
  - {{key: adoption}}
products: {{payroll: []}}
matrix:
  rows: {{functions: [payroll]}}
  columns: {{phases: [onboarding, adoption]}}
  cells: {{sato: [payroll, onboarding], ghost: [payroll, adoption]}}
posts: [{{member: sato, role: csm, share: 0.5}}, {{member: sato, role: pool_csm, share: 0.5}}]
"""
CUT = SOUND.replace(
    "  - {key: cs}\n",
    "  - {key: cs}\n"
    "  - {key: large, name: {ja: 大口, en: Large}, cut: account, when: 'arr >= 6_000_000',\n"
    "     inside: [{key: first, cut: phase, phase: onboarding}]}\n"
    "  - {key: pay, cut: function, function: payroll}\n"
    "  - {key: link, cut: internal, connects: product}\n"
    "  - {cut: account}\n",
)


@pytest.fixture(autouse=True)
def arr() -> None:
    make_fact("arr", FactType.MONEY)


def applied(by: User, text: str = SOUND) -> ModelVersion:
    """A version in force."""
    version = make_version(
        by=by, text=text, state=VersionState.APPROVED, proposed_by=None, reviewed_by=by
    )
    Application.objects.create(
        version=version, on=localdate(), applied_by=by, applied_at=NOON, moves=0, accounts=0, kept=0
    )
    return version


def told(viewer: User) -> Organisation:
    return organisation(viewer, applied_model(in_force()), on=localdate())


def limits(viewer: User) -> dict[str, Limit | None]:
    return {
        worker.member.handle: worker.limit
        for branch in told(viewer).branches
        for worker in branch.workers
    }


def held(external_id: str, arr: int, *holders: Member | Team) -> Account:
    """An account of which each of the holders has a duty."""
    made = make_account(external_id=external_id, facts={"arr": arr})
    for duty, holder in zip(Duty, holders, strict=False):
        make_holding(made, by=holder, duty=duty)
    return made


def test_an_account_that_several_of_a_team_hold_counts_once_in_it(operations: User) -> None:
    top, inner = make_team("CS"), make_team("CS / Mid")
    sato, ito = make_member(team=inner), make_member(team=inner)
    held("c1", 100, sato, ito)
    held("c2", 30, sato, sato)
    held("c3", 5, top)
    branches = {branch.name: branch for branch in told(operations).branches}
    assert branches["Mid"].held == Load(accounts=2, arr_minor=130)
    assert branches["CS"].held == Load(accounts=3, arr_minor=135)
    assert branches["CS"].own == Load(accounts=1, arr_minor=5)
    assert [(each.member, each.held.accounts) for each in branches["Mid"].workers] == [
        (sato, 2),
        (ito, 1),
    ]
    assert (branches["CS"].depth, branches["Mid"].depth) == (0, 1)


def test_whoever_has_left_is_in_no_team_and_whoever_is_in_none_stands_last(
    operations: User,
) -> None:
    team = make_team("CS")
    make_member(team=team, left_on=localdate() - timedelta(days=1))
    alone = make_member()
    held("c1", 100, alone)
    branches = told(operations).branches
    assert [(branch.team, len(branch.workers), branch.held.accounts) for branch in branches] == [
        (team, 0, 0),
        (None, 1, 1),
    ]


def test_a_pool_has_those_who_work_in_it_today(operations: User) -> None:
    applied(operations)
    pool = make_team("General", kind=TeamKind.POOL, key="general")
    today, day = localdate(), timedelta(days=1)
    stays, left, comes = (make_member(name=name) for name in ("残", "去", "来"))
    for member, given in (
        (stays, {"from_on": today}),
        (left, {"from_on": today - day, "to_on": today}),
        (comes, {"from_on": today + day}),
    ):
        PoolMembership.objects.create(pool=pool, member=member, **given)
    held("c1", 100, pool)
    branch = told(operations).branches[0]
    assert (branch.name, branch.is_pool, branch.shared, branch.held.accounts) == (
        "General pool",
        True,
        [stays],
        1,
    )


def test_a_book_stands_against_the_cap_of_the_role(operations: User) -> None:
    applied(operations, TIGHT)
    at_cap, over, other = (
        make_member(handle=handle, job_role=job)
        for handle, job in (
            ("at", JobRole.CSM), ("over", JobRole.CSM), ("am", JobRole.ACCOUNT_MANAGER),
        )
    )  # fmt: skip
    held("c1", 9_000_000, at_cap, other)
    held("c2", 9_000_000, over, other)
    held("c3", 9_000_000, over, other)
    found = limits(operations)
    assert found == {"at": Limit(1, 1), "over": Limit(2, 1), "am": None}
    assert [each.is_over for each in found.values() if each] == [False, True]
    page = visit(browser(operations), PAGE)
    assert page.heading == "3 people hold 3 accounts; 1 of them more than the cap"
    assert "2 of 1 accounts" in page.text


def test_where_no_book_is_stated_hours_stand_against_those_there_are(operations: User) -> None:
    applied(operations, BY_HOURS)
    full = make_member(handle="full")
    half = make_member(handle="half", weekly_minutes=1_200)
    make_member(handle="idle")
    held("c1", 9_000_000, full)
    held("c2", 6_000_000, full)
    held("c3", 6_000_000, half)
    held("c4", 100, half)  # of another segment, which the role doesn't serve
    assert limits(operations) == {
        "full": Limit(200, 1170, in_hours=True),
        "half": Limit(100, 585, in_hours=True),
        "idle": None,
    }
    assert "200 of 1,170 hours a year" in visit(browser(operations), PAGE).text


def test_hours_come_from_the_cadence_where_minutes_are_known_and_the_cap_says_what_is_used(
    operations: User,
) -> None:
    cap = "cap: {engagements: 10, per: year, hours_each: 2, uses: 0.5}"
    applied(operations, SOUND.replace("accounts_per_person: {max: 12}", cap))
    StandardMinutes.objects.create(activity="meeting", minutes=120)
    held("c1", 9_000_000, make_member(handle="sato"))
    assert limits(operations) == {"sato": Limit(round(365 / 30 * 2 + 10), 1170, in_hours=True)}


def test_the_matrix_names_members_and_whom_nobody_knows(operations: User) -> None:
    applied(operations, CROSSED)
    make_member(handle="sato", name="佐藤")
    page = visit(browser(operations), PAGE)
    assert page.rows[:2] == [
        ["", "Onboarding phase", "Adoption"],
        ["payroll", "佐藤", "ghost is none of our members"],
    ]
    assert "CSM 50%, Pool CSM 50% · payroll × Onboarding phase" in page.text


def test_a_team_says_by_what_it_is_cut(operations: User) -> None:
    applied(operations, CUT)
    large = make_team("CS / 大口")
    make_member(team=large)
    found = told(operations)
    assert [(cut.name, cut.words, cut.depth, cut.team) for cut in found.cuts] == [
        ("Large", "by account: arr is at least ¥6,000,000", 0, large),
        ("first", "by phase: Onboarding", 1, None),
        ("pay", "by function: payroll", 0, None),
        ("link", "connects us with product", 0, None),
        ("–", "by account: –", 0, None),
    ]
    assert {branch.name: branch.cut for branch in found.branches} == {
        "CS": "",
        "大口": "by account: arr is at least ¥6,000,000",
    }
    assert "no team of this name yet" in visit(browser(operations), PAGE).text


def test_only_accounts_that_the_viewer_sees_are_counted_and_caps_of_others_stay_untold(
    sakura: User, ken: User, mia: User, operations: User
) -> None:
    applied(operations, TIGHT)
    of = {user: Member.objects.get(user=user) for user in (sakura, mia)}
    held("c1", 9_000_000, of[mia])
    assert told(sakura).held.accounts == 1
    assert told(operations).held.accounts == 2

    def seen(viewer: User) -> set[int]:
        found = told(viewer).branches
        return {each.member.pk for branch in found for each in branch.workers if each.limit}

    assert seen(sakura) == {of[sakura].pk}
    assert seen(ken) == {of[sakura].pk}
    assert seen(operations) == {of[sakura].pk, of[mia].pk}
    note = "Only the accounts that you may see are counted."
    assert note in visit(browser(sakura), PAGE).text
    assert note not in visit(browser(operations), PAGE).text


def test_figures_lead_to_their_rows(sakura: User, operations: User, acme: Account) -> None:
    member = Member.objects.get(user=sakura)
    team = member.team
    assert team is not None
    make_holding(acme, by=team, duty=Duty.SUPPORT)
    links = visit(browser(operations), PAGE).attributes("a", "href")
    assert f"/accounts/?holder={member.pk}" in links
    for address, heading in (
        (f"/model/customers/?team={team.pk}", "ミッド holds 1 account"),
        (f"/model/customers/?team={team.pk}&as=one", "ミッド holds 1 account"),
    ):
        assert address in links
        page = visit(browser(operations), address)
        assert page.heading == heading
        assert [row[0] for row in page.rows[1:]] == ["アクメ株式会社あくめ"]
    assert "佐倉 さくら Value · since" in page.text


def test_what_a_viewer_may_not_see_is_behind_no_figure(mia: User, sakura: User, mid: Team) -> None:
    page = visit(browser(mia), f"/model/customers/?team={mid.pk}")
    assert (page.heading, page.rows) == ("ミッド holds 0 accounts", [])
    assert "アクメ" not in page.text
    assert browser(mia).get("/model/customers/?team=99999").status_code == 404
    assert browser(mia).get("/model/customers/?team=x").status_code == 404


def test_a_long_list_goes_on(operations: User) -> None:
    team = make_team("CS")
    for number in range(51):
        held(f"c{number}", number, team)
    first = visit(browser(operations), f"/model/customers/?team={team.pk}")
    assert len(first.rows) == 51
    assert first.texts("a", **{"class": "link"}) == ["1 more"]
    rest = visit(browser(operations), f"/model/customers/?team={team.pk}&start=50")
    assert [row[2] for row in rest.rows[1:]] == ["¥0"]


def test_without_a_model_the_tree_stands_and_leads_to_the_model(
    sakura: User, operations: User
) -> None:
    page = visit(browser(operations), PAGE)
    said = "No model is in force yet, so nothing says how much one person should hold."
    assert f"{said} Open the model" in page.text
    assert page.heading == "1 person holds 1 account"
    assert list(limits(operations).values()) == [None]


def test_without_people_the_page_says_where_they_come_from(operations: User) -> None:
    page = visit(browser(operations), PAGE)
    said = "No members yet They come in by an import of members. Open the model"
    assert page.text == f"Organisation Who works where, and how loaded. {said}"


def test_a_version_that_is_not_announced_is_not_told(sakura: User, operations: User) -> None:
    make_version(by=operations, state=VersionState.APPROVED, reviewed_by=operations)
    for user in (sakura, operations):
        assert "Two ways" not in visit(browser(user), PAGE).text


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    operations: User, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    applied(operations, BY_HOURS)
    for at in range(number):
        member = make_member(team=make_team(f"CS / {at}"))
        held(f"c{at}", 9_000_000, member)
    client = browser(operations)
    with django_assert_num_queries(13):
        client.get(PAGE)
