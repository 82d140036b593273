"""Who is asking: users, sign-in, access roles, the typed Request, and the journal and jobs pages.

An access role says how far a person sees (row scopes live with the rows, in `customers.access`). It
is not a job role (people) and not a stake (a contact at the customer).
"""

from __future__ import annotations
