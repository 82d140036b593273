"""Floor 2: what every room stands on, without one product word."""

from __future__ import annotations
