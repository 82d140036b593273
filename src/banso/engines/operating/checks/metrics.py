"""Whether each figure has one team that answers for it, and a person who leads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from banso.engines.basis.rules.cycles import cycles
from banso.engines.operating.findings import Finding, error, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Model
    from banso.engines.operating.surroundings import Surroundings


def metric_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    """Article 004, first genuine trait: broken down from growth and retention, each part with one
    team that answers.
    """
    for key, metric in model.metrics.items():
        stated = metric.accountable
        teams = [stated] if isinstance(stated, str) else list(stated or ())
        if len(teams) != 1:
            code = "metric_of_several" if teams else "metric_of_nobody"
            yield error(code, ("metrics", key), metric=key, teams=", ".join(teams))
        if not metric.lead:
            yield warning("metric_without_lead", ("metrics", key), metric=key)
    for ring in cycles({key: metric.of for key, metric in model.metrics.items()}):
        yield error("metric_of_itself", ("metrics", ring[0]), metrics=" → ".join(ring))
    if model.metrics and not {"nrr", "grr"} & model.metrics.keys():
        yield warning("no_retention_metric", ("metrics",))
