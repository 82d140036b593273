"""What happens to renewals."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare
from banso.rooms.renewals.models import RenewalOutcome

WORDS = dict(RenewalOutcome.choices)

RENEWALS_RECONCILED = declare(
    "renewals.reconciled",
    gettext_noop(
        "Set renewals against the contracts: %(made)s new, %(changed)s changed, %(removed)s removed"
    ),
    icon="refresh-cw",
    story=gettext_noop("The renewals were set against the contracts"),
)
OUTCOME_RECORDED = declare(
    "renewals.outcome_recorded",
    gettext_noop("Recorded the renewal of %(contract)s on %(term_end_on)s: %(outcome)s"),
    icon="handshake",
    words={"outcome": WORDS},
)
RENEWAL_REOPENED = declare(
    "renewals.reopened",
    gettext_noop("Took back the outcome of %(contract)s on %(term_end_on)s: %(outcome)s"),
    icon="undo-2",
    words={"outcome": WORDS},
)
