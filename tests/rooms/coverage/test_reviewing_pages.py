"""The plan page and its single moves: what a reviewer sees, settles and reads afterwards."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.coverage.models import (
    Approval,
    ModelVersion,
    PlanComment,
    Reservation,
    VersionState,
)
from banso.rooms.customers.models import Account, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db

GUARDED = SOUND.replace("60d}}", '60d}, protected: [{when: "arr >= 50_000_000"}]}')
MOVES_QUERIES = 27
PLAN_QUERIES = 30
WHY = "社長どうしの約束"


@pytest.fixture
def version(operations: User, executive: User) -> ModelVersion:
    make_fact("arr", FactType.MONEY)
    jobs = [JobRole.CSM, JobRole.CSM, JobRole.ACCOUNT_MANAGER, *[JobRole.POOL_CSM] * 3]
    for number, job in enumerate(jobs):
        make_member(handle=f"h{number}", name=f"人{number}", job_role=job)
    review = {"proposed_by": operations, "reviewed_by": executive, "state": VersionState.APPROVED}
    return make_version(by=operations, text=GUARDED, **review)


@pytest.fixture
def large(version: ModelVersion) -> Account:
    return make_account(external_id="c1", name="大口", facts={"arr": 9_000_000})


def plan_at(of: ModelVersion, *rest: object) -> str:
    return f"/model/{of.pk}/plan/" + "".join(f"{each}/" for each in rest)


def posted(client: Client, url: str, **given: object) -> Page:
    return Page(client.post(url, given, follow=True))


def flash(page: Page) -> list[str]:
    return page.texts("div", **{"class": "flash"})


def links(page: Page) -> list[str]:
    return [each for each in page.attributes("a", "href") if "/moves/?" in each]


def test_a_count_of_the_plan_opens_to_its_moves(
    version: ModelVersion, large: Account, executive: User
) -> None:
    client = browser(executive)
    first, *_others, every = links(visit(client, plan_at(version)))
    page = visit(client, first)
    assert page.heading == "1 duty would pass on, of customers with an ARR of ¥9,000,000"
    [_head, row] = page.rows
    assert row[:5] == ["大口Enterprise", "Adoption", "nobody", "人0", "¥9,000,000"]
    assert page.texts("option") == ["人0", "人1"]
    assert visit(client, every).heading.startswith("3 duties would pass on")


def test_of_a_pool_nobody_is_given_a_customer(version: ModelVersion, executive: User) -> None:
    make_account(external_id="small", facts={"arr": 100})
    client = browser(executive)
    page = visit(client, plan_at(version, "moves"), receiver="pgeneral")
    assert (len(page.rows), page.texts("option")) == (3, [])
    assert "Keep out" in page.texts("button")


def test_a_customer_is_kept_out_and_freed_where_one_looks(
    version: ModelVersion, large: Account, executive: User
) -> None:
    client, moves = browser(executive), "?duty=adoption"
    keep = plan_at(version, large.pk, "keep") + moves
    assert flash(posted(client, keep, words=" ")) == ["Write down why, or what you remark."]
    page = posted(client, keep, words=WHY)
    assert flash(page) == ["Kept out: nothing of this customer moves."]
    assert page.heading == "Nothing moves here any more"
    plan = visit(client, plan_at(version))
    assert plan.heading == "Nothing moves: what would change is kept as it is"
    assert plan.rows[-1][:3] == ["大口", "Kept as it is", WHY]
    assert flash(posted(client, keep, words="別の理由")) == [
        f"{executive} has settled this customer already: “{WHY}” Free it first."
    ]
    page = posted(client, plan_at(version, large.pk, "free"))
    assert flash(page) == ["Free again: the rules decide about this customer."]
    assert "No customer is kept out or pinned" in page.text


def test_a_customer_is_given_to_somebody_else_of_the_role(
    version: ModelVersion, large: Account, executive: User
) -> None:
    other, client = Member.objects.get(handle="h1"), browser(executive)
    pin = plan_at(version, large.pk, "pin") + "?duty=adoption"
    page = posted(client, pin, words=WHY, role="csm", member=other.pk + 999)
    assert flash(page) == ["Choose to whom the customer goes."]
    am = Member.objects.get(handle="h2")
    assert flash(posted(client, pin, words=WHY, role="csm", member=am.pk)) == [
        "人2 isn't in the role that the document names for this duty."
    ]
    page = posted(client, pin, words=WHY, role="csm", member=other.pk)
    [_head, row] = page.rows
    assert row[3] == "人1 Pinned"
    assert WHY in row[5]
    assert "Free again" in page.texts("button")
    assert visit(client, plan_at(version)).rows[-1][1] == "CSM: 人1"


def test_comments_stand_by_the_customer_and_on_the_plan(
    version: ModelVersion, large: Account, executive: User, operations: User
) -> None:
    client = browser(executive)
    assert "Nobody has commented on this plan yet." in visit(client, plan_at(version)).text
    one = plan_at(version, large.pk, "comment") + "?duty=adoption"
    assert "役員に確認" in posted(client, one, words="役員に確認").rows[1][5]
    posted(browser(operations), plan_at(version, "comment"), words="全体に良い")
    [comments] = visit(client, plan_at(version)).texts("section", id="comments")
    assert comments.index("全体に良い") < comments.index("大口: 役員に確認")
    assert [str(executive) in comments, str(operations) in comments] == [True, True]


def test_leaders_agree_one_after_the_other(
    version: ModelVersion, executive: User, administrator: User
) -> None:
    top = make_account(external_id="top", name="最大手", facts={"arr": 90_000_000})
    make_holding(top, by=make_member(handle="ae"), duty="renewal", from_on=date(2020, 1, 1))
    client, url = browser(executive), plan_at(version, top.pk, "agree")

    def told(page: Page) -> list[str]:
        return next(row for row in page.rows if row[0] == "最大手")[1:3]

    assert told(visit(client, plan_at(version))) == ["0 of 2 agree", "nobody"]
    page = posted(client, url, revision=1)
    assert (told(page), flash(page)) == (
        ["1 of 2 agree", str(executive)],
        ["You agree that this customer moves."],
    )
    assert "I agree" not in page.texts("button")
    assert flash(posted(client, url, revision=1)) == [
        "You have agreed already. The others have to be somebody else."
    ]
    assert flash(posted(client, url, revision="x")) == [
        "The document was rewritten since you read it. Read it again."
    ]
    page = posted(browser(administrator), url, revision=1)
    assert told(page) == ["2 of 2 agree may move", f"{executive}, {administrator}"]
    assert Approval.objects.count() == 2


def test_what_is_in_force_is_told_and_not_reviewed(
    version: ModelVersion, large: Account, operations: User
) -> None:
    client = browser(operations)
    posted(client, plan_at(version, large.pk, "comment"), words="良い")
    posted(client, f"/model/{version.pk}/apply/")
    make_account(external_id="new", facts={"arr": 9_000_000})
    for page in (visit(client, plan_at(version)), visit(client, plan_at(version, "moves"))):
        offered = page.attributes("form", "action") + page.attributes("button", "formaction")
        assert [each for each in offered if "/plan/" in each] == []
    refusal = "This version is in force or put aside: what it changes isn't reviewed any more."
    assert flash(posted(client, plan_at(version, large.pk, "keep"), words=WHY)) == [refusal]


def test_a_review_is_nobodys_business_but_the_reviewers(
    version: ModelVersion, large: Account, sakura: User, ken: User
) -> None:
    for user in (sakura, ken):
        client = browser(user)
        assert client.get(plan_at(version, "moves")).status_code == 403
        for act in ("keep", "pin", "free", "comment", "agree"):
            answer = client.post(plan_at(version, large.pk, act), {"words": WHY, "revision": 1})
            assert answer.status_code == 403
        assert client.post(plan_at(version, "comment"), {"words": WHY}).status_code == 403
    assert (Reservation.objects.count(), PlanComment.objects.count()) == (0, 0)


def test_an_unknown_customer_or_version_is_not_there(
    version: ModelVersion, large: Account, executive: User
) -> None:
    client = browser(executive)
    assert client.post(plan_at(version, 999_999, "keep"), {"words": WHY}).status_code == 404
    assert client.post(f"/model/999999/plan/{large.pk}/keep/", {"words": WHY}).status_code == 404
    assert client.get("/model/999999/plan/moves/").status_code == 404


def test_a_document_with_errors_has_no_moves(version: ModelVersion, executive: User) -> None:
    ModelVersion.objects.update(text=GUARDED.replace("closer: general", "closer: nobody"))
    page = visit_following(browser(executive), plan_at(version, "moves"))
    assert page.heading == "It can't be planned yet"


def visit_following(client: Client, url: str) -> Page:
    return Page(client.get(url, follow=True))


def test_one_move_and_sixty_take_as_many_queries_and_come_in_pages(
    version: ModelVersion,
    large: Account,
    executive: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = browser(executive)
    with django_assert_num_queries(MOVES_QUERIES):
        visit(client, plan_at(version, "moves"), duty="expansion")
    for number in range(59):
        one = make_account(name=f"小{number}", facts={"arr": 100 + number})
        posted(client, plan_at(version, one.pk, "comment"), words="良い")
    with django_assert_num_queries(MOVES_QUERIES):
        page = visit(client, plan_at(version, "moves"), duty="expansion")
    assert (len(page.rows), page.rows[2][0]) == (52, "小58SMB")
    [more] = [href for href in page.attributes("a", "href") if "after=" in href]
    rest = visit(client, plan_at(version, "moves") + more, htmx=True)
    assert len([row for row in rest.rows if row]) == 10
    assert len(visit(client, plan_at(version, "moves"), duty="expansion", after="x").rows) == 52


@pytest.mark.parametrize("number", [1, 3])
def test_a_reviewed_plan_asks_the_same_number_of_questions(
    version: ModelVersion,
    executive: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    client, holder = browser(executive), make_member(handle="ae")
    for at in range(number):
        kept = make_account(facts={"arr": 100})
        posted(client, plan_at(version, kept.pk, "keep"), words=WHY)
        posted(client, plan_at(version, kept.pk, "comment"), words=f"注意{at}")
        top = make_account(facts={"arr": 90_000_000})
        make_holding(top, by=holder, duty="renewal", from_on=date(2020, 1, 1))
        posted(client, plan_at(version, top.pk, "agree"), revision=1)
    with django_assert_num_queries(PLAN_QUERIES):
        client.get(plan_at(version))
