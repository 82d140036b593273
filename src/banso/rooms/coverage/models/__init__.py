"""The tables of coverage; Django finds them through this module."""

from __future__ import annotations

from banso.rooms.coverage.models.handovers import (
    HANDOVER_MOVES,
    Handover,
    HandoverQuestion,
    HandoverState,
    RefusalReason,
)
from banso.rooms.coverage.models.rebalances import (
    Rebalance,
    RebalanceMove,
    RebalanceSearch,
    RebalanceState,
)
from banso.rooms.coverage.models.reviews import (
    Approval,
    PlanComment,
    Reservation,
)
from banso.rooms.coverage.models.versions import (
    Application,
    ApplicationPart,
    Appointment,
    ModelVersion,
    VersionState,
)

__all__ = [
    "HANDOVER_MOVES",
    "Application",
    "ApplicationPart",
    "Appointment",
    "Approval",
    "Handover",
    "HandoverQuestion",
    "HandoverState",
    "ModelVersion",
    "PlanComment",
    "Rebalance",
    "RebalanceMove",
    "RebalanceSearch",
    "RebalanceState",
    "RefusalReason",
    "Reservation",
    "VersionState",
]
