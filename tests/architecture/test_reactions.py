"""Rule 4: a room reacts to what happens in itself or below, never above."""

from __future__ import annotations

from collections.abc import Iterable

from banso.rooms.journal.points import events, reactions
from tests.architecture.house import room_heights


def wrong_reactions(every: Iterable[tuple[str, str]]) -> list[str]:
    """Of pairs of an event and the name of what reacts to it, those that look up or aside."""
    heights, found = room_heights(), []
    for event, reacting in every:
        source, listener = event.split(".")[0], reacting.split(".")[2]
        if source != listener and heights[source] >= heights[listener]:
            found.append(f"{reacting} listens to {event}")
    return found


def test_reactions_listen_to_their_own_room_or_below() -> None:
    every = [(event, each.task.name) for event, found in reactions.items() for each in found]
    assert len(every) >= 4
    assert wrong_reactions(every) == []


def test_a_planted_reaction_to_a_room_above_or_beside_is_found() -> None:
    planted = [
        ("revenue.lines_put", "banso.rooms.customers.jobs.follow"),
        ("revenue.lines_put", "banso.rooms.usage.jobs.follow"),
        ("revenue.lines_put", "banso.rooms.revenue.jobs.follow"),
        ("revenue.lines_put", "banso.rooms.health.jobs.follow"),
    ]
    assert wrong_reactions(planted) == [
        "banso.rooms.customers.jobs.follow listens to revenue.lines_put",
        "banso.rooms.usage.jobs.follow listens to revenue.lines_put",
    ]


def test_an_event_is_named_after_a_room() -> None:
    assert {code.split(".")[0] for code in events} <= room_heights().keys()
