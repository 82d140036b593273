"""Members under the model in force: load, what comes next, and skills in the checks."""

from __future__ import annotations

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.rooms.coverage.models import Application, VersionState
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.people import carried
from banso.rooms.customers.models import Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member
from banso.rooms.people.points import Carried
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member, make_skill, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

LADDER = SOUND.replace(
    "  pool_csm: {reports_to: cs}",
    "  pool_csm: {reports_to: cs, needs: {consulting: 1}, leads_to: csm}",
).replace(
    "csm: {reports_to: cs, hours_per_year: 1170}",
    "csm: {reports_to: cs, hours_per_year: 1170, needs: {consulting: 2, business: 1}}",
)


@pytest.fixture(autouse=True)
def arr() -> None:
    make_fact("arr", FactType.MONEY)


def applied(by: User, text: str = SOUND) -> None:
    version = make_version(by=by, text=text, state=VersionState.APPROVED, reviewed_by=by)
    Application.objects.create(
        version=version, on=TODAY, applied_by=by, applied_at=NOON, moves=0, accounts=0, kept=0
    )


def panel(page: Page, key: str) -> str:
    return page.texts("section", id=f"panel-{key}")[0]


def test_what_members_hold_counts_an_account_once_and_only_what_is_seen(
    operations: User, sakura: User, mia: User
) -> None:
    me = Member.objects.get(user=sakura)
    made = make_account(facts={"arr": 700})
    for duty in (Duty.VALUE, Duty.RENEWAL):
        make_holding(made, by=me, duty=duty)
    make_holding(made, by=make_team("Pool"), duty=Duty.SUPPORT)
    members = [me.pk, make_member().pk]
    found = [carried(members, viewer=viewer, on=TODAY) for viewer in (operations, sakura, mia)]
    assert found == [{me.pk: Carried(2, 700)}, {me.pk: Carried(2, 700)}, {}]  # with Acme
    assert carried([], viewer=operations, on=TODAY) == {}


def test_a_member_is_shown_against_the_cap_to_whom_all_of_it_is_seen(
    operations: User, sakura: User, mia: User
) -> None:
    applied(operations)
    me = Member.objects.get(user=sakura)
    for _number in range(12):
        make_holding(make_account(facts={"arr": 7_000_000}), by=me)
    told = [panel(visit(browser(u), f"/members/{me.pk}/"), "load") for u in (sakura, operations)]
    assert ["13 of 12 accounts over the cap" in each for each in told] == [True, True]
    assert "of 12 accounts" not in panel(visit(browser(mia), f"/members/{me.pk}/"), "load")


def test_who_is_not_with_us_holds_nothing(operations: User) -> None:
    gone = make_member(left_on=TODAY)
    shown = visit(browser(operations), f"/members/{gone.pk}/")
    assert "They aren't with us today" in panel(shown, "load")


def test_a_member_learns_which_gates_of_the_next_role_are_met(operations: User, ken: User) -> None:
    applied(operations, LADDER)
    member = make_member(job_role=JobRole.POOL_CSM)
    make_skill(member, by=ken, level=1, evidence="同席三回")
    shown = visit(browser(operations), f"/members/{member.pk}/")
    rows = [row for row in shown.rows if row[0] in {"Consulting", "Business"} and len(row) == 4]
    assert [row[:3] for row in rows if "–" not in row[0]][:3] == [
        ["Consulting", "1", "1"],
        ["Consulting", "2", "1 too low"],
        ["Business", "1", "– not noted"],
    ]
    assert rows[0][3].startswith("同席三回")
    text = panel(shown, "next")
    assert "Pool CSM now every gate is met" in text
    assert "CSM next 2 gates are not met" in text
    links = shown.attributes("a", "href")
    assert f"/members/{member.pk}/?skill=business#note-skill" in links


def test_posts_of_the_document_decide_before_the_job(operations: User) -> None:
    applied(operations, f"{LADDER}posts: [{{member: sato, role: csm, share: 1.0}}]\n")
    member = make_member(handle="sato", job_role=JobRole.POOL_CSM)
    text = panel(visit(browser(operations), f"/members/{member.pk}/"), "next")
    assert "CSM now" in text
    assert "The model names no role that follows." in text


def test_what_follows_is_unknown_without_a_model_or_a_role_in_it(operations: User) -> None:
    member = make_member(job_role=JobRole.TRAINER)
    page = f"/members/{member.pk}/"
    assert "No model is in force" in panel(visit(browser(operations), page), "next")
    applied(operations)
    text = panel(visit(browser(operations), page), "next")
    assert "The model in force doesn't know this job role" in text


def codes() -> list[str]:
    return [each.code for each in checked(LADDER, on=localdate()).findings]


def test_the_checks_find_a_duty_that_nobody_of_the_company_can_hold(
    operations: User, ken: User
) -> None:
    csm = make_member(job_role=JobRole.CSM)
    make_member(job_role=JobRole.POOL_CSM)
    make_member(job_role=JobRole.ACCOUNT_MANAGER)
    assert "nobody_can_hold" not in codes()  # nothing was noted, and nothing is held against them
    make_skill(csm, by=ken, level=2)
    assert "nobody_can_hold" in codes()  # business is missing
    make_skill(csm, by=ken, skill="business", level=1)
    assert "nobody_can_hold" not in codes()
