"""Floor 3: one Django app per room, stacked; a room sees only rooms below it."""

from __future__ import annotations
