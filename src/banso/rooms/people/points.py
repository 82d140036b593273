from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

MEMBERS_PUT = declare(
    "people.members_put",
    gettext_noop("Imported members: %(created)s new, %(updated)s changed"),
    icon="users",
)
MEMBERS_TAKEN_BACK = declare(
    "people.members_taken_back",
    gettext_noop("Took back imported members: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
POOLS_SETTLED = declare(
    "people.pools_settled",
    gettext_noop("Settled who works in which pool: %(joined)s joined, %(left)s left"),
    icon="users",
)
POOLS_RESTORED = declare(
    "people.pools_restored",
    gettext_noop("Pools are as before: %(removed)s memberships removed, %(restored)s restored"),
    icon="undo-2",
)
MEMBER_GIVEN_ACCESS = declare(
    "people.member_given_access",
    gettext_noop("%(name)s can now sign in with %(email)s"),
    icon="key-round",
)
