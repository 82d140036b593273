"""Data in: a company's own files, mapped, checked, committed in batches, and taken back.

A kind says what a row of accounts, contacts, members, subscriptions or rates may hold and which
action puts it. Every import goes the same way, in the browser and by the command: read → map →
check → commit → perhaps undo. Rejected rows are kept with their reason. A batch is committed whole
or not at all.
"""

from __future__ import annotations
