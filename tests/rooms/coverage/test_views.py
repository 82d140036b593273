from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.timezone import localdate  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.engines.operating.templates import template_keys
from banso.rooms.coverage.models import Application, Appointment, ModelVersion, VersionState
from banso.rooms.customers.models import FactType, Holding
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

MODEL = "/model/"
SPOILT = SOUND.replace("closer: general", "closer: nobody")


@pytest.fixture(autouse=True)
def arr() -> None:
    make_fact("arr", FactType.MONEY)
    make_account(external_id="c1", facts={"arr": 9_000_000})


def posted(client: Client, url: str, **given: object) -> Page:
    return Page(client.post(url, given, follow=True))


def flash(page: Page) -> list[str]:
    return page.texts("div", **{"class": "flash"})


def test_without_a_version_the_page_leads_to_the_templates(
    operations: User, executive: User
) -> None:
    page = visit(browser(operations), MODEL)
    assert page.heading == "How do we do customer success?"
    assert "/model/templates/" in page.attributes("a", "href")
    assert "/model/templates/" not in visit(browser(executive), MODEL).attributes("a", "href")


def test_drafts_are_no_business_of_those_whom_they_move(
    sakura: User, ken: User, operations: User
) -> None:
    draft = make_version(by=operations)
    for user in (sakura, ken):
        client = browser(user)
        assert visit(client, MODEL).heading == "How do we do customer success?"
        closed = ("templates/", f"{draft.pk}/", f"{draft.pk}/plan/")
        assert [client.get(f"{MODEL}{each}").status_code for each in closed] == [403, 403, 403]


def test_a_template_becomes_a_draft(operations: User) -> None:
    client, key = browser(operations), template_keys()[0]
    offered = visit(client, "/model/templates/").attributes("input", "value")
    assert set(template_keys()) <= set(offered)
    page = posted(client, "/model/begin/", template=key)
    draft = ModelVersion.objects.get()
    assert (draft.key, draft.state, page.heading) == (key, VersionState.DRAFT, draft.name_en)


def test_an_unknown_template_makes_nothing(operations: User) -> None:
    posted(browser(operations), "/model/begin/", template="unheard-of")
    assert ModelVersion.objects.count() == 0


def test_a_file_becomes_a_draft_or_says_why_not(operations: User) -> None:
    client = browser(operations)
    for body in (b"a: [", "名".encode("cp932")):
        page = posted(client, "/model/begin/", file=SimpleUploadedFile("m.yaml", body))
        assert page.attributes("p", "role").count("alert") == 1
    posted(client, "/model/begin/", file=SimpleUploadedFile("m.yaml", SOUND.encode()))
    assert ModelVersion.objects.get().text == SOUND


def test_a_draft_is_written_beside_what_the_checks_say(operations: User) -> None:
    draft = make_version(by=operations)
    client, url = browser(operations), f"/model/{draft.pk}/"
    assert "Nothing is wrong with it" in visit(client, url).texts("h2")
    page = posted(client, url, text=SPOILT, revision=1)
    assert "It can't be proposed yet" in page.texts("h2")
    assert "“nobody” is not the name of anything here." in page.text
    late = posted(client, url, text=SOUND, revision=1)
    assert "has rewritten this draft meanwhile" in late.text
    draft.refresh_from_db()
    assert draft.text == SPOILT


def test_findings_come_while_one_writes(operations: User) -> None:
    page = Page(browser(operations).post("/model/check/", {"text": "a: ["}))
    assert page.texts("h2") == ["It can't be read yet"]
    assert ModelVersion.objects.count() == 0


def test_a_version_is_proposed_sent_back_and_approved_by_another(
    operations: User, executive: User
) -> None:
    draft = make_version(by=operations)
    mine, theirs, url = browser(operations), browser(executive), f"/model/{draft.pk}/"
    posted(mine, f"{url}propose/")
    refusal = "You proposed this yourself: somebody else has to review it."
    assert flash(posted(mine, f"{url}approve/", revision=1)) == [refusal]
    assert flash(posted(theirs, f"{url}send-back/", note="")) == ["Say what should change."]
    assert "12社まで" in posted(theirs, f"{url}send-back/", note="12社まで").text
    posted(mine, f"{url}propose/")
    assert flash(posted(theirs, f"{url}approve/", revision=1)) == ["The model is approved."]
    page = visit(mine, MODEL)
    assert page.heading == "Two ways"
    assert (
        "Account manager closes the renewal, beginning 180 days before the term ends." in page.text
    )


def approved(operations: User, executive: User, text: str = SOUND) -> ModelVersion:
    review = {"proposed_by": operations, "reviewed_by": executive, "state": VersionState.APPROVED}
    return make_version(by=operations, text=text, **review)


def hire() -> None:
    jobs = (JobRole.CSM, JobRole.ACCOUNT_MANAGER, *(JobRole.POOL_CSM for _ in range(3)))
    for number, job in enumerate(jobs):
        make_member(handle=f"h{number}", name=f"人{number}", job_role=job)


def test_a_plan_says_what_lacks_and_offers_nothing_to_apply(
    operations: User, executive: User
) -> None:
    version = approved(operations, executive)
    page = visit(browser(operations), f"/model/{version.pk}/plan/")
    assert "What keeps it from being applied" in page.texts("h2")
    assert "Apply" not in page.texts("button")


def test_a_plan_is_applied_by_those_who_shape_and_taken_back(
    operations: User, executive: User, mia: User
) -> None:
    hire()
    version = approved(operations, executive)
    client, url = browser(operations), f"/model/{version.pk}/plan/"
    page = visit(client, url)
    assert page.heading == "3 duties of 1 customer would pass on; 2 people give or receive"
    assert page.rows[1:4] == [
        ["Enterprise", "Adoption", "nobody", "人0", "1", "¥9,000,000"],
        ["Enterprise", "Renewal", "nobody", "人1", "1", "¥9,000,000"],
        ["Enterprise", "Expansion", "nobody", "人1", "1", "¥9,000,000"],
    ]
    assert browser(executive).post(f"/model/{version.pk}/apply/").status_code == 403
    done = posted(client, f"/model/{version.pk}/apply/")
    assert flash(done) == ["Applied: duties of 1 customer passed on."]
    assert done.heading == "Nothing would change: everybody holds what it says"
    assert visit(browser(mia), MODEL).heading == "Two ways"
    application = Application.objects.get()
    assert browser(executive).post(f"/model/applied/{application.pk}/take-back/").status_code == 403
    back = posted(client, f"/model/applied/{application.pk}/take-back/")
    assert flash(back) == ["Taken back: everybody holds what they held before."]
    assert client.post(f"/model/applied/{application.pk}/take-back/").status_code == 404


def test_a_version_of_a_later_day_is_appointed_and_called_off(
    operations: User, executive: User
) -> None:
    hire()
    version = approved(operations, executive)
    ModelVersion.objects.filter(pk=version.pk).update(effective_on=date(9999, 4, 1))
    client, url = browser(operations), f"/model/{version.pk}"
    offered = visit(client, f"{url}/plan/").texts("button")
    assert "Apply by itself on 1 Apr 9999" in offered
    assert "Apply" not in offered
    assert browser(executive).post(f"{url}/appoint/").status_code == 403
    done = posted(client, f"{url}/appoint/")
    assert flash(done) == ["Appointed: it comes into force by itself on its day."]
    waiting = "Comes into force by itself on 1 Apr 9999, appointed by 大野 操."
    assert f"{waiting} What moves is decided on that day." in done.texts("p")
    assert "Apply by itself on 1 Apr 9999" not in done.texts("button")
    assert "Call it off" not in visit(browser(executive), f"{url}/plan/").texts("button")
    off = posted(client, f"{url}/call-off/")
    assert flash(off) == ["Called off: it comes into force only when somebody applies it."]
    again = "Nothing is appointed for this version any more."
    assert flash(posted(client, f"{url}/call-off/")) == [again]


def test_why_a_version_was_not_applied_on_its_day_stands_on_its_plan(
    operations: User, executive: User
) -> None:
    version = approved(operations, executive)
    Appointment.objects.create(
        version=version, on=TODAY, made_by=operations, made_at=NOON, settled_at=NOON,
        refusal="Nobody is there."
    )  # fmt: skip
    page = visit(browser(operations), f"/model/{version.pk}/plan/")
    assert any("and was not applied: Nobody is there." in text for text in page.texts("p"))


def test_a_holder_changed_since_is_told_when_taking_back(operations: User, executive: User) -> None:
    hire()
    version = approved(operations, executive)
    client = browser(operations)
    posted(client, f"/model/{version.pk}/apply/")
    other = make_member(handle="other")
    Holding.objects.filter(duty="adoption").update(member=other)
    page = posted(client, f"/model/applied/{Application.objects.get().pk}/take-back/")
    assert flash(page) == ["Taken back, but for 1 holder that had changed since."]


def test_what_is_in_force_cannot_be_put_aside(operations: User, executive: User) -> None:
    hire()
    version = approved(operations, executive)
    client = browser(operations)
    posted(client, f"/model/{version.pk}/apply/")
    refusal = "This version is in force. Take it back first, or apply another."
    assert flash(posted(client, f"/model/{version.pk}/drop/")) == [refusal]


def test_a_draft_cannot_be_applied(operations: User) -> None:
    hire()
    draft = make_version(by=operations)
    refusal = "Only an approved version can be applied."
    assert flash(posted(browser(operations), f"/model/{draft.pk}/apply/")) == [refusal]


def test_a_document_with_errors_has_no_plan(operations: User) -> None:
    draft = make_version(by=operations, text=SPOILT)
    assert (
        visit(browser(operations), f"/model/{draft.pk}/plan/").heading == "It can't be planned yet"
    )


def test_a_draft_is_told_beside_the_version_it_comes_from(
    operations: User, executive: User
) -> None:
    hire()
    standing = approved(operations, executive)
    client = browser(operations)
    posted(client, "/model/begin/", version=standing.pk)
    draft = ModelVersion.objects.get(state=VersionState.DRAFT)
    assert draft.based_on == standing
    assert "Both say the same." in visit(client, f"/model/{draft.pk}/plan/").text
    changed = SOUND.replace(
        "expansion: {accountable: account_manager}", "expansion: {accountable: csm}"
    )
    ModelVersion.objects.filter(pk=draft.pk).update(text=changed)
    rows = visit(client, f"/model/{draft.pk}/plan/").rows
    assert ["Enterprise", "Expansion", "Account manager", "CSM", "1", "¥9,000,000"] in rows
    assert ["duties.expansion.accountable", "account_manager", "csm"] in rows


def test_customers_near_their_renewal_are_named(operations: User, executive: User) -> None:
    hire()
    make_fact("term_end_on", FactType.DAY)
    near = make_account(
        external_id="c2", name="近い", facts={"arr": 9_000_000, "term_end_on": localdate()}
    )
    make_holding(near, by=make_member(handle="ae"), duty="renewal", from_on=date(2020, 1, 1))
    page = visit(browser(operations), f"/model/{approved(operations, executive).pk}/plan/")
    assert "1 customer stays as it is" in page.texts("h2")
    assert "近い" in page.text


def test_a_version_is_put_aside_and_downloaded(operations: User) -> None:
    draft = make_version(by=operations)
    client = browser(operations)
    response = client.get(f"/model/{draft.pk}/model.yaml")
    assert (response.content.decode(), response["Content-Disposition"]) == (
        SOUND,
        'attachment; filename="aozora.yaml"',
    )
    posted(client, f"/model/{draft.pk}/drop/")
    assert client.get(f"/model/{draft.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    operations: User,
    executive: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for _turn in range(number):
        approved(operations, executive)
    client = browser(operations)
    with django_assert_num_queries(9):
        client.get(MODEL)


@pytest.mark.parametrize("number", [1, 3])
def test_a_plan_asks_the_same_number_of_questions(
    operations: User,
    executive: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    hire()
    for at in range(number):
        make_account(external_id=f"more{at}", facts={"arr": 100})
    client, version = browser(operations), approved(operations, executive)
    with django_assert_num_queries(27):
        client.get(f"/model/{version.pk}/plan/")
