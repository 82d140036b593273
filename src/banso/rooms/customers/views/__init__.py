"""The pages of customers: the list, and one account."""

from __future__ import annotations
