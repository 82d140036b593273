"""Whether each segment is served, by somebody who can, and somebody pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banso.engines.operating.choices import Joined, Mode
from banso.engines.operating.findings import Finding, error, notice, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Coverage, Model
    from banso.engines.operating.surroundings import Surroundings

FUNDS: Final = ("cogs", "s_and_m", "paid_service")


def coverage_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for at, segment in enumerate(model.segments):
        if segment.key not in model.coverage:
            yield error("segment_without_coverage", ("segments", at), segment=segment.key)
    for key, coverage in model.coverage.items():
        yield from _served(model, key, coverage, around)
        yield from _funded(key, coverage)
        yield from _joined(model, key, coverage)


def _served(model: Model, key: str, coverage: Coverage, around: Surroundings) -> Iterator[Finding]:
    at = ("coverage", key)
    if coverage.mode.by_name and not coverage.role:
        yield error("coverage_without_role", at, segment=key, mode=coverage.mode)
    if coverage.mode is Mode.POOLED and not coverage.pool:
        yield error("coverage_without_pool", at, segment=key)
    if coverage.mode is Mode.DEDICATED and coverage.accounts_per_person is None:
        yield warning("book_without_limit", at, segment=key)
    if coverage.mode is Mode.ASSIGNED and coverage.cap is None:
        yield warning("assigned_without_cap", at, segment=key)
    if coverage.mode.by_pool and coverage.response_target is None:
        yield warning("pool_without_target", at, segment=key)
    if coverage.mode is Mode.DIGITAL and not coverage.escalates_to:
        yield warning("digital_without_escalation", at, segment=key)
    if coverage.mode is Mode.COE_POOL:
        yield from _experts(model, key, coverage, around)


def _experts(model: Model, key: str, coverage: Coverage, around: Surroundings) -> Iterator[Finding]:
    """A centre of excellence divides a segment by a fact; what no centre knows needs a pool."""
    if not coverage.by:
        yield error("experts_by_nothing", ("coverage", key), segment=key)
        return
    if coverage.by != "topic" and coverage.by not in around.vocabulary:
        yield error(
            "unknown_fact",
            ("coverage", key, "by"),
            name=coverage.by,
            offers=around.vocabulary.nearest(coverage.by),
        )
    centres = [
        name
        for name, pool in model.pools.items()
        if pool.centre_of_excellence and pool.centre_of_excellence.by == coverage.by
    ]
    if not centres:
        yield error("no_centre", ("coverage", key, "by"), segment=key, by=coverage.by)
    if not coverage.pool:
        yield error("centres_without_rest", ("coverage", key), segment=key, by=coverage.by)


def _funded(key: str, coverage: Coverage) -> Iterator[Finding]:
    """Article 004: people after the sale are paid by a service sold for money, or they are spending
    on sales for an expansion somebody expects.
    """
    stated = coverage.funded_by
    if stated is None:
        yield warning("funding_missing", ("coverage", key), segment=key)
        return
    ways = [stated] if isinstance(stated, str) else list(stated)
    for way in ways:
        if way not in FUNDS:
            yield error("unknown_funding", ("coverage", key, "funded_by"), name=way, offers=FUNDS)
    if stated == "s_and_m":
        yield warning("spending_for_nothing", ("coverage", key, "funded_by"), segment=key)


def _joined(model: Model, key: str, coverage: Coverage) -> Iterator[Finding]:
    """Whether what is said of success and account management is what the duties deal out."""
    if coverage.account_management is None or not {"adoption", "expansion"} <= model.duties.keys():
        return
    adviser, seller = model.accountable("adoption", key), model.accountable("expansion", key)
    if len(adviser) != 1 or len(seller) != 1:
        return  # told by the duties
    dealt = Joined.MERGED if adviser == seller else Joined.SPLIT
    at = ("coverage", key, "account_management")
    if dealt is not coverage.account_management:
        yield error("joined_otherwise", at, segment=key, adviser=adviser[0], seller=seller[0])
    elif dealt is Joined.MERGED:
        role = model.roles.get(adviser[0])
        if role is not None and not {"consulting", "business"} <= role.needs.keys():
            yield warning("merged_without_skills", at, segment=key, role=adviser[0])
        yield notice("merged_asks_much", at, segment=key, role=adviser[0])
