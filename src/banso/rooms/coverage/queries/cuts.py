"""How the document cuts the organisation: teams inside teams, and the matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from banso.engines.operating.choices import Cut as By
from banso.engines.operating.document import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from banso.engines.operating.document import Lines
    from banso.engines.operating.document import Team as Stated
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.people.models import Member, Team


@dataclass(frozen=True, slots=True)
class Cut:
    """A team of the document and what it is cut by; `team` is ours of that name, if there is
    one.
    """

    name: str
    words: str
    depth: int
    team: Team | None


@dataclass(frozen=True, slots=True)
class Crossed:
    """The matrix: for each row and column those who hold both. Of whom we know no member, the
    document's own word stands.
    """

    columns: list[str]
    rows: list[tuple[str, list[list[tuple[str, Member | None]]]]]


class Cuts:
    """The cuts of a model, with the teams and members they name."""

    def __init__(self, reader: Reader, teams: Iterable[Team], people: Iterable[Member]) -> None:
        self.reader, self.model = reader, reader.model
        self.teams = {
            spelled(name): team for team in teams for name in (team.name, team.key) if name
        }
        self.people = {member.handle: member for member in people}

    def told(self) -> list[Cut]:
        """The teams of the document that are cut by something, those above before those inside."""
        return [
            Cut(self._name(each), self._words(each), path.count("inside"), self._team(each))
            for path, each in self.model.teams_in_order()
            if each.cut
        ]

    def of_team(self, team: Team) -> str:
        """By what one of our teams is cut; "" where the document doesn't say."""
        found = (each for _path, each in self.model.teams_in_order() if each.cut)
        return next((self._words(each) for each in found if self._team(each) == team), "")

    def line_of(self, member: Member) -> str:
        """The row and column that a member holds."""
        cell = self.model.matrix.cells.get(member.handle) if self.model.matrix else None
        return " × ".join(map(self._line, cell)) if cell else ""

    def crossed(self) -> Crossed | None:
        matrix = self.model.matrix
        if matrix is None:
            return None
        columns = _lines(matrix.columns)
        rows = [
            (
                self._line(row),
                [
                    [
                        (handle, self.people.get(handle))
                        for handle, cell in matrix.cells.items()
                        if cell == (row, column)
                    ]
                    for column in columns
                ],
            )
            for row in _lines(matrix.rows)
        ]
        return Crossed(list(map(self._line, columns)), rows)

    def _team(self, stated: Stated) -> Team | None:
        names = self.model.team_names(stated.key) if stated.key else ()
        return next((self.teams[name] for name in names if name in self.teams), None)

    def _name(self, stated: Stated) -> str:
        return self.reader.name(stated.key) if stated.key else self._cut_of(stated)

    def _words(self, stated: Stated) -> str:
        words = {
            By.ACCOUNT: _("by account: %(what)s"),
            By.PHASE: _("by phase: %(what)s"),
            By.FUNCTION: _("by function: %(what)s"),
            By.INTERNAL: _("connects us with %(what)s"),
        }
        return words[stated.cut] % {"what": self._cut_of(stated)} if stated.cut else ""

    def _cut_of(self, stated: Stated) -> str:
        if stated.cut is By.ACCOUNT:
            return self.reader.rule(stated.when) if stated.when else "–"
        if stated.phase:
            return self.reader.phase(stated.phase)
        return self.reader.name(stated.function or stated.connects or "–")

    def _line(self, key: str) -> str:
        """What a row or column is called."""
        is_phase = any(each.key == key for each in self.model.phases)
        return self.reader.phase(key) if is_phase else self.reader.name(key)


def _lines(side: Lines) -> Sequence[str]:
    return [*side.functions, *side.phases, *side.internal]
