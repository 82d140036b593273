"""Reads of operating models."""

from __future__ import annotations
