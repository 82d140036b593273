"""Reads of work."""

from __future__ import annotations
