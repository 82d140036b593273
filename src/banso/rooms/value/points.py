"""What happens to business cases."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

CASE_RECORDED = declare(
    "value.case_recorded",
    gettext_noop("Recorded a business case: %(why)s"),
    icon="flag",
)
CASE_CHANGED = declare(
    "value.case_changed",
    gettext_noop("Changed a business case: %(why)s"),
    icon="flag",
)
