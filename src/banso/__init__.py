"""Banso: choose, run and prove a customer-success organisation."""

from __future__ import annotations
