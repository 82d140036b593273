"""What a kind of importable row declares, and the events of an import."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from banso.engines.basis.cells import Cell
    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User

FILE_RECEIVED = declare("ingestion.file_received", gettext_noop("Uploaded %(file)s"), icon="upload")
CHECK_REQUESTED = declare(
    "ingestion.check_requested", gettext_noop("Asked to check %(file)s"), icon="list-checks"
)
COMMIT_REQUESTED = declare(
    "ingestion.commit_requested", gettext_noop("Asked to bring in %(file)s"), icon="upload"
)
IMPORT_COMMITTED = declare(
    "ingestion.import_committed",
    gettext_noop(
        "Brought in %(file)s: %(created)s new, %(updated)s changed, %(rejected)s rejected"
    ),
    icon="check",
)
TAKE_BACK_REQUESTED = declare(
    "ingestion.take_back_requested", gettext_noop("Asked to take back %(file)s"), icon="undo-2"
)
IMPORT_TAKEN_BACK = declare(
    "ingestion.import_taken_back",
    gettext_noop("Took back %(file)s; %(kept)s rows stayed"),
    icon="undo-2",
)
IMPORT_FAILED = declare(
    "ingestion.import_failed",
    gettext_noop("The import of %(file)s stopped; its page says why"),
    icon="triangle-alert",
)

MAPPING_SAVED = declare(
    "ingestion.mapping_saved", gettext_noop("Saved the mapping “%(name)s”"), icon="list-checks"
)
MAPPING_FORGOTTEN = declare(
    "ingestion.mapping_forgotten", gettext_noop("Deleted the mapping “%(name)s”"), icon="x"
)
ROWS_CORRECTED = declare(
    "ingestion.rows_corrected",
    gettext_noop("Corrected %(number)s rejected rows of %(file)s"),
    icon="check",
)
COLUMNS_CHOSEN = declare(
    "ingestion.columns_chosen",
    gettext_noop("Chose how %(file)s is read"),
    icon="list-checks",
)
CHECKS_REQUESTED = declare(
    "ingestion.checks_requested",
    gettext_noop("Asked to check %(number)s files together"),
    icon="list-checks",
)
COMMITS_REQUESTED = declare(
    "ingestion.commits_requested",
    gettext_noop("Asked to bring in %(number)s files together"),
    icon="upload",
)
FILE_DISCARDED = declare(
    "ingestion.file_discarded",
    gettext_noop("Discarded %(file)s before it was brought in"),
    icon="x",
)

Read = Callable[[Any], Any]


class Shape(Enum):
    """What a field's value looks like outside: in JSON and in a file."""

    TEXT = "text"
    WHOLE = "whole"
    AMOUNT = "amount"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing a row may say: its key, its label, how a cell is read, and what headers call it.

    `column` is where a stored row holds it, as a path of attributes; "" where a row can't tell it
    that way. `instead_of` names the required field that this one can stand for. `choices` are the
    codes of a CHOICE.
    """

    key: str
    label: _StrPromise
    read: Read
    headers: tuple[str, ...]
    required: bool = False
    blank: Any = None  # what an empty cell of a mapped column means
    shape: Shape = Shape.TEXT
    column: str = ""
    instead_of: str = ""
    choices: tuple[str, ...] = ()


@dataclass(slots=True)
class Finding:
    """Something about one field of one row; the words are found when it is shown."""

    about: str  # the field's key, "" for the row as a whole
    code: str
    facts: dict[str, str | int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"field": self.about, "code": self.code, "facts": self.facts}


@dataclass(slots=True, kw_only=True)
class Row:
    """A row on its way in: its cells, the values read from them, and what is wrong or odd about
    it. `words` is what it is searched by, where it states all of the kind's `searched` fields.
    """

    number: int
    cells: Sequence[Cell]
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def reject(self, name: str, code: str, **facts: str | int) -> None:
        self.faults.append(Finding(name, code, facts))

    def warn(self, name: str, code: str, **facts: str | int) -> None:
        self.warnings.append(Finding(name, code, facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who brings rows in, when, and the mark their lines in ledgers carry."""

    by: User
    at: datetime
    on: date
    why: str


class Table(Protocol):
    """A readable file: its column names, and its rows, read anew each time they're asked for."""

    @property
    def header(self) -> tuple[str, ...]: ...

    def rows(self) -> Iterator[TableRow]: ...


class TableRow(Protocol):
    """A row of a file: its number as a person counts it, its cells, and what is wrong with its
    shape.
    """

    @property
    def number(self) -> int: ...
    @property
    def cells(self) -> tuple[Cell, ...]: ...
    @property
    def fault(self) -> str | None: ...
    @property
    def starts_record(self) -> bool: ...  # False on further rows of a record that spans several


class Kind(Protocol):
    """A kind of row that files hold: accounts, contacts, members, subscriptions, rates."""

    @property
    def key(self) -> str: ...
    @property
    def model(self) -> str: ...  # the label of the table in which a row of the kind stands
    @property
    def label(self) -> _StrPromise: ...
    @property
    def position(self) -> int: ...  # lower kinds come in first: what others refer to
    @property
    def fields(self) -> tuple[Field, ...]: ...
    @property
    def own_keys(self) -> tuple[tuple[str, ...], ...]: ...
    # the fields that tell rows apart; further sets stand in where the first has no source
    @property
    def parent(self) -> str: ...  # the field that names another row of the same kind, or ""
    @property
    def keeps_other_columns(self) -> bool: ...  # whether further columns become own attributes
    @property
    def searched(self) -> tuple[str, ...]: ...  # the fields whose words rows are searched by

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """Check the rows against what is known, and turn names into ids; findings go to the rows.

        `coming` are ids of rows of the same kind that a dry run would have brought in by now.
        """
        ...

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        """Bring the rows in, in the caller's transaction; each row's changes."""
        ...

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        """Undo changes of this kind."""
        ...

    def stored(self, viewer: User, *, on: date) -> QuerySet[Any]:
        """The rows of the kind that the viewer may see, with all that `told` reads, by pk."""
        ...

    def told(self, rows: Sequence[Any]) -> list[dict[str, Any]]:
        """Stored rows in the words of the kind's fields: put in again, they change nothing."""
        ...


kinds: dict[str, Kind] = {}


def offer(kind: Kind) -> None:
    """Make a kind importable."""
    kinds[kind.key] = kind


def in_order() -> list[Kind]:
    """All kinds, what others refer to first."""
    return sorted(kinds.values(), key=lambda kind: kind.position)


def choices_of(labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Label to code, from code to labels; the code itself is one."""
    return {label: code for code, words in labels.items() for label in (*words, str(code))}
