"""Work for programs: what the key's person may see, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import Member
from tests.factories.identity import make_user
from tests.factories.keys import make_key, program
from tests.rooms.work.places import held, raised, user

pytestmark = pytest.mark.django_db
WORK = "/api/v1/work"


def asked(of: User, **question: int | str) -> tuple[int, Any]:
    key = make_key(of, by=make_user(role=AccessRole.ADMINISTRATOR))
    answer = program(key).get(WORK, question)
    return answer.status_code, answer.json()


def test_work_is_told_with_its_target_and_whose_it_is(
    shop: Account, hana: Member, operations: User
) -> None:
    raised(shop, by=operations, subject="締め日", topic="consulting")
    item = held(hana)
    status, told = asked(user(hana))
    [only] = told["items"]
    moments = {name: only.pop(name) for name in ("raised_at", "due_at")}
    assert (status, told["after"], all(moments.values())) == (200, None, True)
    assert only == {
        "id": item.pk,
        "account": shop.external_id,
        "subject": "締め日",
        "kind": "customer",
        "duty": "adoption",
        "priority": 3,
        "topic": "consulting",
        "language": "ja",
        "state": "in_hand",
        "pool": "一般プール",
        "member": hana.handle,
        "answered_at": None,
        "finished_at": None,
        "target": "in_time",
        "outcome": "",
    }


def test_it_comes_in_pages(shop: Account, hana: Member, operations: User) -> None:
    numbers = [raised(shop, by=operations).pk for _number in range(3)]
    _status, first = asked(operations, limit=2)
    assert ([each["id"] for each in first["items"]], first["after"]) == (numbers[:2], numbers[1])
    _status, last = asked(operations, after=first["after"])
    assert ([each["id"] for each in last["items"]], last["after"]) == (numbers[2:], None)


def test_an_outsider_sees_nothing_of_it_and_a_slip_is_refused(
    shop: Account, hana: Member, operations: User, mia: User
) -> None:
    raised(shop, by=operations)
    assert asked(mia)[1] == {"items": [], "after": None}
    assert asked(mia, limits=2)[0] == 422
    assert asked(mia, limit=0)[0] == 422
    assert program().get(WORK).status_code == 401
