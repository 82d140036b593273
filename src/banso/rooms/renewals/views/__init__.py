"""Pages of renewals."""

from __future__ import annotations
