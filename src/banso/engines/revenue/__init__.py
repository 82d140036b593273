"""Recurring revenue: the integer change ledger and the movements between two days."""

from __future__ import annotations
