"""The kinds of rows a company can bring in; each module offers one."""

from __future__ import annotations

from banso.rooms.ingestion.actions.kinds.accounts import AccountsKind
from banso.rooms.ingestion.actions.kinds.cancellations import CancellationsKind
from banso.rooms.ingestion.actions.kinds.contacts import ContactsKind
from banso.rooms.ingestion.actions.kinds.holdings import HoldingsKind
from banso.rooms.ingestion.actions.kinds.members import MembersKind
from banso.rooms.ingestion.actions.kinds.parties import PartiesKind
from banso.rooms.ingestion.actions.kinds.rates import RatesKind
from banso.rooms.ingestion.actions.kinds.skills import SkillsKind
from banso.rooms.ingestion.actions.kinds.standard_minutes import StandardMinutesKind
from banso.rooms.ingestion.actions.kinds.subscriptions import SubscriptionsKind
from banso.rooms.ingestion.actions.kinds.survey_answers import SurveyAnswersKind
from banso.rooms.ingestion.actions.kinds.tickets import TicketsKind
from banso.rooms.ingestion.actions.kinds.touchpoints import TouchpointsKind
from banso.rooms.ingestion.actions.kinds.transfers import TransfersKind
from banso.rooms.ingestion.actions.kinds.usage import UsageKind
from banso.rooms.ingestion.points import offer

for kind in (
    MembersKind(),
    AccountsKind(),
    ContactsKind(),
    PartiesKind(),
    RatesKind(),
    SubscriptionsKind(),
    TransfersKind(),
    CancellationsKind(),
    StandardMinutesKind(),
    TouchpointsKind(),
    TicketsKind(),
    SurveyAnswersKind(),
    UsageKind(),
    HoldingsKind(),
    SkillsKind(),
):
    offer(kind)
