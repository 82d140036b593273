from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from banso.engines.operating.dealing import Customer, deal

PEOPLE = ("a", "b", "c")
customers = st.lists(
    st.builds(
        Customer,
        st.integers(0, 30),
        st.integers(0, 100),
        st.sampled_from(["", "a", "b", "gone"]),
    ),
    max_size=25,
    unique_by=lambda each: each.key,
)
people = st.sets(st.sampled_from(PEOPLE))
limits = st.none() | st.integers(1, 5)


@given(customers, people, limits)
def test_everybody_is_dealt_to_somebody_of_the_role_or_nobody_has_room(
    asked: list[Customer], hired: set[str], most: int | None
) -> None:
    dealt = deal(asked, hired, most=most)
    held = Counter(person for person in dealt.values() if person)
    assert dealt.keys() == {each.key for each in asked}
    assert held.keys() <= hired
    assert most is None or all(count <= most for count in held.values())
    room = len(asked) if most is None and hired else len(hired) * (most or 0)
    assert sum(person != "" for person in dealt.values()) == min(len(asked), room)


@given(customers, people)
def test_whoever_holds_a_customer_in_the_role_keeps_it(
    asked: list[Customer], hired: set[str]
) -> None:
    dealt = deal(asked, hired)
    kept = [each for each in asked if each.held_by in hired]
    assert [dealt[each.key] for each in kept] == [each.held_by for each in kept]


@given(customers, people, limits)
def test_dealing_again_moves_nobody_and_the_order_does_not_matter(
    asked: list[Customer], hired: set[str], most: int | None
) -> None:
    dealt = deal(asked, hired, most=most)
    assert deal(asked[::-1], hired, most=most) == dealt
    settled = [Customer(each.key, each.arr_minor, dealt[each.key]) for each in asked]
    again = deal(settled, hired, most=most)
    assert {key: who for key, who in again.items() if dealt[key]} == {
        key: who for key, who in dealt.items() if who
    }


@given(st.lists(st.integers(0, 100), max_size=30), people)
def test_those_nobody_holds_are_spread_evenly(amounts: list[int], hired: set[str]) -> None:
    dealt = deal([Customer(at, arr) for at, arr in enumerate(amounts)], hired)
    counts = Counter(dealt.values())
    if hired:
        spread = [counts[person] for person in hired]
        assert max(spread) - min(spread) <= 1


pinned = st.lists(
    st.builds(
        Customer,
        st.integers(0, 30),
        st.integers(0, 100),
        st.sampled_from(["", "a", "b", "gone"]),
        st.sampled_from(["", "a", "b", "gone"]),
    ),
    max_size=25,
    unique_by=lambda each: each.key,
)


@given(pinned, people, limits)
def test_what_is_pinned_to_somebody_of_the_role_goes_there_and_counts_as_load(
    asked: list[Customer], hired: set[str], most: int | None
) -> None:
    dealt = deal(asked, hired, most=most)
    pins = {each.key: each.pinned_to for each in asked if each.pinned_to in hired}
    assert {key: dealt[key] for key in pins} == pins
    held, of_pins = Counter(dealt.values()), Counter(pins.values())
    assert most is None or all(held[who] <= max(most, of_pins[who]) for who in hired)
    assert deal(asked[::-1], hired, most=most) == dealt


@given(pinned, people)
def test_without_a_limit_a_pin_is_as_if_that_person_held_it(
    asked: list[Customer], hired: set[str]
) -> None:
    as_held = [
        Customer(
            each.key, each.arr_minor, each.pinned_to if each.pinned_to in hired else each.held_by
        )
        for each in asked
    ]
    assert deal(asked, hired) == deal(as_held, hired)


@given(pinned, people, limits)
def test_a_pin_to_nobody_of_the_role_is_none(
    asked: list[Customer], hired: set[str], most: int | None
) -> None:
    stray = [replace(each, pinned_to="" if each.pinned_to in hired else "gone") for each in asked]
    plain = [replace(each, pinned_to="") for each in asked]
    assert deal(stray, hired, most=most) == deal(plain, hired, most=most)
