"""What people do with imports (`imports`), how a run carries them out (`runs`), and the shipped
kinds.
"""

from __future__ import annotations

from banso.rooms.ingestion.actions import kinds

__all__ = ["kinds"]  # importing them makes them known: to the web, to commands and to a worker
