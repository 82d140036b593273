"""The first model put in force as what the company does already: nobody moves."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from banso.rooms.coverage.actions.applying import (
    NotApproved,
    NotTheFirst,
    NotYet,
    adopt_model,
    take_back_model,
)
from banso.rooms.coverage.actions.versions import accept_model
from banso.rooms.coverage.models import Application, Handover, ModelVersion, VersionState
from banso.rooms.coverage.points import MODEL_ADOPTED
from banso.rooms.coverage.queries.versions import in_force, model_on
from banso.rooms.customers.models import Account, Duty, FactType, Holding
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import JobRole, PoolMembership, Team
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

PEOPLE = {
    "sato": JobRole.CSM,
    "am": JobRole.ACCOUNT_MANAGER,
    "p1": JobRole.POOL_CSM,
    "p2": JobRole.POOL_CSM,
    "p3": JobRole.POOL_CSM,
}
WORDS = "We work like this already"


@pytest.fixture(autouse=True)
def account() -> Account:
    """A large customer that somebody holds who is no CSM."""
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    found = make_account(external_id="c1", facts={"arr": 9_000_000})
    seller = make_member(handle="ae", job_role=JobRole.ACCOUNT_EXECUTIVE)
    make_holding(found, by=seller, duty=Duty.ADOPTION)
    for handle, job in PEOPLE.items():
        make_member(handle=handle, job_role=job)
    return found


def accepted(by: User, text: str = SOUND) -> ModelVersion:
    return accept_model(text, by=by, at=NOON, on=TODAY)


def test_nobody_moves_although_the_ledger_says_otherwise(operations: User) -> None:
    before = list(Holding.objects.order_by("pk").values())
    done = adopt_model(accepted(operations), on=TODAY, by=operations, at=NOON)
    assert list(Holding.objects.order_by("pk").values()) == before
    assert not Handover.objects.exists()
    assert (done.moves, done.accounts, in_force()) == (0, 0, done)
    assert Entry.objects.filter(event=MODEL_ADOPTED.code).count() == 1


def test_it_holds_since_the_day_that_its_text_names(operations: User) -> None:
    version = accepted(operations)
    adopt_model(version, on=TODAY, by=operations, at=NOON)
    assert model_on(date(2026, 4, 1)) == version
    assert model_on(date(2026, 3, 31)) is None


def test_without_a_day_of_its_own_it_holds_from_now_on(operations: User) -> None:
    text = SOUND.replace("effective_on: 2026-04-01\n", "")
    assert adopt_model(accepted(operations, text), on=TODAY, by=operations, at=NOON).on == TODAY


def test_its_pools_are_made_and_go_when_it_is_taken_back(operations: User) -> None:
    done = adopt_model(accepted(operations), on=TODAY, by=operations, at=NOON)
    pool = Team.objects.get(key="general")
    inside = PoolMembership.objects.filter(pool=pool).values_list("member__handle", flat=True)
    assert set(inside) == {"p1", "p2", "p3"}
    take_back_model(done, by=operations, at=NOON)
    assert not inside.all().exists()
    assert in_force() is None


def test_only_the_first_model_is_adopted(operations: User) -> None:
    version = accepted(operations)
    adopt_model(version, on=TODAY, by=operations, at=NOON)
    with pytest.raises(NotTheFirst):
        adopt_model(accepted(operations), on=TODAY, by=operations, at=NOON)
    assert Application.objects.count() == 1


def test_a_draft_is_not_adopted(operations: User) -> None:
    with pytest.raises(NotApproved):
        adopt_model(make_version(by=operations), on=TODAY, by=operations, at=NOON)


def test_nor_what_holds_only_from_a_later_day(operations: User) -> None:
    text = SOUND.replace("2026-04-01", "2027-04-01")
    with pytest.raises(NotYet):
        adopt_model(accepted(operations, text), on=TODAY, by=operations, at=NOON)


def test_the_page_of_an_approved_version_offers_it_until_one_is_in_force(
    operations: User, executive: User
) -> None:
    given = {"proposed_by": operations, "reviewed_by": executive, "reviewed_at": NOON}
    approved = make_version(by=operations, state=VersionState.APPROVED, **given)
    client, address = browser(operations), f"/model/{approved.pk}/"
    assert WORDS in visit(client, address).texts("button")
    assert WORDS not in visit(browser(executive), address).texts("button")
    page = Page(client.post(f"{address}adopt/", follow=True))
    assert page.texts("div", **{"class": "flash"}) == [
        "The model is in force, and nobody moved. “Who does what” shows who else holds a duty."
    ]
    assert WORDS not in page.texts("button")
    again = Page(client.post(f"{address}adopt/", follow=True))
    assert again.texts("div", **{"class": "flash"}) == [
        "A model is in force already. Plan this one, and apply it."
    ]


def test_only_operations_adopt(executive: User, operations: User, client: Client) -> None:
    approved = accepted(operations)
    client.force_login(executive)
    assert client.post(f"/model/{approved.pk}/adopt/").status_code == 403
    assert in_force() is None
