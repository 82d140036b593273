"""What customers ask of a person, as far as anybody can meet it: a wish that nobody can meet would
leave a customer without anybody. What isn't asked is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from banso.engines.assignment.eligibility import Roster
from banso.engines.assignment.faults import Bar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings

Kind = tuple[str, str, str, str, frozenset[str]]
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unmet:
    """Something that customers ask and that nobody who takes customers can meet, by herself or with
    what else they ask: of which kind, what, and for how many of them it isn't asked therefore.
    """

    bar: Bar
    what: str
    customers: int


def only_what_can_be_met(
    accounts: Iterable[AccountRow], members: Sequence[MemberRow], settings: Settings
) -> tuple[list[AccountRow], list[Unmet]]:
    """The accounts with the wishes that somebody who takes customers meets, all together, and what
    isn't asked, the most frequent first.
    """
    takers = Roster([each for each in members if each.takes], settings)
    known: dict[Kind, int] = {}
    dropped: Counter[tuple[Bar, str]] = Counter()
    asking = []
    for account in accounts:
        kind = (
            account.team, account.region, account.segment, account.language, account.needs,
        )  # fmt: skip
        if kind not in known:
            known[kind] = _first_met(account, takers)
        asked = _asking_less(account)[known[kind]] if known[kind] else account
        dropped.update(_dropped(account, asked))
        asking.append(asked)
    return asking, [Unmet(*what, number) for what, number in dropped.most_common()]


def _first_met(account: AccountRow, takers: Roster) -> int:
    """By how many steps an account has to ask less; the last step where nobody takes anything."""
    if takers.eligible(account).any():
        return 0
    steps = _asking_less(account)
    for step, asks in enumerate(steps):
        if takers.eligible(asks).any():
            return step
    return len(steps) - 1


def _asking_less(account: AccountRow) -> tuple[AccountRow, ...]:
    """What it asks, then without its language or what it needs known, without both, then without
    its place, and without its team.
    """
    plain = replace(account, language="", needs=NOTHING)
    anywhere = replace(plain, region="", segment="")
    return (
        account,
        replace(account, language=""),
        replace(account, needs=NOTHING),
        plain,
        anywhere,
        replace(anywhere, team=""),
    )


def _dropped(account: AccountRow, asked: AccountRow) -> list[tuple[Bar, str]]:
    found = []
    if account.language != asked.language:
        found.append((Bar.LANGUAGE, account.language))
    found += [(Bar.SKILLS, each) for each in sorted(account.needs - asked.needs)]
    if (account.region, account.segment) != (asked.region, asked.segment):
        found.append((Bar.PLACE, account.region))
    if account.team != asked.team:
        found.append((Bar.TEAM, ""))
    return found
