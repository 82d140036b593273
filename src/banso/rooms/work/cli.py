"""`banso work`: how the queues stand, and whether response targets are kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate, now

from banso.kit.commands import DONE, Command, Home, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.work.queries.status import status

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from banso.rooms.work.queries.status import Line, Person, Status

PARTS = ("waiting", "in_hand", "at_risk", "broken")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _work(asked: Namespace) -> int:
    """Waiting, in hand, at risk and broken: in all, by pool, topic and person."""
    at = now()
    told = status(system_user(at=at), at=at, on=localdate())
    if asked.json:
        say_json(_as_json(told))
        return DONE
    say(f"{'':<24}" + "".join(f"{part:>10}" for part in PARTS))
    for line in (told.whole, *told.pools, *told.topics):
        figures = "".join(f"{getattr(line, part):>10,}" for part in PARTS)
        say(f"{line.name or 'everything':<24}{figures}")
    for each in told.people:
        say(f"{each.seat.member.name} ({each.seat.pool.name}): {each.seat.open} in hand")
    share = told.kept.share
    say(f"response targets kept in 30 days: {'–' if share is None else f'{share:.1%}'}")
    return DONE


def _as_json(told: Status) -> dict[str, Any]:
    return {
        **_line(told.whole),
        "nobodys": told.nobodys,
        "kept_share": told.kept.share,
        "proactive_share": told.kept.proactive_share,
        **asdict(told.kept),
        "pools": [{"pool": each.name, **_line(each)} for each in told.pools],
        "topics": [{"topic": each.name, **_line(each)} for each in told.topics],
        "people": [_person(each) for each in told.people],
    }


def _line(line: Line) -> dict[str, int]:
    return {part: getattr(line, part) for part in PARTS}


def _person(each: Person) -> dict[str, Any]:
    seat = each.seat
    return {
        "member": seat.member.handle,
        "pool": seat.pool.name,
        "presence": each.presence,
        "open": seat.open,
        "at_once": seat.at_once,
        "open_minutes": each.minutes,
        "broken": each.broken,
        "done_today": each.done,
    }


COMMANDS = (
    Command(
        name="work",
        help="How the queues stand: waiting, in hand, at risk, broken; by pool, topic, person.",
        run=_work,
        arguments=_arguments,
        home=Home.READ,
    ),
)
