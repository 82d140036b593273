"""Floor 1: pure Python. Numbers in, numbers out; no Django, no clock, no sentences, no I/O."""

from __future__ import annotations
