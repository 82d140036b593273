"""The change-of-contact notice: a letter to the customer, drafted for people to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from banso.kit.templatetags.banso import day
from banso.rooms.coverage.queries.handovers import duty_names
from banso.rooms.customers.models import Contact, Touchpoint
from banso.rooms.customers.queries.people import at_customer, is_there

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from banso.rooms.coverage.models import Handover
    from banso.rooms.customers.models import Account

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Notice:
    """A drafted notice in one language, and to whom it goes."""

    language: str
    subject: str
    text: str
    contact: Contact | None


def change_notice(handover: Handover, *, company: str, language: str, on: date) -> Notice:
    """A notice of the handover from the company, as plain text in the language."""
    contact = addressee(handover.account, on=on)
    with override(language):
        subject = _("Notice of a change of your contact")
        paragraphs = [_head(handover, contact), *_body(handover, on), _foot(handover, company, on)]
    return Notice(language, subject, "\n\n".join(paragraphs), contact)


def addressee(account: Account, *, on: date) -> Contact | None:
    """Whom we met last and who is still there; else the first decision maker."""
    met = Touchpoint.objects.filter(account=account, contact__isnull=False)
    last = met.select_related("contact").order_by("-happened_at", "-pk").first()
    if last and last.contact and is_there(last.contact, on=on):
        return last.contact
    return next(iter(at_customer(account, on=on).present), None)


def _head(handover: Handover, contact: Contact | None) -> str:
    post = " ".join(filter(None, [contact.department, contact.title])) if contact else ""
    dear = _("Dear %(name)s,") % {"name": contact.name} if contact else _("Dear Sir or Madam,")
    return "\n".join(filter(None, [handover.account.name, post, dear]))


def _body(handover: Handover, on: date) -> Sequence[str]:
    names = {
        "giver": str(handover.giver),
        "receiver": str(handover.receiver),
        "duties": _(", ").join(duty_names(handover)),
        "day": day(handover.from_on),
    }
    mail = handover.receiver_member.email if handover.receiver_member else ""
    told = [
        _("Thank you for your continued trust in us."),
        _("From %(day)s, %(receiver)s takes over from %(giver)s as your contact for %(duties)s.")
        % names,
        _("What we have agreed with you stands: %(receiver)s has all of it in writing, and will "
          "see through what is still open.") % names,
    ]  # fmt: skip
    if not _has_left(handover, on):
        told.append(
            _("We would like to introduce %(receiver)s in a short call together with %(giver)s, "
              "and will ask you for a convenient time.") % names
        )  # fmt: skip
    if mail:
        told.append(_("Your new contact: %(receiver)s (%(mail)s)") % {**names, "mail": mail})
    return told


def _foot(handover: Handover, company: str, on: date) -> str:
    signs = handover.receiver if _has_left(handover, on) else handover.giver
    return "\n".join(filter(None, [_("Kind regards,"), company, str(signs)]))


def _has_left(handover: Handover, on: date) -> bool:
    """Whether the giver is no longer with us, and can neither sign nor come along."""
    giver = handover.giver_member
    return giver is not None and giver.left_on is not None and giver.left_on < on
