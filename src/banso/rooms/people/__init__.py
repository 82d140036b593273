"""Our people: members with their team, job role and hours; teams and pools.

A member's handle is the key by which files and operating models name the person. A pool is a team
of kind pool.
"""

from __future__ import annotations
