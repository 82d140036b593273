"""What people do with imports (`imports`), how a run carries them out (`runs`), and the shipped kinds."""

from __future__ import annotations
