"""Whether the organisation is cut so that it can work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banso.engines.operating.choices import Cut, Mode
from banso.engines.operating.findings import Detail, Finding, Path, error, notice, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Lines, Matrix, Model, Team
    from banso.engines.operating.surroundings import Surroundings

DEEPEST: Final = 2  # cuts within a cut (derived)
_NEEDS: Final = {Cut.PHASE: "phase", Cut.FUNCTION: "function", Cut.INTERNAL: "connects"}
_COMMERCIAL: Final = frozenset({"account_manager", "renewals_manager"})


def team_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for path, team in model.teams_in_order():
        yield from _cut(path, team)
    for at, team in enumerate(model.teams):
        yield from _too_deep(("teams", at), team, cuts=0)
    yield from _phases_apart(model)
    if model.matrix is not None:
        yield from _cells(model.matrix)
    for key in sorted(_COMMERCIAL & model.roles.keys()):
        if not model.roles[key].reports_to:  # inside CS or beside it: both are found
            yield warning("reports_to_nobody", ("roles", key), role=key)


def _cut(path: Path, team: Team) -> Iterator[Finding]:
    field = _NEEDS.get(team.cut) if team.cut else None
    if field and not getattr(team, field) and not team.inside:
        yield error("cut_by_nothing", path, cut=str(team.cut), field=field)
    if team.cut is Cut.ACCOUNT and not team.when and not team.inside:
        yield error("cut_by_nothing", path, cut=str(team.cut), field="when")
    if team.cut is Cut.INTERNAL and not team.sponsor:
        # article 003: its figures are hard to see; an executive must want the partner to be better
        yield warning("liaison_without_sponsor", path, connects=team.connects or "")


def _too_deep(path: Path, team: Team, *, cuts: int) -> Iterator[Finding]:
    """A cut within more cuts than anybody leads; a team that is none of its own counts for none."""
    cuts += team.cut is not None or team.when is not None
    if cuts > DEEPEST:
        yield warning("too_deep", path, most=DEEPEST)
        return
    for at, inside in enumerate(team.inside):
        yield from _too_deep((*path, "inside", at), inside, cuts=cuts)


def _phases_apart(model: Model) -> Iterator[Finding]:
    """Article 003 on phases: contacts thin out, and a mood nobody speaks of is missed. Each border
    between teams is a handover in every customer's life.
    """
    apart = [(path, team) for path, team in model.teams_in_order() if team.cut is Cut.PHASE]
    phases = {team.phase for _path, team in apart if team.phase}
    if len(phases) < 2:
        return
    close = [key for key, each in model.coverage.items() if each.mode is Mode.DEDICATED]
    facts: dict[str, Detail] = {
        "handovers": len(phases) - 1,
        "phases": ", ".join(sorted(map(str, phases))),
    }
    if close:
        yield warning("phases_under_high_touch", apart[0][0], segments=", ".join(close), **facts)
    else:
        yield notice("handover_each_phase", apart[0][0], **facts)


def _cells(matrix: Matrix) -> Iterator[Finding]:
    rows, columns = _of(matrix.rows), _of(matrix.columns)
    for member, (row, column) in matrix.cells.items():
        at = ("matrix", "cells", member)
        if row not in rows:
            yield error("no_such_line", at, member=member, name=row, side="rows")
        if column not in columns:
            yield error("no_such_line", at, member=member, name=column, side="columns")
    if matrix.cells:
        held = {each for cell in matrix.cells.values() for each in cell}
        for side, lines in (("rows", rows), ("columns", columns)):
            for line in lines:
                if line not in held:
                    yield warning("line_without_anybody", ("matrix", side), name=line)


def _of(lines: Lines) -> list[str]:
    return [*lines.functions, *lines.phases, *lines.internal]
