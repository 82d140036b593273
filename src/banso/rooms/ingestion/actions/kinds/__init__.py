"""The kinds of rows a company can bring in; each module offers one."""

from __future__ import annotations

from banso.rooms.ingestion.actions.kinds.accounts import AccountsKind
from banso.rooms.ingestion.actions.kinds.contacts import ContactsKind
from banso.rooms.ingestion.actions.kinds.members import MembersKind
from banso.rooms.ingestion.actions.kinds.rates import RatesKind
from banso.rooms.ingestion.actions.kinds.subscriptions import SubscriptionsKind
from banso.rooms.ingestion.points import offer

for kind in (AccountsKind(), ContactsKind(), MembersKind(), RatesKind(), SubscriptionsKind()):
    offer(kind)
