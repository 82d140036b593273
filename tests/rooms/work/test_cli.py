"""`banso work` tells how the queues stand, for people and for programs."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.work.cli import COMMANDS
from tests.rooms.work.places import held, raised

pytestmark = pytest.mark.django_db


def told(capsys: pytest.CaptureFixture[str], *, as_json: bool) -> str:
    [command] = COMMANDS
    assert command.run(Namespace(json=as_json)) == 0
    return capsys.readouterr().out


def test_programs_get_one_object(
    shop: Account, hana: Member, operations: User, capsys: pytest.CaptureFixture[str]
) -> None:
    for _number in range(2):
        raised(shop, by=operations, topic="consulting")
    held(hana)
    figures = {"waiting": 1, "in_hand": 1, "at_risk": 0, "broken": 0}
    assert json.loads(told(capsys, as_json=True)) == {
        **figures,
        "nobodys": 0,
        "kept_share": None,
        "proactive_share": 0.0,
        "answered": 0,
        "in_time": 0,
        "raised": 2,
        "proactive": 0,
        "pools": [{"pool": "一般プール", **figures}],
        "topics": [{"topic": "consulting", **figures}],
        "people": [
            {
                "member": hana.handle,
                "pool": "一般プール",
                "presence": "taking",
                "open": 1,
                "at_once": 5,
                "open_minutes": 20,
                "broken": 0,
                "done_today": 0,
            }
        ],
    }


def test_people_get_lines(
    shop: Account, hana: Member, operations: User, capsys: pytest.CaptureFixture[str]
) -> None:
    raised(shop, by=operations)
    lines = told(capsys, as_json=False).splitlines()
    assert lines[1].split() == ["everything", "1", "0", "0", "0"]
    assert lines[2].split() == ["一般プール", "1", "0", "0", "0"]
    assert lines[3:] == ["花田 花 (一般プール): 0 in hand", "response targets kept in 30 days: –"]
