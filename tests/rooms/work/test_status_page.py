"""The status page: are targets kept, is the load even, who needs help?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.dealing import deal_pool
from banso.rooms.work.actions.working import finish_item
from banso.rooms.work.models import Seat, State, WorkItem
from tests.factories.pages import Page, browser, visit
from tests.factories.work import join, model_text, put_in_force
from tests.rooms.work.places import flashes, fresh, held, raised, section, user

pytestmark = pytest.mark.django_db

QUEUE, STATUS = "/work/", "/work/status/"
STATUS_QUERIES = 11
HOUR = timedelta(hours=1)


def test_a_manager_sees_how_the_queues_stand(
    shop: Account,
    hana: Member,
    emma: Member,
    operations: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    late, soon = raised(shop, by=operations), raised(shop, by=operations, topic="consulting")
    held(hana)
    WorkItem.objects.filter(pk=late.pk).update(due_at=now() - HOUR, warn_at=now() - 2 * HOUR)
    WorkItem.objects.filter(pk=soon.pk).update(due_at=now() + HOUR, warn_at=now() - HOUR)
    client = browser(operations)
    visit(client, STATUS)
    with django_assert_num_queries(STATUS_QUERIES):
        page = visit(client, STATUS)
    assert page.heading == "1 response target is broken, 1 more at risk"
    assert page.rows[1] == ["一般プール", "1", "1", "1", "1"]
    assert page.rows[3] == ["consulting", "1", "0", "1", "0"]
    people = {row[0].replace("一般プール", ""): row[1:6] for row in page.rows[5:]}
    assert people == {
        "花田 花": ["Taking work", "1 of 5", "20", "1", "0"],
        "Emma Ito": ["Taking work", "0 of 5", "0", "0", "0"],
    }
    WorkItem.objects.filter(pk=late.pk).update(due_at=now() + 2 * HOUR)
    assert visit(client, STATUS).heading == "2 items are close to their response target"
    WorkItem.objects.update(warn_at=now() + HOUR, due_at=now() + 2 * HOUR)
    assert visit(client, STATUS).heading == "No response target is at risk"
    finish_item(fresh(late), outcome="solved", by=user(hana), at=now())
    done = visit(client, STATUS, htmx=True)
    assert done.heading == "No response target is at risk; 100.0% were kept in thirty days"


def test_all_that_somebody_has_is_dealt_anew_when_she_falls_ill(
    shop: Account, hana: Member, operations: User
) -> None:
    for _number in range(2):
        raised(shop, by=operations)
        held(hana)
    page = Page(browser(operations).post(f"/work/status/{hana.pk}/give-back/", follow=True))
    assert flashes(page) == ["2 items wait again."]
    waiting = WorkItem.objects.filter(state=State.WAITING)
    assert (Seat.objects.get(member=hana).open, waiting.count()) == (0, 2)


def test_why_nobody_has_it_is_shown_person_by_person(
    shop: Account, pool: Team, operations: User
) -> None:
    put_in_force(model_text("routing: round_robin, at_once: 1"), by=operations)
    join(pool, "壱")
    for _number in range(2):
        raised(shop, by=operations)
    deal_pool(pool, by=operations, at=now())
    left = WorkItem.objects.get(state=State.WAITING)
    page = visit(browser(operations), f"{QUEUE}{left.pk}/")
    assert section(page, "nobody") == "Nobody, because 壱: has as much in hand as one may"
    assert "nobody can take it now" in visit(browser(operations), QUEUE).text
