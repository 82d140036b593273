from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.engines.operating.reading import LONGEST
from banso.rooms.coverage.models import RefusalReason
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise


class TextForm(forms.Form):
    """The text of a draft, with the revision that was before the writer's eyes."""

    text = forms.CharField(
        label=_("Document"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 34, "spellcheck": "false", "autocapitalize": "off",
                   "class": "textarea rule-text", "wrap": "off"}
        ),
    )  # fmt: skip
    revision = forms.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")  # as browsers send lines


class FileForm(forms.Form):
    """A document from a file."""

    file = forms.FileField(label=_("Document (YAML or JSON)"), max_length=200)

    def clean_file(self) -> str:
        given = self.cleaned_data["file"]
        if given.size > LONGEST:
            raise forms.ValidationError(_("The text is too long for an operating model."))
        try:
            return str(given.read().decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            raise forms.ValidationError(_("The file must be text in UTF-8.")) from fault


class ReviewForm(forms.Form):
    """What a reviewer says; needed where something is to be changed."""

    note = forms.CharField(
        label=_("What should change"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class HandoverForm(forms.Form):
    """Somebody acts on a handover and has nothing to add."""


def _words(label: _StrPromise, *, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4_000, widget=forms.Textarea(attrs={"rows": rows})
    )


class QuestionForm(HandoverForm):
    question = _words(_("What do you need to know before you accept?"))


class AnswerForm(HandoverForm):
    answer = _words(_("Your answer"))


class NoteForm(HandoverForm):
    note = _words(_("What no list tells: the people, the story, what to mind"), rows=6)


class ReopenForm(HandoverForm):
    words = _words(_("What you have settled with the receiver"))


class RefusalForm(HandoverForm):
    """Why a customer can't be taken over. Reasons that the model in force rules out aren't asked
    for; the action refuses them.
    """

    reason = forms.TypedChoiceField(label=_("Reason"), coerce=RefusalReason)
    detail = _words(_("What exactly, and what would have to change"))

    def __init__(
        self, *given: Any, reasons: Iterable[RefusalReason] = RefusalReason, **named: Any
    ) -> None:
        super().__init__(*given, **named)
        field = self.fields["reason"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  for the type checker
        field.choices = [(each.value, each.label) for each in reasons]


class WordsForm(forms.Form):
    """Why a reviewer settles a customer so, or what she remarks."""

    words = _words(_("Why, or what you remark"), rows=2)


class PinForm(WordsForm):
    """To whom of a role a customer is given, and why."""

    role = forms.CharField(max_length=60, widget=forms.HiddenInput)
    member = forms.ModelChoiceField(label=_("Give to"), queryset=Member.objects.none())

    def __init__(self, *given: Any, members: QuerySet[Member], **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the type checker
        field.queryset = members
