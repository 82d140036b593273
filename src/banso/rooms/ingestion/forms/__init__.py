"""What people hand in: files, and what each column of one says."""

from __future__ import annotations
