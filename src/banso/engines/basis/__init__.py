"""What every engine stands on: money, fiscal periods, Japanese text and cells, table schemas."""

from __future__ import annotations
