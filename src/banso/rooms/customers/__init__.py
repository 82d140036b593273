"""The customers: accounts and their contacts, the facts known of each, and who of us holds which
duty.

An account is its facts: one row of typed, indexed slots, assigned by `FactDefinition`, for the
platform's facts and the company's own alike. Who holds what is a dated ledger (`Holding`);
`visible_accounts` reads it.
"""

from __future__ import annotations
