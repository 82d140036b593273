from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.identity.models import AccessRole
from banso.rooms.people.models import AbsenceKind, skill_key

LEVELS = {
    0: _("0 – none yet"),
    1: _("1 – knows the basics"),
    2: _("2 – does it with help"),
    3: _("3 – does it alone"),
    4: _("4 – teaches others"),
}
SKILL_NAMES = {"consulting": _("Consulting"), "business": _("Business"), "industry": _("Industry")}


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GiveAccessForm(forms.Form):
    """The access role a member signs in with."""

    role = forms.ChoiceField(label=_("Access role"), choices=AccessRole.choices)


class SkillForm(forms.Form):
    """How far a member has come in a skill, and what shows it."""

    skill = forms.CharField(
        label=_("Skill"),
        max_length=60,
        help_text=_(
            "As the operating model calls it: consulting, business, or an industry, a product or a "
            "language by which customers are told apart."
        ),
        widget=forms.TextInput(attrs={"list": "known-skills", "autocapitalize": "off"}),
    )
    level = forms.TypedChoiceField(label=_("Level"), coerce=int, choices=list(LEVELS.items()))
    evidence = forms.CharField(
        label=_("What shows it"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_skill(self) -> str:
        return skill_key(self.cleaned_data["skill"])


class SkillKeyForm(forms.Form):
    """Which skill is meant."""

    skill = forms.CharField(max_length=60)


class AbsenceForm(forms.Form):
    """From when until when somebody is away, and why."""

    from_on = forms.DateField(label=_("First day away"), widget=_day_input())
    to_on = forms.DateField(
        label=_("First day back"),
        required=False,
        widget=_day_input(),
        help_text=_("Leave it empty while nobody knows it."),
    )
    kind = forms.ChoiceField(label=_("Why"), choices=AbsenceKind.choices)


class BackForm(forms.Form):
    """The first day back."""

    on = forms.DateField(label=_("First day back"), widget=_day_input())
