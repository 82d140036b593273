"""Whether each renewal has a closer who can close, and starts early enough."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from banso.engines.operating.findings import Finding, notice, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Model, Renewal
    from banso.engines.operating.surroundings import Surroundings


def renewal_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for at, segment in enumerate(model.segments):
        if segment.key not in model.renewals:
            yield warning("segment_without_renewal", ("segments", at), segment=segment.key)
    for key, renewal in model.renewals.items():
        yield from _closed(model, key, renewal)
    if model.changes.freeze is None:
        yield warning("no_freeze", ("changes",))


def _closed(model: Model, key: str, renewal: Renewal) -> Iterator[Finding]:
    at = ("renewals", key)
    answering = model.accountable("renewal", key) if "renewal" in model.duties else ()
    if answering and answering != (renewal.closer,):
        yield notice("closer_is_not_accountable", (*at, "closer"), segment=key,
                     closer=renewal.closer, accountable=", ".join(answering))  # fmt: skip
    role = model.roles.get(renewal.closer)
    advisers = model.accountable("adoption", key) if "adoption" in model.duties else ()
    is_adviser = advisers == (renewal.closer,)
    if is_adviser and role is not None and not role.needs.get("business"):
        # article 002: advisers who close lack experience in negotiating and dread the pressure
        yield warning("adviser_closes_untrained", (*at, "closer"), segment=key, role=renewal.closer)
    if is_adviser and role is not None and not renewal.except_:
        yield notice("hard_negotiations_not_excepted", at, segment=key)
