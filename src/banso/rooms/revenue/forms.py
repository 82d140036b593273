from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banso.engines.revenue.definitions import (
    DEFAULT,
    LONGEST_GRACE,
    OFFERED,
    Definition,
    NotOffered,
    claims_grr,
)
from banso.rooms.revenue.queries.wording import SETTINGS, told_setting, told_value

DAYS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Select(forms.Select):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "select"})


class PeriodForm(forms.Form):
    """Two days, and what happened after the close of the one up to the close of the other."""

    opening_on = forms.DateField(label=_("From the close of"), widget=DayInput(), validators=DAYS)
    closing_on = forms.DateField(label=_("To the close of"), widget=DayInput(), validators=DAYS)

    def clean(self) -> dict[str, Any]:
        days = super().clean() or {}
        opening_on, closing_on = days.get("opening_on"), days.get("closing_on")
        if opening_on and closing_on and closing_on < opening_on:
            self.add_error("closing_on", _("The period must end on or after the day it starts."))
        return days


class AskedForm(PeriodForm):
    """Two days whose closes are compared, by which definition, and cut by what."""

    by = forms.ChoiceField(label=_("Cut by"), required=False, widget=Select())
    definition = forms.ChoiceField(label=_("Counted by"), required=False, widget=Select())

    def __init__(
        self, *given: Any, cuts: dict[str, str], definitions: dict[str, str], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self._offer("by", {"": _("Not cut"), **cuts})
        self._offer("definition", definitions)

    def _offer(self, name: str, choices: dict[str, Any]) -> None:
        """These choices; one that isn't among them is refused, and still shown as it was asked."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices.items())
            asked = self.data.get(name, "")
            if asked not in choices:
                field.widget.choices = [*choices.items(), (asked, asked)]

    def refuse_choice(self, name: str, because: str) -> None:
        """Why a choice that is known elsewhere isn't one here."""
        self.fields[name].error_messages["invalid_choice"] = because


NAME = r"^\w[\w -]*$"  # it names a file of the lake
CHOSEN = tuple(name for name in SETTINGS if len(OFFERED.get(name, ())) > 1)


def _is_no_figure(name: str) -> None:
    if claims_grr(name):
        raise forms.ValidationError(
            _(
                "GRR is one figure alone: what each account keeps of what it had, growth left out."
                " Give these settings another name."
            )
        )


class ClosingForm(forms.Form):
    """A period that has ended, by which definition it is counted, and what the person looked at."""

    opening_on = forms.DateField(label=_("From the close of"), widget=DayInput(), validators=DAYS)
    closing_on = forms.DateField(label=_("To the close of"), widget=DayInput(), validators=DAYS)
    definition = forms.ChoiceField(label=_("Counted by"), widget=Select())
    looked_at = forms.CharField(required=False, widget=forms.HiddenInput(), max_length=64)

    def __init__(self, *given: Any, definitions: dict[str, str], **more: Any) -> None:
        super().__init__(*given, **more)
        counted = self.fields["definition"]
        if isinstance(counted, forms.ChoiceField):
            counted.choices = list(definitions.items())


class ReopeningForm(forms.Form):
    """Why a closed period is opened again."""

    because = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )


class DefinitionForm(forms.Form):
    """A name, and an answer to each question on which sources differ."""

    name = forms.CharField(
        label=_("Name of the definition"),
        max_length=50,
        validators=[
            RegexValidator(NAME, _("Letters, digits, spaces, hyphens and underscores.")),
            _is_no_figure,
        ],
    )
    grace_days = forms.IntegerField(
        label=SETTINGS["grace_days"][0],
        help_text=SETTINGS["grace_days"][1],
        min_value=0,
        max_value=LONGEST_GRACE,
        initial=DEFAULT.grace_days,
    )
    reactivation_max_days = forms.IntegerField(
        label=SETTINGS["reactivation_max_days"][0],
        help_text=_("Days; empty for no limit. Who was away longer is a new customer again."),
        min_value=1,
        required=False,
        initial=DEFAULT.reactivation_max_days,
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for setting in CHOSEN:
            label, meaning = SETTINGS[setting]
            self.fields[setting] = forms.ChoiceField(
                label=label,
                help_text=meaning,
                choices=[(place, told_value(setting, value)) for place, value in _placed(setting)],
                initial=next(p for p, v in _placed(setting) if v == getattr(DEFAULT, setting)),
                widget=Select(),
            )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if not self.errors:
            try:
                self.definition()
            except NotOffered as refusal:
                place = refusal.setting if refusal.setting in self.fields else None
                self.add_error(place, _why(refusal))
        return clean

    def definition(self) -> Definition:
        """The set that was asked for. Raises NotOffered where two answers don't go together."""
        clean = self.cleaned_data
        chosen: dict[str, Any] = {
            setting: dict(_placed(setting))[clean[setting]] for setting in CHOSEN
        }
        days = {name: clean[name] for name in ("grace_days", "reactivation_max_days")}
        return Definition(name=clean["name"], **days, **chosen)


def _why(refusal: NotOffered) -> str:
    """What was refused, and the other setting with the value beside which it could be."""
    if refusal.setting not in SETTINGS:
        return gettext("A set of settings can't be called “%(name)s”.") % {"name": refusal.value}
    refused = told_setting(refusal.setting, refusal.value)
    if refusal.needs is None:
        return gettext("%(refused)s can't be counted.") % {"refused": refused}
    if refusal.setting == "reactivation_max_days":
        return gettext("%(refused)s must be longer than “%(grace)s”.") % {
            "refused": refused,
            "grace": SETTINGS["grace_days"][0],
        }
    return gettext("%(refused)s goes only with %(needed)s.") % {
        "refused": refused,
        "needed": told_setting(*refusal.needs),
    }


def _placed(setting: str) -> list[tuple[str, Any]]:
    """The values of a setting, each by its place: True and 1 would read alike in a form."""
    return [(str(place), value) for place, value in enumerate(OFFERED[setting])]
