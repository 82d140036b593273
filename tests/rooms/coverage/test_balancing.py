"""Books of a role are compared, few moves mend them, and a rebalance is carried out and undone."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils.translation import override

from banso.rooms.coverage.actions import balancing as acts
from banso.rooms.coverage.actions.applying import take_back_model
from banso.rooms.coverage.models import Handover, HandoverState, RebalanceState
from banso.rooms.coverage.queries import role_books
from banso.rooms.coverage.queries.balance_warnings import told_aside
from banso.rooms.coverage.queries.balancing import roles_of
from banso.rooms.coverage.queries.dealing import dealt_anew
from banso.rooms.coverage.queries.rebalances import draft_of, last_applied, moves_in
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import JobRole
from tests.factories.identity import make_user
from tests.factories.pages import browser
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.balances import (
    adopt,
    books,
    gather,
    hold,
    known,
    plain,
)
from tests.rooms.coverage.reviews import DAY, NEAR, Company, customer, present

pytestmark = pytest.mark.django_db


def test_the_fullest_book_is_told_against_the_usual_one(
    accounts: dict[str, Account], operations: User
) -> None:
    found = known(operations)
    assert found.today.spread == {"accounts": pytest.approx(10 / 6), "arr": pytest.approx(10 / 6)}
    assert [len(found.kept), found.in_teams, found.most, found.aside] == [12, False, 12, ()]


def test_the_first_moves_mend_it_and_none_is_made_for_nothing(
    accounts: dict[str, Account], operations: User
) -> None:
    found = known(operations)
    [block] = found.suggested(found.today, 9)
    assert (block.giver, block.taker, len(block.accounts)) == ("sato", "ito", 4)
    assert found.spread(block.books) == {"accounts": 1.0, "arr": 1.0}
    assert found.suggested(block.books, 9) == ()


def test_of_very_many_ways_those_from_the_fullest_to_the_emptiest_are_suggested(
    accounts: dict[str, Account],
    company: Company,
    operations: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_member(handle="mori", name="mori")
    customer("free")
    found = known(operations)
    assert "ito" in {each.taker for each in found.suggested(found.today, 9)}
    monkeypatch.setattr(role_books, "MANY", 0)
    monkeypatch.setattr(role_books, "OUTERMOST", 1)
    few = found.suggested(found.today, 9)
    assert {(each.giver, each.taker) for each in few} == {("", "mori"), ("sato", "mori")}


def test_frozen_customers_and_strangers_stay_out(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    near, other = customer("near", ends=NEAR), customer("other")
    hold(near, company["sato"])
    hold(other, company["p1"])
    found = known(operations)
    assert found.kept[str(near.pk)].stays
    assert str(other.pk) not in found.kept
    assert all(str(near.pk) not in each.accounts for each in found.suggested(found.today, 9))
    for refusal, account, member in (
        (acts.Stays, near, "ito"),
        (acts.NotInTheBooks, other, "ito"),
        (acts.NotInTheBooks, accounts["c0"], "p1"),
    ):
        with pytest.raises(refusal):
            gather(operations, {account: member})
    assert draft_of("csm", operations) is None


def test_a_customer_whom_nobody_holds_is_dealt_too(
    accounts: dict[str, Account], operations: User
) -> None:
    free = customer("free")
    draft = gather(operations, {free: "ito"})
    assert [move.giver for move in moves_in(draft, operations, on=TODAY)] == [None]
    assert acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON) == 1
    assert (present()["free", "adoption"], Handover.objects.count()) == ("ito", 0)


def test_whom_nobody_holds_is_suggested_first_whatever_evenness_gains(
    company: Company, operations: User
) -> None:
    for n in range(12):
        hold(customer(f"c{n}"), company["sato" if n % 2 else "ito"])
    adopt(operations)
    even = known(operations)
    assert even.suggested(even.today, 3) == ()
    free = customer("free")
    found = known(operations)
    [block] = found.suggested(found.today, 3)
    assert (block.giver, block.accounts) == ("", (str(free.pk),))
    assert block.gain <= 0
    for n in range(12, 18):
        hold(customer(f"c{n}"), company["sato"])
    uneven = known(operations)
    assert [each.giver for each in uneven.suggested(uneven.today, 1)] == ["", "sato"]


def test_whom_a_leaver_held_is_dealt_and_the_handover_names_her(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    gone = make_member(handle="gone", job_role=JobRole.CSM, left_on=TODAY - DAY)
    left = customer("left")
    hold(left, gone)
    assert known(operations).kept[str(left.pk)].holder == ""
    draft = gather(operations, {left: "ito"})
    acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
    [handover] = Handover.objects.all()
    assert (handover.giver_member, handover.receiver_member) == (gone, company["ito"])


def test_caps_too_small_for_all_there_are_are_set_aside_and_told(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    for n in range(12, 30):
        hold(customer(f"c{n}"), company["sato"])
    found = known(operations)
    assert len(found.kept) == 30
    assert np.isinf(found.problem.bands.limit).all()
    with override("en"):
        [told] = told_aside(found)
    assert told.startswith("The model's caps leave room for 24 customers, and there are 30.")


def test_a_frozen_book_over_its_cap_sets_aside_that_cap_alone(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    for n in range(13):
        hold(customer(f"near{n}", ends=NEAR), company["sato"])
    found = known(operations)
    assert found.problem.bands.limit[:, 0].tolist() == [
        13.0 if handle == "sato" else 12.0 for handle in found.people
    ]
    with override("en"):
        [told] = told_aside(found)
    sato = company["sato"].name
    assert told.startswith(
        f"{sato} holds 13 customers who must stay, more than the model's cap of 12"
    )
    assert "Her cap alone is set aside" in told
    dealt = dealt_anew(found)
    held = dict(zip(found.people, found.after(dealt.moves).held[:, 0].tolist(), strict=True))
    assert (held["sato"], held["ito"] + held["mori"], dealt.proved) == (13.0, 12.0, True)
    assert set(dealt.moves) == {str(accounts[f"c{n}"].pk) for n in range(10)}


def test_where_the_caps_of_a_team_leave_nobody_for_a_customer_they_are_set_aside_there(
    company: Company, operations: User
) -> None:
    east, west = make_team("東"), make_team("西")
    for handle in ("sato", "ito"):
        company[handle].team = east
        company[handle].save()
        for n in range(12):
            hold(customer(f"near-{handle}{n}", ends=NEAR), company[handle])
    hold(customer("one more"), company["ito"])
    for handle in ("mori", "hara"):
        make_member(handle=handle, team=west)
    adopt(operations)
    found = known(operations)
    assert found.problem.bands.limit[:, 0].tolist() == [
        np.inf if handle in {"sato", "ito"} else 12.0 for handle in found.people
    ]
    with override("en"):
        [told] = told_aside(found)
    assert told.startswith("The model's caps leave nobody who could take one more.")


def test_teams_are_compared_apart_only_where_each_has_two_people(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    east, west = make_team("東"), make_team("西")
    for handle, team in (("sato", east), ("ito", west)):
        company[handle].team = team
        company[handle].save()
    assert not known(operations).in_teams
    for handle, team in (("east2", east), ("west2", west)):
        make_member(handle=handle, job_role=JobRole.CSM, team=team)
    assert known(operations).in_teams
    within = books(operations, within="東")
    assert within is not None
    assert set(within.people) == {"sato", "east2"}
    assert books(operations, within="北") is None


def test_a_manager_compares_the_people_of_her_teams_and_a_csm_nobody(
    accounts: dict[str, Account], company: Company, ken: User, sakura: User, operations: User
) -> None:
    applied = applied_model(in_force())
    assert applied is not None
    everybody = roles_of(operations, applied, on=TODAY)
    assert everybody["csm"] == 3  # with Sakura
    assert roles_of(ken, applied, on=TODAY) == {}
    for handle in ("sato", "ito"):
        company[handle].team = make_team("カスタマーサクセス / ミッド")
        company[handle].save()
    assert roles_of(ken, applied, on=TODAY) == {"csm": 3}
    assert roles_of(sakura, applied, on=TODAY) == {}


def test_moves_are_gathered_changed_and_dropped(
    accounts: dict[str, Account], operations: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito", accounts["c1"]: "ito"})
    assert gather(operations, {accounts["c1"]: "sato"}) == draft  # where it is: out of the plan
    assert [move.account.external_id for move in moves_in(draft, operations, on=TODAY)] == ["c0"]
    asked = [accounts["c0"].pk, accounts["c5"].pk]
    assert acts.drop_moves(draft, asked, by=operations, at=NOON) == 1
    assert acts.drop_moves(draft, asked, by=operations, at=NOON) == 0
    with pytest.raises(acts.NothingGathered):
        acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)


def test_a_rebalance_passes_customers_on_with_handovers_and_is_taken_back(
    accounts: dict[str, Account], operations: User
) -> None:
    before = present()
    draft = gather(operations, {accounts["c0"]: "ito"})
    assert acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON) == 1
    assert present() == before | {("c0", "adoption"): "ito"}
    [handover] = Handover.objects.all()
    assert (handover.rebalance, handover.application) == (draft, None)
    assert (last_applied("csm", operations), draft_of("csm", operations)) == (draft, None)
    with pytest.raises(acts.NothingGathered):
        acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
    assert acts.take_back_rebalance(draft, by=operations, at=NOON) == 0
    handover.refresh_from_db()
    draft.refresh_from_db()
    assert (present(), handover.state) == (before, HandoverState.WITHDRAWN)
    assert (draft.state, last_applied("csm", operations)) == (RebalanceState.TAKEN_BACK, None)
    with pytest.raises(acts.NotTheLast):
        acts.take_back_rebalance(draft, by=operations, at=NOON)
    said = [entry.event for entry in Entry.objects.filter(event__contains="rebalance")]
    assert said == [
        "coverage.rebalance_gathered", "coverage.rebalanced", "coverage.rebalance_taken_back"
    ]  # fmt: skip


def test_the_customer_s_story_tells_the_rebalance_and_that_it_was_taken_back(
    accounts: dict[str, Account], operations: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito"})
    acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
    client = browser(operations)
    address = f"/accounts/{accounts['c0'].pk}/"
    applied = plain(client.get(address))
    assert "Passed to somebody else by a rebalance of “CSM”" in applied
    assert f"rebalance {draft.pk}" not in applied
    assert "by the operating model" not in applied
    acts.take_back_rebalance(draft, by=operations, at=NOON)
    assert "The rebalance of “CSM” was taken back" in plain(client.get(address))
    other = plain(client.get(f"/accounts/{accounts['c1'].pk}/"))
    assert "rebalance of “CSM”" not in other


def test_what_was_changed_meanwhile_is_not_carried_out(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito", accounts["c1"]: "ito"})
    Holding.objects.filter(account=accounts["c1"]).update(member=company["ito"])
    with pytest.raises(acts.ChangedMeanwhile, match="c1"):
        acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
    assert present()["c0", "adoption"] == "sato"


def test_only_who_decides_about_handovers_moves_anything(
    accounts: dict[str, Account], operations: User, executive: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito"})
    with pytest.raises(acts.NotToBalance):
        gather(executive, {accounts["c1"]: "ito"})
    for act in (
        lambda: acts.drop_moves(draft, [accounts["c0"].pk], by=executive, at=NOON),
        lambda: acts.apply_rebalance(draft, on=TODAY, by=executive, at=NOON),
        lambda: acts.take_back_rebalance(draft, by=executive, at=NOON),
    ):
        with pytest.raises(acts.NotToBalance):
            act()


def test_a_draft_is_its_makers_and_another_manager_neither_sees_nor_undoes_it(
    accounts: dict[str, Account], company: Company, ken: User, operations: User
) -> None:
    other = make_user(name="別 部長", role=AccessRole.MANAGER)
    make_member(name="別 部長", user=other, team=make_team("営業"), job_role=JobRole.CS_MANAGER)
    for handle in ("sato", "ito"):
        company[handle].team = make_team("カスタマーサクセス / ミッド")
        company[handle].save()
    draft = gather(ken, {accounts["c0"]: "ito"})
    asked = [accounts["c0"].pk]
    assert draft_of("csm", other) is None
    assert [list(moves_in(draft, who, on=TODAY)) == [] for who in (ken, other)] == [False, True]
    assert acts.drop_moves(draft, asked, by=other, at=NOON) == 0
    with pytest.raises(acts.NothingGathered):
        acts.apply_rebalance(draft, on=TODAY, by=other, at=NOON)
    acts.apply_rebalance(draft, on=TODAY, by=ken, at=NOON)
    draft.refresh_from_db()
    assert [last_applied("csm", who) for who in (ken, other, operations)] == [draft, None, draft]
    with pytest.raises(acts.NotToBalance):
        acts.take_back_rebalance(draft, by=other, at=NOON)
    assert browser(other).post(f"/model/balance/applied/{draft.pk}/take-back/").status_code == 404
    assert acts.take_back_rebalance(draft, by=operations, at=NOON) == 0


def test_the_last_rebalance_is_the_one_applied_last(
    accounts: dict[str, Account], operations: User
) -> None:
    colleague = make_user(name="別 担当", role=AccessRole.OPERATIONS)
    began_first = gather(operations, {accounts["c0"]: "ito"})
    began_later = gather(colleague, {accounts["c1"]: "ito"})
    for draft, by, hours in ((began_later, colleague, 1), (began_first, operations, 2)):
        acts.apply_rebalance(draft, on=TODAY, by=by, at=NOON + timedelta(hours=hours))
    assert last_applied("csm", colleague) == began_first
    with pytest.raises(acts.NotTheLast):
        acts.take_back_rebalance(began_later, by=operations, at=NOON)
    assert acts.take_back_rebalance(began_first, by=operations, at=NOON) == 0


def test_what_has_left_the_view_of_its_maker_leaves_the_draft(
    accounts: dict[str, Account], company: Company, ken: User
) -> None:
    for handle in ("sato", "ito"):
        company[handle].team = make_team("カスタマーサクセス / ミッド")
        company[handle].save()
    draft = gather(ken, {accounts["c0"]: "ito", accounts["c1"]: "ito"})
    Holding.objects.filter(account=accounts["c1"]).update(member=company["p1"])
    assert acts.apply_rebalance(draft, on=TODAY, by=ken, at=NOON) == 1
    assert (present()["c0", "adoption"], present()["c1", "adoption"]) == ("ito", "p1")


def test_without_a_model_a_draft_is_not_carried_out(
    accounts: dict[str, Account], operations: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito"})
    application = in_force()
    assert application is not None
    take_back_model(application, by=operations, at=NOON)
    with pytest.raises(acts.NotInTheBooks):
        acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
