"""The tables of customers; Django finds them through this module."""

from __future__ import annotations

from banso.rooms.customers.models.accounts import Account, Contact, Duty, Holding, Stake
from banso.rooms.customers.models.facts import (
    SLOT_COUNTS,
    SLOTS_OF_TYPE,
    AccountFacts,
    FactChange,
    FactDefinition,
    FactRefresh,
    FactType,
)
from banso.rooms.customers.models.lists import (
    BulkEdit,
    DuplicatePair,
    Merge,
    PairState,
    SavedView,
)
from banso.rooms.customers.models.parties import (
    AccountParty,
    Acquaintance,
    Closeness,
    Party,
    PartyRole,
)
from banso.rooms.customers.models.segments import Segment, SegmentList
from banso.rooms.customers.models.story import (
    Mood,
    Priority,
    Promise,
    StandardMinutes,
    SurveyAnswer,
    Ticket,
    TouchKind,
    Touchpoint,
)

__all__ = [
    "SLOTS_OF_TYPE",
    "SLOT_COUNTS",
    "Account",
    "AccountFacts",
    "AccountParty",
    "Acquaintance",
    "BulkEdit",
    "Closeness",
    "Contact",
    "DuplicatePair",
    "Duty",
    "FactChange",
    "FactDefinition",
    "FactRefresh",
    "FactType",
    "Holding",
    "Merge",
    "Mood",
    "PairState",
    "Party",
    "PartyRole",
    "Priority",
    "Promise",
    "SavedView",
    "Segment",
    "SegmentList",
    "Stake",
    "StandardMinutes",
    "SurveyAnswer",
    "Ticket",
    "TouchKind",
    "Touchpoint",
]
