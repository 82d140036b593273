"""A rule by which the list of accounts is narrowed: written, checked, and told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.keyset import capped_count
from banso.rooms.customers.queries import lists
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.wording import Speaker, faults_in_words
from banso.rooms.customers.views.listing import (
    LONGEST_RULE,
    RULE,
    address,
    pairs,
    rest_of,
)
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


def rule_told(text: str) -> str:
    """A rule in words; as it was written, with a remark, where it can't be understood."""
    spoken = rule_language()
    if spoken.faults(text):
        return _("can’t be understood: %(rule)s") % {"rule": text}
    return Speaker(spoken).rule(text)


@require_safe
@login_required
def rule(request: Request) -> HttpResponse:
    """The rule of the list, to be written or changed."""
    return page(
        request,
        "customers/rule.html",
        partial="drawer",
        kept=pairs(rest_of(request.GET, RULE)),
        here=address(rest_of(request.GET)),
        facts=rule_language().facts,
        **_checked(request, request.GET.get(RULE, "")),
    )


@require_safe
@login_required
def check(request: Request) -> HttpResponse:
    """Whether the rule can be understood, and how many accounts it fits."""
    text = request.GET.get("mended") or request.GET.get(RULE, "")
    return page(request, "customers/rule.html", partial="field", **_checked(request, text))


def _checked(request: Request, text: str) -> dict[str, Any]:
    text = text.strip()[:LONGEST_RULE]
    spoken = rule_language()
    faults = spoken.faults(text) if text else ()
    shown: dict[str, Any] = {"rule": text, "faults": faults_in_words(text, faults)}
    if not text or faults:
        return shown
    found = lists.accounts(request.user, lists.Wanted(rule=text), on=localdate())
    count, more = capped_count(found)
    return shown | {"words": Speaker(spoken).rule(text), "count": count, "more": more}
