"""Whether every name leads somewhere, and no two things have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from banso.engines.basis.rules.vocabulary import near
from banso.engines.operating.document import EVERY, Members
from banso.engines.operating.findings import Finding, Path, error, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Coverage, Model, Renewal
    from banso.engines.operating.surroundings import Surroundings

Named = tuple[Path, str, str]  # where, what it should name, the name
LEAD: Final = "lead"  # of a team or metric: a person


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that may be used, by what they name; `person` is None where nobody is known."""

    by_kind: Mapping[str, Collection[str] | None]

    def fault(self, path: Path, kind: str, name: str) -> Finding | None:
        known = self.by_kind[kind]
        if known is None or name in known:
            return None
        if kind == LEAD:  # to be filled in; nothing else hangs on it
            return replace(warning("unknown_lead", path, name=name), offers=near(name, known))
        return error("unknown_name", path, kind=kind, name=name, offers=near(name, known))


def name_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    yield from _repeated(model)
    known = _known(model, around)
    for path, kind, name in _named(model):
        fault = known.fault(path, kind, name)
        if fault is not None:
            yield fault


def _known(model: Model, around: Surroundings) -> _Known:
    teams = {team.key for _path, team in model.teams_in_order() if team.key}
    people = None if around.people is None else {each.handle for each in around.people}
    return _Known(
        {
            "segment": [each.key for each in model.segments],
            "phase": [each.key for each in model.phases],
            "role": model.roles,
            "pool": model.pools,
            "team": teams,
            "function": list(model.functions()),
            "metric": model.metrics,
            "holder": {*model.roles, *model.pools, *teams},
            "answering": {*model.roles, *model.pools, *teams},
            "person": people,
            LEAD: people,
        }
    )


def _repeated(model: Model) -> Iterator[Finding]:
    teams = [(path, team.key) for path, team in model.teams_in_order() if team.key]
    for listed in (
        [(("segments", at), each.key) for at, each in enumerate(model.segments)],
        [(("phases", at), each.key) for at, each in enumerate(model.phases)],
        [*((("pools", key), key) for key in model.pools), *teams,
         *((("roles", key), key) for key in model.roles)],
    ):  # fmt: skip
        often = Counter(key for _path, key in listed)
        seen: set[str] = set()
        for path, key in listed:
            if often[key] > 1 and key in seen:
                yield error("repeated_name", path, name=key)
            seen.add(key)


def _named(model: Model) -> Iterator[Named]:
    yield from _by_segment(model)
    for key, role in model.roles.items():
        if role.reports_to:
            yield ("roles", key, "reports_to"), "answering", role.reports_to
        if role.leads_to:
            yield ("roles", key, "leads_to"), "role", role.leads_to
    for at, post in enumerate(model.posts):
        yield ("posts", at, "member"), "person", post.member
        yield ("posts", at, "role"), "role", post.role
    yield from _of_pools(model)
    yield from _of_teams(model)
    yield from _of_duties(model)
    for at, incentive in enumerate(model.incentives):
        yield ("incentives", at, "role"), "role", incentive.role
    yield from _of_metrics(model)


def _by_segment(model: Model) -> Iterator[Named]:
    for key, coverage in model.coverage.items():
        yield ("coverage", key), "segment", key
        yield from _of_coverage(("coverage", key), coverage)
    for key, renewal in model.renewals.items():
        yield ("renewals", key), "segment", key
        yield from _of_renewal(("renewals", key), renewal)
    for key in model.company.buyer_and_user:
        yield ("company", "buyer_and_user", key), "segment", key


def _of_coverage(at: Path, coverage: Coverage) -> Iterator[Named]:
    if coverage.role:
        yield (*at, "role"), "role", coverage.role
    if coverage.pool:
        yield (*at, "pool"), "pool", coverage.pool
    if coverage.escalates_to:
        yield (*at, "escalates_to"), "holder", coverage.escalates_to
    for activity, spans in coverage.cadence.items():
        if isinstance(spans, Mapping):
            for phase in spans:
                if phase != EVERY:
                    yield (*at, "cadence", activity, phase), "phase", phase


def _of_renewal(at: Path, renewal: Renewal) -> Iterator[Named]:
    yield (*at, "closer"), "holder", renewal.closer
    if renewal.preparer:
        yield (*at, "preparer"), "holder", renewal.preparer
    for place, name in enumerate(renewal.pay_link):
        yield (*at, "pay_link", place), "holder", name
    for place, exception in enumerate(renewal.except_):
        for field in ("closer", "also"):
            name = getattr(exception, field)
            if name:
                yield (*at, "except", place, field), "holder", name


def _of_pools(model: Model) -> Iterator[Named]:
    for key, pool in model.pools.items():
        if isinstance(pool.members, Members):
            yield ("pools", key, "members", "role"), "role", pool.members.role
        else:
            yield from _listed(("pools", key, "members"), "person", pool.members)
        if pool.reserve:
            yield ("pools", key, "reserve", "role"), "role", pool.reserve.role
        if pool.overflow:
            yield ("pools", key, "overflow", "to"), "pool", pool.overflow.to


def _of_teams(model: Model) -> Iterator[Named]:
    for path, team in model.teams_in_order():
        for field, kind in (("phase", "phase"), ("function", "function"), ("lead", LEAD)):
            name = getattr(team, field)
            if name:
                yield (*path, field), kind, name
        yield from _listed((*path, "members"), "person", team.members)
    if model.matrix is None:
        return
    for side in ("rows", "columns"):
        lines = getattr(model.matrix, side)
        yield from _listed(("matrix", side, "functions"), "function", lines.functions)
        yield from _listed(("matrix", side, "phases"), "phase", lines.phases)
    for member in model.matrix.cells:
        yield ("matrix", "cells", member), "person", member


def _of_duties(model: Model) -> Iterator[Named]:
    for key, duty in model.duties.items():
        at = ("duties", key)
        yield from _answering((*at, "accountable"), duty.accountable, ["segment", "phase"])
        for field in ("responsible", "consulted", "informed"):
            yield from _listed((*at, field), "holder", getattr(duty, field))


def _answering(at: Path, stated: Any, levels: list[str]) -> Iterator[Named]:
    """Holders, and above them the segments and phases for which they are stated."""
    if isinstance(stated, str):
        yield at, "holder", stated
    elif isinstance(stated, Mapping):
        for key, below in stated.items():
            if key != EVERY and levels:
                yield (*at, key), levels[0], key
            yield from _answering((*at, key), below, levels[1:])
    else:
        yield from _listed(at, "holder", stated)


def _of_metrics(model: Model) -> Iterator[Named]:
    for key, metric in model.metrics.items():
        stated = metric.accountable or []
        teams = [stated] if isinstance(stated, str) else stated
        at = ("metrics", key, "accountable")
        for place, name in enumerate(teams):
            yield (at if isinstance(stated, str) else (*at, place)), "answering", name
        if metric.lead:
            yield ("metrics", key, "lead"), LEAD, metric.lead


def _listed(at: Path, kind: str, names: Iterable[str]) -> Iterator[Named]:
    return (((*at, place), kind, name) for place, name in enumerate(names))
