"""Writes of operating models: their versions, and carrying one out."""

from __future__ import annotations
