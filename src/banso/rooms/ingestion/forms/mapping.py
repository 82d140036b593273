"""What each column of a file says, as a person states it column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import FactType
from banso.rooms.ingestion.points import Shape
from banso.rooms.ingestion.queries.mapping import (
    ALL_ROWS,
    FACT,
    FORMATS,
    MOST_VALUES,
    REASON_HEADERS,
    RECORDS,
    Mapping,
    problem_of,
)
from banso.rooms.ingestion.queries.unread import (
    formats_of,
    is_translated,
    samples,
    unknown_values,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms import BoundField
    from django.http import QueryDict
    from django.utils.functional import _StrPromise

    from banso.rooms.ingestion.forms.files import Outline
    from banso.rooms.ingestion.points import Field, Kind

Choices = list[tuple[str, Any]]
FREE_PAIRS = 2  # empty lines for further translations
YES_NO: Choices = [("yes", _("Yes")), ("no", _("No"))]


@dataclass(frozen=True, slots=True)
class Pair:
    """One text of a column, and what it stands for: chosen among choices, or written."""

    text: str
    to: str
    to_name: str
    text_name: str
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its label, some values, what it says, and how that is written."""

    place: int
    label: str
    samples: list[str]
    choice: BoundField
    chosen: str
    form: BoundField | None
    constant: BoundField | None
    choices: Choices
    pairs: list[Pair]
    is_reason: bool

    @property
    def unknown(self) -> int:
        return sum(pair.is_unknown for pair in self.pairs)

    @property
    def has_details(self) -> bool:
        return bool(self.form or self.constant or self.pairs)

    @property
    def is_open(self) -> bool:
        """Whether the details hold something that a person must see."""
        return bool(self.unknown or any(pair.to for pair in self.pairs))


class MappingForm(forms.Form):
    """What each column says, in which format, and values for fields that no column carries."""

    def __init__(
        self,
        kind: Kind,
        outline: Outline,
        *,
        mapping: Mapping,
        answers: QueryDict | None = None,
    ) -> None:
        super().__init__(answers)
        self.kind, self.outline, self.stated = kind, outline, mapping
        self.by_key = {each.key: each for each in kind.fields}
        for place, label in enumerate(outline.header):
            self._add_column(place, label)
        for each in kind.fields:
            self.fields[f"constant-{each.key}"] = self._constant(each)
        if outline.has_records or mapping.rows == RECORDS:
            self.fields["rows"] = forms.ChoiceField(
                label=_("Rows that count"),
                choices=[
                    (ALL_ROWS, _("Every row")),
                    (RECORDS, _("Only the first row of each record")),
                ],
                initial=mapping.rows,
            )

    def _add_column(self, place: int, label: str) -> None:
        self.fields[f"column-{place}"] = forms.ChoiceField(
            label=label,
            choices=self._targets(label),
            required=False,
            initial=self.stated.columns.get(label, ""),
            widget=forms.Select(attrs={"class": "select", "aria-label": label}),
        )
        self.fields[f"format-{place}"] = forms.ChoiceField(
            label=_("Written as"),
            choices=[("", _("As it is recognised")), *FORMATS.items()],
            required=False,
            initial=self.stated.formats.get(label, ""),
            widget=forms.Select(attrs={"class": "select"}),
        )

    def _targets(self, label: str) -> Choices:
        fields = self.kind.fields
        needed = [(each.key, f"{each.label} *") for each in fields if each.required]
        others = [(each.key, each.label) for each in fields if not each.required]
        choices: Choices = [
            ("", _("– leave out –")),
            (str(_("Every row needs")), needed),
            (str(_("Further fields")), others),
        ]
        if self.kind.keeps_other_columns:
            said = gettext("Attribute “%(name)s”: %(type)s")
            own = [(FACT + each, said % {"name": label, "type": each.label}) for each in FactType]
            choices.append((str(_("Own attribute")), own))
        return choices

    def _constant(self, each: Field) -> forms.Field:
        initial = self.stated.constants.get(each.key, "")
        label = f"{each.label} *" if each.required else each.label
        choices = choices_of(each)
        if choices:
            return forms.ChoiceField(
                label=label, required=False, initial=initial, choices=[("", ""), *choices]
            )
        return forms.CharField(label=label, required=False, max_length=200, initial=initial)

    def _said(self, name: str) -> str:
        """What a field says now: as answered, else as it stands."""
        return str(self[name].value() or "")

    def columns(self) -> Iterator[Column]:
        """The columns, each with what its field lets a person say about it."""
        for place, label in enumerate(self.outline.header):
            each = self.by_key.get(self._said(f"column-{place}"))
            yield Column(
                place=place,
                label=label,
                samples=samples(self.outline.column(place)),
                choice=self[f"column-{place}"],
                chosen=self._said(f"column-{place}"),
                form=self[f"format-{place}"] if each and formats_of(each) else None,
                constant=self[f"constant-{each.key}"] if each else None,
                choices=choices_of(each) if each else [],
                pairs=self._pairs(place, label, each) if each else [],
                is_reason=label in REASON_HEADERS,
            )

    def _pairs(self, place: int, label: str, each: Field) -> list[Pair]:
        """Translations that are stated, values that lack one, and room for more."""
        stated = self._translations(place) if self.is_bound else self.stated.values.get(label, {})
        texts = [(text, to, False) for text, to in stated.items()]
        if is_translated(each):
            cells = self.outline.column(place)
            texts += [(text, "", True) for text in unknown_values(each, cells, stated)]
        elif each.shape is Shape.TEXT or texts:
            texts += [("", "", False)] * FREE_PAIRS
        return [
            Pair(text, to, f"to-{place}-{at}", f"text-{place}-{at}", unknown)
            for at, (text, to, unknown) in enumerate(texts[:MOST_VALUES])
        ]

    def _translations(self, place: int) -> dict[str, str]:
        """What was answered: which text stands for which."""
        pairs: dict[str, str] = {}
        for at in range(MOST_VALUES):
            text = self.data.get(f"text-{place}-{at}")
            if text is None:
                break
            to = str(self.data.get(f"to-{place}-{at}", "")).strip()
            if text.strip() and to:
                pairs[str(text).strip()[:200]] = to[:200]
        return pairs

    def constants(self) -> list[BoundField]:
        """Values for fields that no column carries, those that every row needs first."""
        said = {self._said(f"column-{place}") for place in range(len(self.outline.header))}
        free = [each for each in self.kind.fields if each.key not in said]
        free.sort(key=lambda each: not each.required)
        return [self[f"constant-{each.key}"] for each in free]

    def has_constants(self) -> bool:
        """Whether some are stated, or must be: a required field has no column."""
        return any(
            field.value() or self.by_key[field.name.removeprefix("constant-")].required
            for field in self.constants()
        )

    def problem(self) -> str:
        """What is still to be said before the file can be checked, told in a sentence; or ""."""
        targets = [self._said(f"column-{place}") for place in range(len(self.outline.header))]
        constants = [key for key in self.by_key if self._said(f"constant-{key}").strip()]
        return problem_of(self.kind, targets, constants)

    def lacks(self) -> list[str]:
        """Labels of columns that nothing is read from, but for reasons that we added ourselves."""
        return [
            label
            for place, label in enumerate(self.outline.header)
            if not self._said(f"column-{place}") and label not in REASON_HEADERS
        ]

    def mapping(self) -> Mapping:
        """What the person stated."""
        said = self.cleaned_data
        read = [
            (place, label)
            for place, label in enumerate(self.outline.header)
            if said[f"column-{place}"]
        ]
        fields = {place: self.by_key.get(said[f"column-{place}"]) for place, _label in read}
        return Mapping(
            columns={label: said[f"column-{place}"] for place, label in read},
            constants={
                name.removeprefix("constant-"): text
                for name, text in said.items()
                if name.startswith("constant-") and text
            },
            values={
                label: pairs
                for place, label in read
                if fields[place] and (pairs := self._translations(place))
            },
            formats={
                label: said[f"format-{place}"]
                for place, label in read
                if (each := fields[place]) and said[f"format-{place}"] in formats_of(each)
            },
            rows=said.get("rows", ALL_ROWS),
        )


def choices_of(each: Field) -> Choices:
    """The words among which a field's value is one; none where anything may be written."""
    if each.shape is Shape.FLAG:
        return YES_NO
    return [(str(code), _label(code)) for code in each.choices]


def _label(code: Any) -> str | _StrPromise:
    label: str | _StrPromise = getattr(code, "label", code)
    return label
