"""Writes of renewals."""

from __future__ import annotations
