"""Two accounts become one with all that is theirs, and two again to the letter."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Model

from banso.engines.basis.likeness import LikelyPair
from banso.kit.jobs import work_off
from banso.kit.models import Job, Snapshot
from banso.rooms.customers.actions.duplicates import keep_apart, propose_pairs
from banso.rooms.customers.actions.merges import (
    AccountGone,
    FamilyTurnedOver,
    SameAccount,
    merge_accounts,
)
from banso.rooms.customers.actions.separating import (
    AlreadyUndone,
    IdTaken,
    MergedFurther,
    undo_merge,
)
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    AccountParty,
    Contact,
    DuplicatePair,
    Duty,
    FactDefinition,
    FactType,
    Holding,
    Merge,
    PairState,
    Party,
    PartyRole,
    Ticket,
    TouchKind,
    Touchpoint,
)
from banso.rooms.customers.queries.former import current_ids, merged_into, story_ids
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.queries import timeline
from banso.rooms.revenue.models import Contract, SubscriptionLine
from banso.rooms.usage.models import DayOfUse
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.dumps import Dump, dump_of_all
from tests.factories.people import make_member
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
RECORDS: tuple[type[Model], ...] = (Entry, Link, Job, Merge, Snapshot)


def merge(staying: Account, former: Account, *taken: str, by: User) -> Merge:
    done = merge_accounts(staying, former, taken=taken, by=by, at=NOON, on=TODAY)
    return Merge.objects.get(pk=done.pk)


def tables() -> Dump:
    """Everything but the records of what was done."""
    return dump_of_all(but=RECORDS)


def make_touch(account: Account, number: int, **given: object) -> Touchpoint:
    values = {"external_id": f"T-{number}", "kind": TouchKind.CALL, "happened_at": NOON}
    return Touchpoint.objects.create(account=account, **values | given)


@pytest.fixture
def staying(operations: User) -> Account:
    make_fact("channel")
    make_fact("seats", FactType.INTEGER)
    account = make_account(external_id="S", name="アサヒ株式会社", region="関東")
    make_holding(account, by=make_member(handle="aoi"))
    return account


@pytest.fixture
def former(staying: Account) -> Account:
    """An account of which every kind of row tells something."""
    account = make_account(
        external_id="F", name="アサヒ（株）", kana="アサヒ", employees=20,
        customer_since=date(2020, 1, 1), facts={"channel": "直販", "seats": 7},
    )  # fmt: skip
    ren = make_member(handle="ren")
    make_holding(account, by=ren)
    make_holding(account, by=ren, duty=Duty.RENEWAL)
    make_holding(account, by=ren, duty=Duty.SUPPORT, to_on=TODAY)
    contact = make_contact(account)
    make_touch(account, 1, contact=contact)
    Ticket.objects.create(external_id="Q-1", account=account, contact=contact, opened_at=NOON)
    make_line(account, contract=make_contract(account))
    DayOfUse.objects.create(key="U-1", account=account, on=TODAY)
    make_account(external_id="child", parent=account)
    partner = Party.objects.create(external_id="P", name="代理店")
    for each in (account, staying):
        AccountParty.objects.create(account=each, role=PartyRole.SALES_PARTNER, party=partner)
    AccountParty.objects.create(
        account=account, role=PartyRole.BILLING, other_account=staying, from_on=TODAY
    )
    return account


def test_everything_of_the_former_account_becomes_the_staying_ones(
    staying: Account, former: Account, operations: User
) -> None:
    done = merge(staying, former, by=operations)
    for model in (Contact, Touchpoint, Ticket, Contract, SubscriptionLine, DayOfUse):
        assert list(model._default_manager.values_list("account_id", flat=True)) == [staying.pk]
    assert Account.objects.get(external_id="child").parent_id == staying.pk
    assert list(Account.objects.filter(external_id="F")) == []
    assert (done.account_id, done.former_id, done.former_external_id, done.former_name) == (
        staying.pk, former.pk, "F", "アサヒ（株）"
    )  # fmt: skip


def test_a_party_that_both_have_stays_once_and_nobody_becomes_its_own_party(
    staying: Account, former: Account, operations: User
) -> None:
    merge(staying, former, by=operations)
    parties = AccountParty.objects.values_list("account_id", "role", "other_account_id")
    assert list(parties) == [(staying.pk, PartyRole.SALES_PARTNER, None)]


def test_only_duties_without_a_holder_are_taken_over(
    staying: Account, former: Account, operations: User
) -> None:
    merge(staying, former, by=operations)
    lines = Holding.objects.order_by("duty").values_list(
        "account_id", "duty", "member__handle", "from_on", "to_on", "why"
    )
    assert list(lines) == [
        (staying.pk, Duty.RENEWAL, "ren", TODAY, None, "merge"),
        (staying.pk, Duty.VALUE, "aoi", date(2020, 4, 1), None, "made"),
    ]


def test_only_the_chosen_values_are_filled_in(
    staying: Account, former: Account, operations: User
) -> None:
    merge(staying, former, "kana", "employees", "f.seats", by=operations)
    stays = Account.objects.get(pk=staying.pk)
    assert (stays.name, stays.kana, stays.employees, stays.customer_since, stays.region) == (
        "アサヒ株式会社", "アサヒ", 20, None, "関東"
    )  # fmt: skip
    assert stays.sort_key == "アサヒ"
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    facts = AccountFacts.objects.get(pk=staying.pk)
    assert [getattr(facts, slots[key]) for key in ("channel", "seats")] == [None, 7]


def test_a_merge_is_one_line_in_the_journal_and_one_story(
    staying: Account, former: Account, operations: User
) -> None:
    before = Entry.objects.create(event="customers.x", at=NOON, actor_label="x")
    Link.objects.create(entry=before, account_id=former.pk)
    merge(staying, former, by=operations)
    entry = Entry.objects.get(event="customers.accounts_merged")
    assert entry.details == {
        "former": "アサヒ（株）", "account": "アサヒ株式会社", "former_id": former.pk
    }  # fmt: skip
    assert list(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == [
        staying.pk
    ]
    assert list(timeline(*story_ids(staying))) == [entry, before]


@pytest.mark.parametrize(
    "taken", [(), ("name", "kana", "employees", "customer_since", "f.channel")]
)
def test_undoing_brings_every_table_back_to_the_letter(
    taken: tuple[str, ...], staying: Account, former: Account, operations: User
) -> None:
    before = tables()
    done = merge(staying, former, *taken, by=operations)
    assert tables() != before
    undo_merge(done, by=operations, at=LATER)
    assert tables() == before
    assert Merge.objects.get().undone_at == LATER
    entry = Entry.objects.get(event="customers.merge_undone")
    assert set(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == {
        staying.pk, former.pk
    }  # fmt: skip


def test_decisions_about_pairs_follow_and_come_back(
    staying: Account, former: Account, operations: User
) -> None:
    other = Account.objects.get(external_id="child")
    ids = sorted([staying.pk, former.pk, other.pk])
    propose_pairs(
        [LikelyPair(ids[0], ids[1], ("same_name",), 90), LikelyPair(ids[1], ids[2], (), 80)]
    )
    apart = DuplicatePair.objects.get(likeness=80)
    micro = datetime(2026, 4, 15, 12, 0, 0, 123456, tzinfo=NOON.tzinfo)
    keep_apart(apart, by=operations, at=micro)
    before = tables()
    done = merge(staying, former, by=operations)
    pairs = DuplicatePair.objects.values_list("first_id", "second_id", "state", "decided_at")
    assert list(pairs) == [(staying.pk, other.pk, PairState.KEPT_APART, micro)]
    undo_merge(done, by=operations, at=LATER)
    assert tables() == before


def test_what_was_written_after_the_merge_is_kept(
    staying: Account, former: Account, operations: User
) -> None:
    done = merge(staying, former, "employees", "kana", "f.seats", by=operations)
    new = make_touch(staying, 2)
    elsewhere = make_account()
    Ticket.objects.update(account=elsewhere)
    Account.objects.filter(pk=staying.pk).update(employees=99)
    seats = FactDefinition.objects.get(key="seats").slot
    AccountFacts.objects.filter(pk=staying.pk).update(**{seats: 8})
    Holding.objects.filter(account=staying, duty=Duty.RENEWAL).update(to_on=TODAY)
    undo_merge(done, by=operations, at=LATER)
    assert Touchpoint.objects.get(pk=new.pk).account_id == staying.pk
    assert Ticket.objects.get().account_id == elsewhere.pk
    stays = Account.objects.get(pk=staying.pk)
    assert (stays.employees, stays.kana) == (99, "")
    assert getattr(AccountFacts.objects.get(pk=staying.pk), seats) == 8
    ended = Holding.objects.get(account=staying, duty=Duty.RENEWAL)
    assert (ended.to_on, ended.why) == (TODAY, "merge")


def test_undoing_twice_is_refused(staying: Account, former: Account, operations: User) -> None:
    done = merge(staying, former, by=operations)
    undo_merge(done, by=operations, at=LATER)
    before = dump_of_all()
    with pytest.raises(AlreadyUndone):
        undo_merge(done, by=operations, at=LATER)
    assert dump_of_all() == before


def test_undoing_is_refused_while_the_id_is_anothers(
    staying: Account, former: Account, operations: User
) -> None:
    done = merge(staying, former, by=operations)
    make_account(external_id="F")
    before = dump_of_all()
    with pytest.raises(IdTaken):
        undo_merge(done, by=operations, at=LATER)
    assert dump_of_all() == before


def test_merges_that_build_on_each_other_are_undone_last_first(
    staying: Account, former: Account, operations: User
) -> None:
    last = make_account(external_id="L")
    before = tables()
    one, two = merge(staying, former, by=operations), merge(last, staying, by=operations)
    assert current_ids(["F", "S", "L", "?"]) == {"F": last.pk, "S": last.pk, "L": last.pk}
    assert story_ids(last) == [last.pk, staying.pk, former.pk]
    with pytest.raises(MergedFurther):
        undo_merge(Merge.objects.get(pk=one.pk), by=operations, at=LATER)
    for each in (two, one):
        undo_merge(Merge.objects.get(pk=each.pk), by=operations, at=LATER)
    assert tables() == before
    assert current_ids(["F", "S"]) == {"F": former.pk, "S": staying.pk}


def test_a_former_parent_that_is_gone_or_stands_below_now_is_not_put_back(
    staying: Account, former: Account, operations: User
) -> None:
    child = Account.objects.get(external_id="child")
    above = make_account(external_id="above")
    Account.objects.filter(pk=former.pk).update(parent=above)
    done = merge(staying, former, by=operations)
    Account.objects.filter(pk=above.pk).update(parent=child)
    undo_merge(done, by=operations, at=LATER)
    assert Account.objects.get(pk=former.pk).parent_id is None
    again = merge(staying, Account.objects.get(pk=former.pk), by=operations)
    Merge.objects.filter(pk=again.pk).update(
        undo=again.undo | {"account": again.undo["account"] | {"parent_id": 999_999}}
    )
    undo_merge(Merge.objects.get(pk=again.pk), by=operations, at=LATER)
    assert Account.objects.get(pk=former.pk).parent_id is None


def test_an_account_is_not_merged_into_itself(staying: Account, operations: User) -> None:
    with pytest.raises(SameAccount):
        merge(staying, staying, by=operations)
    assert list(Merge.objects.all()) == []


def test_an_account_that_is_gone_is_not_merged(
    staying: Account, former: Account, operations: User
) -> None:
    merge(staying, former, by=operations)
    with pytest.raises(AccountGone):
        merge(staying, former, by=operations)
    assert Merge.objects.count() == 1


def test_a_parent_and_its_child_may_be_one_either_way(operations: User) -> None:
    top = make_account()
    for child_stays in (True, False):
        parent = make_account(parent=top)
        child = make_account(parent=parent)
        before = tables()
        pair = (child, parent) if child_stays else (parent, child)
        done = merge(*pair, "parent", by=operations)
        assert Account.objects.get(pk=pair[0].pk).parent_id == top.pk
        undo_merge(done, by=operations, at=LATER)
        assert tables() == before


def test_a_family_is_not_turned_over(operations: User) -> None:
    above = make_account()
    between = make_account(parent=above)
    below = make_account(parent=between)
    before = tables()
    with pytest.raises(FamilyTurnedOver):
        merge(below, above, by=operations)
    with pytest.raises(FamilyTurnedOver):
        merge(above, below, "parent", by=operations)
    assert tables() == before
    merge(above, below, by=operations)
    assert Account.objects.get(pk=between.pk).parent_id == above.pk


def test_old_ids_lead_to_the_account_only_for_who_may_see_it(
    staying: Account, former: Account, operations: User, mia: User
) -> None:
    assert merged_into(operations, former.pk, on=TODAY) is None
    done = merge(staying, former, by=operations)
    assert merged_into(operations, former.pk, on=TODAY) == staying.pk
    assert merged_into(mia, former.pk, on=TODAY) is None
    undo_merge(done, by=operations, at=LATER)
    assert merged_into(operations, former.pk, on=TODAY) is None


def test_figures_follow_a_merge_and_its_undoing(
    staying: Account, former: Account, operations: User
) -> None:
    def arr() -> dict[int, int | None]:
        while work_off():
            pass
        slot = FactDefinition.objects.get(key="arr").slot
        return dict(AccountFacts.objects.filter(pk__in=both).values_list("pk", slot))

    both = [staying.pk, former.pk]
    done = merge(staying, former, by=operations)
    assert arr() == {staying.pk: 1_200_000}
    undo_merge(done, by=operations, at=LATER)
    assert arr() == {staying.pk: None, former.pk: 1_200_000}
