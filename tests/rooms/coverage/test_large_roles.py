"""Of a very large role few customers are read one by one, and what is told of its books is the
same.
"""

from __future__ import annotations

import numpy as np
import pytest

from banso.kit.acts import Refused
from banso.rooms.coverage.models import ModelVersion
from banso.rooms.coverage.queries import role_rest
from banso.rooms.coverage.queries.balance_warnings import told_aside, told_over
from banso.rooms.coverage.queries.balancing import books_of
from banso.rooms.coverage.queries.dealing import TooManyToSearch, dealt_anew, dealt_away
from banso.rooms.coverage.queries.role_books import RoleBooks
from banso.rooms.coverage.queries.role_rest import About
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, Duty
from banso.rooms.identity.models import User
from tests.factories.coverage import SOUND
from tests.factories.customers import make_holding
from tests.factories.pages import browser
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import adopt, employed, gather, hold, in_teams, known, plain
from tests.rooms.coverage.reviews import DAY, FAR, NEAR, Company, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(db: None) -> Company:
    return in_teams(employed())


BOTH = SOUND.replace(
    "expansion: {accountable: account_manager}", "expansion: {accountable: csm}"
).replace("max: 12", "max: 30")


@pytest.fixture
def held(company: Company, operations: User) -> dict[str, Account]:
    """Forty customers of many sizes with four people of two teams, some small ones for whom they
    answer in one duty alone; one that two hold, two with nobody, one with a pool.
    """
    found = {f"c{n}": customer(f"c{n}", arr=5_000_000 + 200_000 * n) for n in range(44)}
    people = [company[handle] for handle in ("sato", "sato", "sato", "ito", "mori", "mori", "hara")]
    for n, account in enumerate(found.values()):
        if n < 40:
            hold(account, people[n % 7])
            make_holding(account, by=people[n % 7], duty=Duty.EXPANSION)
    make_holding(found["c40"], by=company["hara"], duty=Duty.EXPANSION)
    make_holding(found["c43"], by=make_team("プール"), duty=Duty.ADOPTION)
    adopt(operations, BOTH)
    return found


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(role_rest, "MANY", 10)
    monkeypatch.setattr(role_rest, "FULLEST", 1)


def asked(viewer: User, about: About) -> RoleBooks:
    applied = applied_model(in_force())
    assert applied is not None
    found = books_of(viewer, applied, "csm", on=TODAY, about=about)
    assert found is not None
    return found


def test_books_are_as_even_as_when_all_are_read(held: dict[str, Account], operations: User) -> None:
    whole, part = known(operations), asked(operations, About(members=["ito"]))
    assert (whole.whole, part.whole) == (True, False)
    told = {key for key, each in whole.kept.items() if each.holder in {"ito", ""}}
    told.add(str(held["c40"].pk))  # held by hara, but not in the first of its duties
    assert part.kept == {key: whole.kept[key] for key in told}
    assert part.problem.members == whole.problem.members
    assert np.allclose(part.problem.target, whole.problem.target)
    assert all(map(np.allclose, part.problem.bands, whole.problem.bands))
    assert np.allclose(part.today.held, whole.today.held)
    assert part.spread(part.today) == pytest.approx(whole.spread(whole.today))
    assert part.problem.objective(part.problem.owner) == pytest.approx(
        whole.problem.objective(whole.problem.owner)
    )
    assert (part.knows("ito"), part.knows("sato"), whole.knows("sato")) == (True, False, True)


def test_a_customer_costs_as_much_to_move(held: dict[str, Account], operations: User) -> None:
    whole, part = known(operations), asked(operations, About(members=["ito"]))
    for at, key in enumerate(part.problem.accounts):
        there = whole.problem.accounts.index(key)
        mine, theirs = (
            books.problem.arcs.of(np.array([place]))
            for books, place in ((part, at), (whole, there))
        )
        assert mine.member.tolist() == theirs.member.tolist()
        assert mine.cost == pytest.approx(theirs.cost)


def test_customers_asked_for_by_name_are_known_beside_the_rest_of_their_book(
    held: dict[str, Account], operations: User
) -> None:
    whole = known(operations)
    part = asked(operations, About(accounts=[held["c0"].pk, held["c4"].pk, held["c43"].pk]))
    assert {part.kept[str(held[key].pk)].holder for key in ("c0", "c4")} == {"sato", "mori"}
    assert str(held["c43"].pk) not in part.kept
    assert np.allclose(part.today.held, whole.today.held)


def test_a_book_is_dealt_alike(held: dict[str, Account], operations: User) -> None:
    whole, part = known(operations), asked(operations, About(members=["ito"]))
    assert dealt_away(part, part.today, "ito").moves == dealt_away(whole, whole.today, "ito").moves


def test_moves_are_suggested_out_of_the_fullest_books(
    held: dict[str, Account], operations: User
) -> None:
    part = asked(operations, About(suggests=True))
    assert {each.holder for each in part.kept.values()} == {"sato", "mori", "hara", ""}
    blocks = part.suggested(part.today, 3)
    assert {block.giver for block in blocks} >= {"sato"}
    after = blocks[-1].books
    assert after.objective < part.today.objective
    with pytest.raises(TooManyToSearch):
        dealt_anew(part)


def test_the_page_deals_a_leavers_book_and_shows_it(
    held: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    answer = client.post("/model/balance/csm/deal/", {"member": "ito"}, follow=True)
    assert answer.status_code == 200
    said = plain(answer)
    assert "6 customers of" in said
    for name in ("c3", "c10"):
        assert held[name].name in said
    gather(operations, {held["c0"]: "ito"})
    answer = client.get("/model/balance/?role=csm&member=sato")
    assert answer.status_code == 200
    assert client.post("/model/balance/csm/apply/").status_code == 302
    assert Account.objects.filter(pk=held["c0"].pk).exists()


def test_a_cap_passed_by_what_nobody_asks_about_is_not_told_as_one_that_cannot_be_kept(
    held: dict[str, Account], operations: User
) -> None:
    ModelVersion.objects.update(text=BOTH.replace("max: 30", "max: 12"))
    part = asked(operations, About(members=["ito"]))
    assert part.today.held[0, 0] > 12
    assert part.aside == ()


def drawn(company: Company, seed: int) -> None:
    """Sixty customers of any size and state with four people, one who has left, a stranger, a pool
    and nobody, some of them with several at once.
    """
    draw = np.random.default_rng(seed)
    gone = make_member(handle="gone", left_on=TODAY - DAY)
    holders = [company[handle] for handle in ("sato", "ito", "mori", "hara", "am")]
    holders += [gone, make_team(f"プール {seed}"), None]
    odds = [0.3, 0.15, 0.2, 0.15, 0.04, 0.06, 0.04, 0.06]
    for n in range(60):
        ends = NEAR if draw.random() < 0.3 else FAR
        arr = int(draw.integers(1, 60)) * 1_000_000
        account = customer(f"d{n}", arr=arr, ends=ends)
        first = holders[draw.choice(8, p=odds)]
        other = holders[draw.choice(8, p=odds)] if draw.random() < 0.3 else first
        for duty, by in ((Duty.ADOPTION, first), (Duty.EXPANSION, other)):
            if by is not None:
                make_holding(account, by=by, duty=duty)


@pytest.mark.parametrize("cap", [8, 12, 14, 17, 400])
@pytest.mark.parametrize("seed", range(6))
def test_caps_and_moves_are_told_as_when_all_are_read(
    company: Company, operations: User, seed: int, cap: int
) -> None:
    drawn(company, seed)
    guarded = 'changes: {protected: [{when: "arr >= 55_000_000", approvals: 1}], '
    adopt(operations, BOTH.replace("max: 30", f"max: {cap}").replace("changes: {", guarded))
    whole, part = known(operations), asked(operations, About(members=["ito"]))
    assert part.kept.items() <= whole.kept.items()
    assert {key for key, each in whole.kept.items() if each.holder in {"ito", ""}} <= set(part.kept)
    assert np.allclose(part.today.held, whole.today.held)
    assert told_over(part, part.today) == told_over(whole, whole.today)
    assert limits_told(part) == limits_told(whole)
    assert dealt_or_why(part, "ito") == dealt_or_why(whole, "ito")


def limits_told(books: RoleBooks) -> list[str]:
    """Which caps are told as ones that can't be kept; a customer who fits with nobody is seen only
    where it is read.
    """
    return [
        sentence
        for fault, sentence in zip(books.aside, told_aside(books), strict=True)
        if not fault.account
    ]


def dealt_or_why(books: RoleBooks, handle: str) -> object:
    """Who takes how many of a book, or why that can't be."""
    try:
        dealt = dealt_away(books, books.today, handle)
    except Refused as refusal:
        return str(refusal)
    return sorted(dealt.moves), dealt.stay
