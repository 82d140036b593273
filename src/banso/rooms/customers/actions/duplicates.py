from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.kit.rows import update_rows
from banso.rooms.customers.models import Account, DuplicatePair, PairState
from banso.rooms.customers.points import KEPT_APART, PROPOSED_AGAIN
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from banso.engines.basis.likeness import LikelyPair
    from banso.rooms.identity.models import User

AT_ONCE = 1_000


class AlreadyDecided(Refused):
    """Somebody has decided on the pair meanwhile."""


@upkeep
def propose_pairs(likely: Sequence[LikelyPair]) -> int:
    """Let exactly these pairs be proposed, less those that a person keeps apart; how many are new.

    A pair that nothing speaks for any more goes, unless a person has decided on it.
    """
    wanted = {(pair.first, pair.second): pair for pair in likely}
    gone, changed, known = [], [], set()
    for row in DuplicatePair.objects.iterator():
        key = (row.first_id, row.second_id)
        known.add(key)
        pair = wanted.get(key)
        if row.state == PairState.PROPOSED and pair is None:
            gone.append(row.pk)
        elif row.state == PairState.PROPOSED and pair is not None:
            said = [list(pair.reasons), pair.likeness]
            changed += [] if said == [row.reasons, row.likeness] else [[*said, row.pk]]
    for some in _in_parts(gone):
        DuplicatePair.objects.filter(pk__in=some).delete()
    update_rows(DuplicatePair, ["reasons", "likeness"], changed)
    return _add([pair for key, pair in wanted.items() if key not in known])


def _add(pairs: Sequence[LikelyPair]) -> int:
    """Insert the pairs whose accounts are still there."""
    named = sorted({pk for pair in pairs for pk in (pair.first, pair.second)})
    there = {
        pk
        for some in _in_parts(named)
        for pk in Account.objects.filter(pk__in=some).values_list("pk", flat=True)
    }
    rows = [
        DuplicatePair(
            first_id=pair.first,
            second_id=pair.second,
            reasons=list(pair.reasons),
            likeness=pair.likeness,
        )
        for pair in pairs
        if {pair.first, pair.second} <= there
    ]
    DuplicatePair.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _in_parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[at : at + AT_ONCE] for at in range(0, len(pks), AT_ONCE))


@transaction.atomic
def keep_apart(pair: DuplicatePair, *, by: User, at: datetime) -> None:
    """The two are two customers; they are not proposed again."""
    waiting = DuplicatePair.objects.filter(pk=pair.pk, state=PairState.PROPOSED)
    if not waiting.update(state=PairState.KEPT_APART, decided_by=by, decided_at=at):
        raise AlreadyDecided(_("Somebody has decided on these two already."))
    record(KEPT_APART, by=by, at=at, accounts=_both(pair), **_names(pair))


@transaction.atomic
def propose_again(pair: DuplicatePair, *, by: User, at: datetime) -> None:
    """Take back that two are kept apart."""
    apart = DuplicatePair.objects.filter(pk=pair.pk, state=PairState.KEPT_APART)
    if not apart.update(state=PairState.PROPOSED, decided_by=None, decided_at=None):
        raise AlreadyDecided(_("Somebody has decided on these two already."))
    record(PROPOSED_AGAIN, by=by, at=at, accounts=_both(pair), **_names(pair))


def _both(pair: DuplicatePair) -> Iterable[int]:
    return (pair.first_id, pair.second_id)


def _names(pair: DuplicatePair) -> dict[str, str]:
    return {"first": pair.first.name, "second": pair.second.name}
