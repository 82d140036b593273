from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.identity.models import AccessRole
from banso.rooms.journal.points import declare

USER_ADDED = declare(
    "identity.user_added",
    gettext_noop("Gave %(name)s access as %(role)s"),
    icon="user-cog",
    words={"role": dict(AccessRole.choices)},
)
USER_CHANGED = declare(
    "identity.user_changed", gettext_noop("Changed the access of %(name)s"), icon="user-cog"
)
INSTALLATION_SET_UP = declare(
    "identity.installation_set_up", gettext_noop("Set up this installation"), icon="settings"
)
DEMO_FILLED = declare(
    "identity.demo_filled", gettext_noop("Filled this installation with the sample company")
)
JOB_RETRIED = declare(
    "identity.job_retried", gettext_noop("Had the failed job %(name)s run again"), icon="rotate-cw"
)
JOB_DISMISSED = declare(
    "identity.job_dismissed", gettext_noop("Dismissed the failed job %(name)s"), icon="list-checks"
)
PASSWORD_SET = declare(
    "identity.password_set", gettext_noop("%(name)s set a password"), icon="key-round"
)
KEY_CREATED = declare(
    "identity.key_created",
    gettext_noop("Created the API key %(name)s, which acts as %(user_name)s"),
    icon="key-round",
)
KEY_REVOKED = declare(
    "identity.key_revoked", gettext_noop("Revoked the API key %(name)s"), icon="key-round"
)
