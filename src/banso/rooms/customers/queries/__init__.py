"""Reads of customers; each starts from the accounts the viewer may see."""

from __future__ import annotations
