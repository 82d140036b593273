"""What people and imports do to customers: accounts, contacts, facts, who holds what."""

from __future__ import annotations
