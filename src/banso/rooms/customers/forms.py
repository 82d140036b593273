from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import (
    Closeness,
    Contact,
    FactType,
    Mood,
    Stake,
    TouchKind,
)
from banso.rooms.customers.queries.columns import table_of
from banso.rooms.customers.queries.conditions import value_of
from banso.rooms.customers.queries.segments import SegmentRow, new_key
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.people.models import Team

MOMENT = "%Y-%m-%dT%H:%M"
MOST_MINUTES = 24 * 60
WHO_BEGAN = (
    ("", _("Not said")),
    ("yes", _("We did (proactive)")),
    ("no", _("The customer did (reactive)")),
)
NOBODY, SOMEBODY_NEW = "", "new"


class KanaForm(forms.Form):
    """The reading of an account's name."""

    kana = forms.CharField(label=_("Kana"), max_length=200)


class ViewForm(forms.Form):
    """The name of a saved view, and whether the team sees it too. `team` becomes the team or
    None.
    """

    name = forms.CharField(label=_("Name of the view"), max_length=80)

    def __init__(self, *given: Any, team: Team | None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.team = team
        if team is not None:
            label = gettext("Share with %(team)s") % {"team": team.name}
            self.fields["team"] = forms.BooleanField(label=label, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {"team": self.team if cleaned.get("team") else None}


class EditForm(forms.Form):
    """One column and the value that many accounts get; blank clears it."""

    column = forms.ChoiceField(label=_("What to set"))
    value = forms.CharField(label=_("New value"), required=False)

    def __init__(self, *given: Any, columns: Sequence[Column], column: Column, **more: Any) -> None:
        super().__init__(*given, **more)
        self.of = column
        choice = self.fields["column"]
        choice.choices = [(each.key, each.label) for each in columns]  # type: ignore[attr-defined]
        choice.initial = column.key
        self.fields["value"].widget = _value_widget(column)
        self.fields["value"].help_text = gettext("Leave it empty to clear what is there.")

    def clean_value(self) -> Any:
        text = str(self.cleaned_data["value"])
        if not text:
            return self.of.blank
        model, name = table_of(self.of)
        longest = getattr(model._meta.get_field(name), "max_length", None)
        if longest and len(text) > longest:
            raise forms.ValidationError(
                gettext("At most %(most)s characters fit.") % {"most": longest}
            )
        try:
            return value_of(text, self.of.type)
        except ValueError:
            raise forms.ValidationError(_refusal(self.of)) from None


def _value_widget(column: Column) -> forms.Widget:
    if column.type == FactType.FLAG:
        return forms.Select(choices=[("", "–"), ("True", _("Yes")), ("False", _("No"))])
    if column.type == FactType.DAY:
        return forms.DateInput(attrs={"type": "date"})
    if column.type == FactType.TEXT:
        return forms.TextInput(attrs={"list": "present-values"})
    return forms.TextInput(attrs={"inputmode": "decimal"})


def _refusal(column: Column) -> str:
    if column.type == FactType.DAY:
        return gettext("This isn't a day.")
    if column.type == FactType.INTEGER:
        return gettext("This isn't a whole number.")
    if column.type == FactType.MONEY:
        return gettext("This isn't an amount in the reporting currency.")
    return gettext("This isn't a number.")


def _day(label: Any, **given: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}), **given)


class TouchForm(forms.Form):
    """A touchpoint with a customer, and what was promised there."""

    text = forms.CharField(
        label=_("What was said"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea({"rows": 7, "autofocus": True}),
    )
    kind = forms.ChoiceField(label=_("How"), choices=TouchKind.choices)
    happened_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
    )
    contact = forms.ModelChoiceField(
        label=_("With whom"), queryset=Contact.objects.none(), required=False, empty_label="–"
    )
    proactive = forms.ChoiceField(label=_("Who began it"), choices=WHO_BEGAN, required=False)
    mood = forms.TypedChoiceField(
        label=_("Mood"),
        choices=[("", _("Not said")), *Mood.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    promise = forms.CharField(label=_("Promise to the customer"), max_length=500, required=False)
    due_on = _day(_("Due on"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    member = forms.ModelChoiceField(
        label=_("Who of us"), queryset=Member.objects.none(), required=False, empty_label="–"
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=MOST_MINUTES, required=False,
        help_text=_("Left empty, the standard minutes of its kind are taken."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, contacts: QuerySet[Contact], members: QuerySet[Member], **given: Any
    ) -> None:
        super().__init__(*args, **given)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]
        self.fields["member"].queryset = members  # type: ignore[attr-defined]

    def clean_proactive(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["proactive"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("due_on") and not given.get("promise"):
            self.add_error("promise", _("What is due on that day?"))
        if not (given.get("text") or given.get("subject") or given.get("promise")):
            self.add_error("text", _("Say in a word what it was about."))
        return given


class ContactForm(forms.Form):
    """A person at a customer."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kana = forms.CharField(label=_("Kana"), max_length=120, required=False)
    stake = forms.ChoiceField(label=_("Stake"), choices=Stake.choices, initial=Stake.OTHER)
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    email = forms.EmailField(label=_("Mail address"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    from_on = _day(_("There since"), required=False)
    left_on = _day(
        _("First day away"), required=False, help_text=_("Empty while they are at the customer.")
    )


class TransferForm(forms.Form):
    """A person at a customer leaves their post; somebody there, somebody new or nobody follows."""

    left_on = _day(_("First day away"))
    successor = forms.ChoiceField(label=_("Who follows"), required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    kana = forms.CharField(label=_("Kana"), max_length=120, required=False)
    email = forms.EmailField(label=_("Mail address"), required=False)
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    title = forms.CharField(label=_("Title"), max_length=120, required=False)

    def __init__(self, *args: Any, others: QuerySet[Contact], **given: Any) -> None:
        super().__init__(*args, **given)
        self.others = {str(contact.pk): contact for contact in others}
        there = [(pk, str(contact)) for pk, contact in self.others.items()]
        self.fields["successor"].choices = [  # type: ignore[attr-defined]
            (NOBODY, _("Nobody yet")), (SOMEBODY_NEW, _("Somebody new")), *there,
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("successor") == SOMEBODY_NEW and not given.get("name"):
            self.add_error("name", _("Give the name of who follows."))
        return given


class ClosenessForm(forms.Form):
    """How well one of ours knows one of theirs."""

    closeness = forms.TypedChoiceField(
        label=_("How well"),
        choices=[("", _("Nothing noted")), *Closeness.choices],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class MergeForm(forms.Form):
    """For each field in which two accounts differ, whose value remains."""

    def __init__(self, *args: Any, keys: Iterable[str], **given: Any) -> None:
        super().__init__(*args, **given)
        for key in keys:
            sides = [("staying", ""), ("former", "")]
            self.fields[key] = forms.ChoiceField(choices=sides, required=False)

    def taken(self) -> set[str]:
        """The fields whose value comes from the account that ends."""
        return {key for key, side in self.cleaned_data.items() if side == "former"}


class SegmentForm(forms.Form):
    """A segment: what it is called, and its rule. `past` lets the new list hold for the past."""

    name_ja = forms.CharField(label=_("Name in Japanese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    rule = forms.CharField(
        label=_("Rule"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    past = forms.BooleanField(
        label=_("Apply to the past too"),
        required=False,
        help_text=_("Figures of past periods are then cut by the new list as well."),
    )

    def row(self, key: str) -> SegmentRow:
        """The segment under its key, or a new one."""
        given = {name: self.cleaned_data[name] for name in ("name_ja", "name_en", "rule")}
        return SegmentRow(key=key or new_key(given["name_en"]), **given)
