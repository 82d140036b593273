"""Whether pay pulls where the model wants to go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banso.engines.operating.choices import Unit
from banso.engines.operating.findings import Finding, error, notice, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Incentive, Model
    from banso.engines.operating.findings import Path
    from banso.engines.operating.surroundings import Surroundings

ON_RENEWALS: Final = frozenset({"renewal_rate", "renewal_result", "renewals", "grr", "nrr"})
_CLOSING: Final = frozenset({"renewal_rate", "renewal_result", "renewals"})


def incentive_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for at, incentive in enumerate(model.incentives):
        path = ("incentives", at)
        if incentive.measure is None and incentive.mark_on is None:
            yield error("pay_on_nothing", path, role=incentive.role)
        if incentive.measure in _CLOSING:
            yield from _on_renewals(model, path, incentive)
        if _runs_backwards(incentive):
            yield error("floor_above_target", path, role=incentive.role)
    for role in sorted({each.role for each in model.incentives}):
        shares = [each.share_of_pay or 0 for each in model.incentives if each.role == role]
        if sum(shares) > 1:
            yield error("more_than_all_pay", ("incentives",), role=role)
    yield from _unpaid_links(model)


def _runs_backwards(incentive: Incentive) -> bool:
    start, target = incentive.floor_at, incentive.target
    return start is not None and target is not None and start >= target


def _on_renewals(model: Model, path: Path, incentive: Incentive) -> Iterator[Finding]:
    """Article 002: a person's own renewal quota makes people keep customers to themselves and stop
    helping each other at peaks; a share on what another closes is fair only where it is said.
    """
    names = {incentive.role, *pools_of(model, incentive.role)}
    closes = any(each.closer in names for each in model.renewals.values())
    if incentive.unit is Unit.PERSON and closes and _advises(model, names):
        yield error("individual_renewal_quota", path, role=incentive.role)
    if not closes:
        ask = notice if incentive.closes is False else warning
        yield ask("paid_for_what_another_closes", path, role=incentive.role)


def pools_of(model: Model, role: str) -> list[str]:
    """The pools that everybody in a role belongs to."""
    return [key for key, pool in model.pools.items() if getattr(pool.members, "role", None) == role]


def _advises(model: Model, names: set[str]) -> bool:
    """Whether they answer for some segment's adoption: then colleagues need their help."""
    return "adoption" in model.duties and any(
        names & set(model.accountable("adoption", segment.key)) for segment in model.segments
    )


def _unpaid_links(model: Model) -> Iterator[Finding]:
    """Whose pay a renewal is said to hang on has to have an incentive on it."""
    paid = {each.role for each in model.incentives if each.measure in ON_RENEWALS}
    for key, renewal in model.renewals.items():
        for at, role in enumerate(renewal.pay_link):
            if role in model.roles and role not in paid:
                yield error("pay_link_without_pay", ("renewals", key, "pay_link", at),
                            segment=key, role=role)  # fmt: skip
