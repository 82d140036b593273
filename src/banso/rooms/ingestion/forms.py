from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import FactType
from banso.rooms.ingestion.queries.mapping import FACT, Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.forms import BoundField
    from django.http import QueryDict

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Kind


class UploadForm(forms.Form):
    """One CSV or Excel file."""

    file = forms.FileField(label=_("File"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its label, a few of its values, and the choice of what it says."""

    label: str
    samples: list[str]
    choice: BoundField


class MappingForm(forms.Form):
    """What each column says, and values for fields that no column carries."""

    def __init__(
        self,
        kind: Kind,
        header: Sequence[str],
        *,
        mapping: Mapping,
        answers: QueryDict | None = None,
    ) -> None:
        super().__init__(answers)
        self.kind, self.header = kind, header
        for place, label in enumerate(header):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=label,
                choices=self._choices(),
                required=False,
                initial=mapping.columns.get(label, ""),
                widget=forms.Select(attrs={"class": "select", "aria-label": label}),
            )
        mapped = set(mapping.columns.values())
        for each in kind.fields:
            if each.key not in mapped:
                self.fields[f"constant-{each.key}"] = forms.CharField(
                    label=each.label,
                    required=False,
                    max_length=200,
                    initial=mapping.constants.get(each.key, ""),
                )

    def _choices(self) -> list[tuple[str, object]]:
        fields = [
            (each.key, f"{each.label} *" if each.required else each.label)
            for each in self.kind.fields
        ]
        own = [(FACT + fact_type, fact_type.label) for fact_type in FactType]
        choices: list[tuple[str, object]] = [
            ("", _("– leave out –")),
            (str(self.kind.label), fields),
        ]
        return (
            [*choices, (str(_("Own attribute")), own)] if self.kind.keeps_other_columns else choices
        )

    def columns(self, sample: Sequence[Sequence[Cell]]) -> Iterator[Column]:
        """The columns with up to three different values each."""
        for place, label in enumerate(self.header):
            values = dict.fromkeys(str(row[place]) for row in sample if str(row[place]).strip())
            yield Column(label, list(values)[:3], self[f"column-{place}"])

    def constants(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("constant-")]

    def mapping(self) -> Mapping:
        """What the person stated."""
        said = self.cleaned_data
        return Mapping(
            columns={
                label: said[f"column-{place}"]
                for place, label in enumerate(self.header)
                if said[f"column-{place}"]
            },
            constants={
                name.removeprefix("constant-"): text
                for name, text in said.items()
                if name.startswith("constant-") and text
            },
        )
