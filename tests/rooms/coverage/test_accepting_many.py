"""Many handovers accepted at once."""

from __future__ import annotations

import pytest

from banso.rooms.coverage.actions import handovers as acts
from banso.rooms.coverage.models import Handover, HandoverState
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member
from tests.factories.coverage import make_handover
from tests.factories.customers import make_account
from tests.factories.pages import Page, browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

LIST = "/model/handovers/"


def member(user: User) -> Member:
    return Member.objects.get(user=user)


def accept(chosen: set[int], by: User) -> int:
    return acts.accept_handovers(chosen, on=TODAY, by=by, at=NOON)


def states() -> list[str]:
    return list(Handover.objects.order_by("pk").values_list("state", flat=True))


def test_many_are_accepted_with_one_entry_for_each_customer(
    acme: Account, sakura: User, mia: User, ken: User
) -> None:
    other = make_account()
    made = [
        make_handover(acme, giver=member(sakura), receiver=member(mia)),
        make_handover(acme, giver=member(ken), receiver=member(mia), duties=["renewal"]),
        make_handover(other, giver=member(sakura), receiver=member(mia)),
    ]
    assert accept({each.pk for each in made}, mia) == 3
    assert states() == ["accepted"] * 3
    decided = Handover.objects.values_list("decided_by", "decided_at").distinct()
    assert list(decided) == [(mia.pk, NOON)]
    written = Entry.objects.filter(event="coverage.handover_accepted").order_by("pk")
    assert [each.details for each in written] == [
        {
            "handovers": [made[0].pk, made[1].pk],
            "giver": "佐倉 さくら, " + member(ken).name,
            "receiver": "美和 ミア",
        },
        {"handovers": [made[2].pk], "giver": "佐倉 さくら", "receiver": "美和 ミア"},
    ]
    assert list(Link.objects.order_by("entry").values_list("account_id", flat=True)) == [
        acme.pk,
        other.pk,
    ]


def test_what_has_moved_on_meanwhile_stays(acme: Account, sakura: User, mia: User) -> None:
    sides = {"giver": member(sakura), "receiver": member(mia)}
    asked = make_handover(acme, **sides, state=HandoverState.ASKED)
    gone = make_handover(make_account(), **sides, state=HandoverState.WITHDRAWN)
    waits = make_handover(make_account(), **sides)
    not_mine = make_handover(make_account(), giver=member(mia), receiver=member(sakura))
    assert accept({asked.pk, gone.pk, waits.pk, not_mine.pk, 999_999}, mia) == 1
    assert states() == ["asked", "withdrawn", "accepted", "open"]
    assert accept({waits.pk}, mia) == 0
    assert Entry.objects.filter(event="coverage.handover_accepted").count() == 1


def test_nobody_accepts_what_others_receive(acme: Account, sakura: User, mia: User) -> None:
    passing = make_handover(acme, giver=member(sakura), receiver=member(mia))
    with pytest.raises(acts.NotTheReceiver):
        accept({passing.pk}, sakura)
    assert states() == ["open"]


def test_at_least_one_and_at_most_two_hundred_at_once(
    acme: Account, sakura: User, mia: User
) -> None:
    passing = make_handover(acme, giver=member(sakura), receiver=member(mia))
    for chosen in (set[int](), set(range(10_000, 10_201))):
        with pytest.raises(acts.TooMany):
            accept(chosen, mia)
    assert accept({passing.pk, *range(10_000, 10_199)}, mia) == 1


def posted(user: User, **given: object) -> Page:
    address = f"{LIST}accept/?whose=receive&state=waiting"
    return Page(browser(user).post(address, given, follow=True))


def flash(page: Page) -> list[str]:
    return page.texts("div", **{"class": "flash"})


def test_the_list_offers_boxes_for_what_waits_for_the_viewer(
    acme: Account, sakura: User, mia: User
) -> None:
    sides = {"giver": member(sakura), "receiver": member(mia)}
    waits = make_handover(acme, **sides)
    make_handover(make_account(), **sides, state=HandoverState.ASKED)
    client = browser(mia)

    def boxes(**asked: str) -> list[str]:
        page = visit(client, LIST, **asked)
        return [
            given["value"]
            for tag, given, _texts in page.elements
            if tag == "input" and "data-pick" in given
        ]

    assert boxes() == [str(waits.pk)]
    assert boxes(whose="all") == boxes(whose="give") == boxes(state="accepted") == []


def test_the_chosen_are_accepted_and_the_others_counted(
    acme: Account, sakura: User, mia: User
) -> None:
    sides = {"giver": member(sakura), "receiver": member(mia)}
    first = make_handover(acme, **sides)
    second = make_handover(make_account(), **sides)
    late = make_handover(make_account(), **sides, state=HandoverState.ASKED)
    page = posted(mia, handovers=f"{first.pk},{second.pk},{late.pk}")
    assert flash(page) == [
        "Accepted 2 handovers.",
        "1 handover had moved on meanwhile and stays as it is.",
    ]
    assert [row[0] for row in page.rows[1:]] == [late.account.name]


def test_without_a_script_each_box_is_sent_by_itself(
    acme: Account, sakura: User, mia: User
) -> None:
    passing = make_handover(acme, giver=member(sakura), receiver=member(mia))
    assert flash(posted(mia)) == ["Choose at least one handover, and at most 200."]
    assert flash(posted(mia, handover=[passing.pk])) == ["Accepted 1 handover."]
    assert flash(posted(sakura, handover=[passing.pk])) == [
        "None of these handovers is yours to accept."
    ]
