"""Work: what waits to be done for customers, who does it, and by when.

A *work item* is one thing to do for one account. It waits in a pool's queue, or for one person; it
is in somebody's hand; it is put off, frozen, done or withdrawn. A *seat* is a member's place in a
pool: how many items she takes at once and in a day there, and which queues she can serve. To take
an item is a *claim*: the item and a place on the seat, in one transaction. A claim lives by its
*lease*; when that runs out, the item goes back to the queue with its age.
"""

from __future__ import annotations
