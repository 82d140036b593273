from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import Contact, Duty
from banso.rooms.people.models import Member
from banso.rooms.work.actions.raising import ItemStated
from banso.rooms.work.models import DeclineReason, Kind, Priority, WorkOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

SAID = [each for each in DeclineReason.choices if each[0] != DeclineReason.LEFT_LYING]


def _text(label: Any, *, rows: int = 3, required: bool = True) -> forms.CharField:
    area = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=5_000, required=required, widget=area)


class ActForm(forms.Form):
    """Something done with an item that needs no words."""

    version = forms.IntegerField(min_value=0, max_value=2**31, widget=forms.HiddenInput)


class FinishForm(ActForm):
    """What came of it."""

    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=WorkOutcome.choices, widget=forms.RadioSelect,
        initial=WorkOutcome.SOLVED,
    )  # fmt: skip
    note = _text(_("In a word, for whoever is asked next"), rows=2, required=False)


class DeclineForm(ActForm):
    """Why somebody passes it by."""

    reason = forms.ChoiceField(label=_("Why"), choices=SAID)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PutOffForm(ActForm):
    """For what it waits, and until when."""

    why = forms.CharField(label=_("Waiting for what"), max_length=200)
    until = forms.DateTimeField(
        label=_("Until"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )


class HandForm(ActForm):
    """To whom, and the story so far."""

    to = forms.ModelChoiceField(label=_("To whom"), queryset=Member.objects.none())
    note = _text(_("What was said, and what is to be done"))

    def __init__(self, *given: Any, among: Sequence[Member] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        to: Any = self.fields["to"]
        to.queryset = Member.objects.filter(pk__in=[each.pk for each in among])
        to.choices = [(each.pk, each.name) for each in among]


class TakeOverForm(ActForm):
    """A word to whoever has it."""

    note = forms.CharField(label=_("Why"), max_length=500)


class FreezeForm(ActForm):
    """Why nobody gets it for now."""

    why = forms.CharField(label=_("Why"), max_length=200)


class CommentForm(ActForm):
    """Something for whoever works on it."""

    text = _text(_("Comment"), rows=2)


class ChangeForm(ActForm):
    """How urgent it is, and of what topic."""

    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority.choices, coerce=int)
    topic = forms.ChoiceField(label=_("Topic"), required=False)

    def __init__(self, *given: Any, topics: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        topic: Any = self.fields["topic"]
        topic.choices = [("", "–"), *((each, each) for each in topics)]


class RaiseForm(forms.Form):
    """A work item as somebody states it; where it goes is told by the account and the model."""

    subject = forms.CharField(label=_("What is to be done"), max_length=200)
    text = _text(_("More of it"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind of work"), choices=Kind.choices, widget=forms.RadioSelect,
        initial=Kind.CUSTOMER,
    )  # fmt: skip
    duty = forms.ChoiceField(
        label=_("Duty"), choices=Duty.choices, initial=Duty.ADOPTION,
        help_text=_("Whoever holds it gets the work: a person or a pool."),
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=Priority.choices, coerce=int, initial=Priority.NORMAL
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    contact = forms.ModelChoiceField(
        label=_("Who of them asks"), queryset=Contact.objects.none(), required=False
    )
    due_at = forms.DateTimeField(
        label=_("Due by"), required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}),
        help_text=_("Leave it empty for the response target of the customer's segment."),
    )  # fmt: skip
    steps = _text(_("Steps, one a line"), required=False)

    def __init__(
        self, *given: Any, contacts: QuerySet[Contact], topics: Sequence[str], **more: Any
    ) -> None:
        super().__init__(*given, **more)
        contact: Any = self.fields["contact"]
        contact.queryset = contacts
        topic: Any = self.fields["topic"]
        topic.choices = [("", "–"), *((each, each) for each in topics)]

    def stated(self) -> ItemStated:
        """What was said, once it is clean."""
        said: dict[str, Any] = {**self.cleaned_data}
        said["steps"] = [line.strip()[:200] for line in said["steps"].splitlines() if line.strip()]
        return ItemStated(**said)
