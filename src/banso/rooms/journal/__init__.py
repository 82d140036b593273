"""What happened: every act is one entry, written in the act's own transaction.

An entry stores codes and numbers; its sentence is rendered on reading, in the reader's language.
Links tie an entry to the accounts it concerns, by id. The entry is also the outbox: reactions
declared for its event are enqueued with it and vanish with a rollback. Entries can't be changed or
removed; the database refuses it.
"""

from __future__ import annotations
