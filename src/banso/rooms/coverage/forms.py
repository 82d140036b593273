from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from banso.engines.operating.reading import LONGEST


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
