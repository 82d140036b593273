from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.engines.operating.templates import template_keys
from banso.rooms.coverage.models import ModelVersion, VersionState
from banso.rooms.customers.models import FactType
from banso.rooms.identity.models import User
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact
from tests.factories.pages import Page, browser, visit

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


def test_models_are_no_business_of_those_whom_they_move(sakura: User, ken: User) -> None:
    assert [browser(user).get(MODEL).status_code for user in (sakura, ken)] == [403, 403]
    assert [browser(user).get("/model/templates/").status_code for user in (sakura, ken)] == [
        403,
        403,
    ]


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
    assert flash(posted(mine, f"{url}approve/")) == [refusal]
    assert flash(posted(theirs, f"{url}send-back/", note="")) == ["Say what should change."]
    assert "12社まで" in posted(theirs, f"{url}send-back/", note="12社まで").text
    posted(mine, f"{url}propose/")
    assert flash(posted(theirs, f"{url}approve/")) == ["The model is approved."]
    page = visit(mine, MODEL)
    assert page.heading == "Two ways"
    assert (
        "Account manager closes the renewal, beginning 180 days before the term ends." in page.text
    )


def test_what_a_version_would_change_is_told(operations: User, executive: User) -> None:
    review = {"proposed_by": operations, "reviewed_by": executive, "state": VersionState.APPROVED}
    standing = make_version(by=operations, **review)
    client = browser(operations)
    assert (
        "There is no other version to compare with"
        in visit(client, f"/model/{standing.pk}/plan/").text
    )
    posted(client, "/model/begin/", version=standing.pk)
    draft = ModelVersion.objects.get(state=VersionState.DRAFT)
    assert draft.based_on == standing
    assert (
        "No duty of any customer would pass on." in visit(client, f"/model/{draft.pk}/plan/").text
    )
    ModelVersion.objects.filter(pk=draft.pk).update(
        text=SOUND.replace(
            "expansion: {accountable: account_manager}", "expansion: {accountable: csm}"
        )
    )
    page = visit(client, f"/model/{draft.pk}/plan/")
    assert page.rows[1] == ["Expansion", "Enterprise", "Account manager", "CSM", "1", "¥9,000,000"]


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
    review = {"proposed_by": operations, "reviewed_by": executive, "state": VersionState.APPROVED}
    for _turn in range(number):
        make_version(by=operations, **review)
    client = browser(operations)
    with django_assert_num_queries(7):
        client.get(MODEL)
