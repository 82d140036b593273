from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

USE_PUT = declare(
    "usage.use_put",
    gettext_noop("Imported days of use: %(created)s new, %(updated)s changed"),
    icon="upload",
)
USE_TAKEN_BACK = declare(
    "usage.use_taken_back",
    gettext_noop("Took back imported days of use: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
