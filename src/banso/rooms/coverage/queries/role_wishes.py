"""What customers ask of a person, as far as anybody can meet it: a wish that nobody can meet would
leave a customer without anybody.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from banso.engines.assignment.eligibility import bars_of_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings

Kind = tuple[str, str, str, str, frozenset[str]]


def only_what_can_be_met(
    accounts: Iterable[AccountRow], members: Sequence[MemberRow], settings: Settings
) -> Iterator[AccountRow]:
    """The accounts with the wishes that somebody who takes customers meets, all together."""
    takers = [each for each in members if each.takes]
    known: dict[Kind, int] = {}
    for account in accounts:
        kind = (
            account.team, account.region, account.segment, account.language, account.needs,
        )  # fmt: skip
        if kind not in known:
            known[kind] = _first_met(account, takers, settings)
        yield _asking_less(account)[known[kind]] if known[kind] else account


def _first_met(account: AccountRow, takers: Sequence[MemberRow], settings: Settings) -> int:
    """By how many steps an account has to ask less; the last step where nobody takes anything."""
    steps = _asking_less(account)
    for step, asks in enumerate(steps):
        if any(not bars_of_kind(asks, each, settings) for each in takers):
            return step
    return len(steps) - 1


def _asking_less(account: AccountRow) -> tuple[AccountRow, ...]:
    """What it asks, then without skills and language, without its place, and without its team."""
    plain = replace(account, language="", needs=frozenset())
    anywhere = replace(plain, region="", segment="")
    return account, plain, anywhere, replace(anywhere, team="")
