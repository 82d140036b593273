"""Possible duplicates are found, stay what a person decided, and are gone when nothing speaks for
them.
"""

from __future__ import annotations

import pytest

from banso.engines.basis.likeness import LikelyPair
from banso.kit.jobs import work_off
from banso.rooms.customers.actions.accounts import AccountRow, put_accounts, take_back_accounts
from banso.rooms.customers.actions.duplicates import (
    AlreadyDecided,
    keep_apart,
    propose_again,
    propose_pairs,
)
from banso.rooms.customers.models import Account, DuplicatePair, PairState
from banso.rooms.customers.points import ACCOUNTS_EDITED
from banso.rooms.customers.queries.duplicates import nearness, pairs, pairs_to_propose
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.journal.models import Entry
from banso.rooms.journal.queries import timeline
from tests.factories.customers import make_account
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


def row(external_id: str, name: str, **given: str) -> AccountRow:
    return AccountRow(external_id=external_id, given={"name": name, **given})


def known() -> list[tuple[str, str, list[str], int, str]]:
    rows = DuplicatePair.objects.order_by("-likeness", "pk").values_list(
        "first__external_id", "second__external_id", "reasons", "likeness", "state"
    )
    return list(rows)


def look() -> None:
    while work_off():
        pass


@pytest.fixture
def two(operations: User) -> tuple[Account, Account]:
    return make_account(external_id="a", name="アサヒ"), make_account(
        external_id="b", name="㈱アサヒ"
    )


@pytest.fixture
def pair(two: tuple[Account, Account]) -> DuplicatePair:
    propose_pairs([LikelyPair(two[0].pk, two[1].pk, ("same_name",), 90)])
    return DuplicatePair.objects.get()


@pytest.mark.parametrize("texts", [["アサヒ物流", "アサヒ物"], ["アサヒ物流", "桜", "アサヒ物"]])
def test_likeness_is_the_share_of_letters_in_common(texts: list[str]) -> None:
    [(one, other, near)] = nearness(texts, 80)
    assert (one, other, round(near)) == (0, len(texts) - 1, 89)
    assert list(nearness(texts, 95)) == []


def test_pairs_are_found_in_the_accounts_as_they_stand(operations: User) -> None:
    one = make_account(name="アサヒ株式会社", domain="Asahi.example")
    other = make_account(name="（株）アサヒ", domain="asahi.example")
    make_account(name="桜製作所", parent=one)
    assert pairs_to_propose() == [LikelyPair(one.pk, other.pk, ("same_name", "same_domain"), 98)]


def test_after_an_import_pairs_are_proposed_and_after_its_undoing_gone(operations: User) -> None:
    make_account(external_id="a", name="アサヒ株式会社")
    rows = [row("b", "㈱アサヒ"), row("c", "桜製作所")]
    done = put_accounts(rows, why="import 1", by=operations, at=NOON, on=TODAY)
    look()
    assert known() == [("a", "b", ["same_name"], 90, "proposed")]
    changes = [change for of_row in done for change in of_row]
    take_back_accounts(changes, by=operations, at=NOON)
    look()
    assert known() == []


def test_a_pair_follows_what_speaks_for_it(
    two: tuple[Account, Account], pair: DuplicatePair
) -> None:
    one, other = two
    assert propose_pairs([LikelyPair(one.pk, other.pk, ("same_number",), 100)]) == 0
    assert known() == [("a", "b", ["same_number"], 100, "proposed")]
    assert propose_pairs([]) == 0
    assert known() == []


def test_what_a_person_keeps_apart_is_never_proposed_again(
    two: tuple[Account, Account], pair: DuplicatePair, operations: User
) -> None:
    keep_apart(pair, by=operations, at=NOON)
    for likely in ([LikelyPair(two[0].pk, two[1].pk, ("same_number",), 100)], []):
        assert propose_pairs(likely) == 0
        assert known() == [("a", "b", ["same_name"], 90, "kept_apart")]


def test_an_account_that_went_meanwhile_is_not_proposed(two: tuple[Account, Account]) -> None:
    assert propose_pairs([LikelyPair(two[0].pk, 999_999, ("same_name",), 90)]) == 0
    assert known() == []


def test_a_decision_tells_who_and_when_and_can_be_taken_back(
    two: tuple[Account, Account], pair: DuplicatePair, operations: User
) -> None:
    keep_apart(pair, by=operations, at=NOON)
    decided = DuplicatePair.objects.get()
    assert (decided.state, decided.decided_by, decided.decided_at) == (
        PairState.KEPT_APART, operations, NOON
    )  # fmt: skip
    propose_again(pair, by=operations, at=NOON)
    again = DuplicatePair.objects.get()
    assert (again.state, again.decided_by, again.decided_at) == (PairState.PROPOSED, None, None)
    told = [entry.event for entry in timeline(two[1].pk)]
    assert told == ["customers.proposed_again", "customers.kept_apart"]


def test_deciding_on_what_is_decided_is_refused(pair: DuplicatePair, operations: User) -> None:
    with pytest.raises(AlreadyDecided):
        propose_again(pair, by=operations, at=NOON)
    keep_apart(pair, by=operations, at=NOON)
    with pytest.raises(AlreadyDecided):
        keep_apart(pair, by=operations, at=NOON)
    assert Entry.objects.count() == 1


def test_a_pair_is_seen_by_who_sees_both_sides(
    pair: DuplicatePair, operations: User, mia: User
) -> None:
    assert list(pairs(operations, on=TODAY)) == [pair]
    assert list(pairs(mia, on=TODAY)) == []


def test_after_a_bulk_edit_pairs_are_looked_for_again(
    two: tuple[Account, Account], operations: User
) -> None:
    record(ACCOUNTS_EDITED, by=operations, at=NOON, accounts=[two[0].pk])
    look()
    assert known() == [("a", "b", ["same_name"], 90, "proposed")]
