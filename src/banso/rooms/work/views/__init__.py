"""Pages of work."""

from __future__ import annotations
