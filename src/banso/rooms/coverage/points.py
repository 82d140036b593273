"""What happens to operating models."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

MODEL_DRAFTED = declare(
    "coverage.model_drafted",
    gettext_noop("Began a draft of the operating model “%(name)s”"),
    icon="pencil",
)
MODEL_REWRITTEN = declare(
    "coverage.model_rewritten",
    gettext_noop("Rewrote the draft “%(name)s”: revision %(revision)s"),
    icon="pencil",
)
MODEL_PROPOSED = declare(
    "coverage.model_proposed",
    gettext_noop("Proposed the operating model “%(name)s” for review"),
    icon="arrow-right",
)
MODEL_APPROVED = declare(
    "coverage.model_approved",
    gettext_noop("Approved the operating model “%(name)s”"),
)
MODEL_SENT_BACK = declare(
    "coverage.model_sent_back",
    gettext_noop("Sent the operating model “%(name)s” back: %(note)s"),
    icon="undo-2",
)
MODEL_DROPPED = declare(
    "coverage.model_dropped",
    gettext_noop("Dropped the operating model “%(name)s”"),
    icon="trash-2",
)
MODEL_APPLIED = declare(
    "coverage.model_applied",
    gettext_noop("Applied the operating model “%(name)s”: %(moves)s duties of %(number)s accounts"),
    icon="git-branch",
)
MODEL_TAKEN_BACK = declare(
    "coverage.model_taken_back",
    gettext_noop("Took back the operating model “%(name)s”: %(kept)s holders had changed since"),
    icon="undo-2",
)
