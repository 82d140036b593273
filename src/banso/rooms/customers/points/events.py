"""What this room tells the journal."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

ACCOUNTS_PUT = declare(
    "customers.accounts_put",
    gettext_noop("Imported accounts: %(created)s new, %(updated)s changed"),
    icon="building-2",
    story=gettext_noop("The account was added or changed by an import"),
)
ACCOUNTS_TAKEN_BACK = declare(
    "customers.accounts_taken_back",
    gettext_noop("Took back imported accounts: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("Changes that an import had made were taken back"),
)
DUTY_HANDED = declare(
    "customers.duty_handed",
    gettext_noop("Imported holders: duties of %(number)s accounts changed hands"),
    icon="users",
    story=gettext_noop("The holder of a duty was changed by an import"),
)
DUTIES_PASSED = declare(
    "customers.duties_passed",
    gettext_noop("Duties of %(number)s accounts passed on"),
    icon="users",
    story=gettext_noop("A duty passed on by the operating model"),
)
HOLDINGS_PUT = declare(
    "customers.holdings_put",
    gettext_noop("Imported holdings: %(created)s new, %(updated)s changed"),
    icon="users",
    story=gettext_noop("Who held which duty was added or changed by an import"),
)
HOLDINGS_TAKEN_BACK = declare(
    "customers.holdings_taken_back",
    gettext_noop("Took back holdings: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("Who held which duty is as it was before"),
)
CONTACTS_PUT = declare(
    "customers.contacts_put",
    gettext_noop("Imported contacts: %(created)s new, %(updated)s changed"),
    icon="users",
    story=gettext_noop("Contacts were added or changed by an import"),
)
CONTACTS_TAKEN_BACK = declare(
    "customers.contacts_taken_back",
    gettext_noop("Took back imported contacts: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("Contacts that an import had brought were taken back"),
)
KANA_CORRECTED = declare(
    "customers.kana_corrected",
    gettext_noop("Corrected the reading of %(name)s to %(kana)s"),
    icon="check",
)
FACT_DEFINED = declare(
    "customers.fact_defined", gettext_noop("Defined the attribute “%(label)s”"), icon="database"
)
FACT_FORGOTTEN = declare(
    "customers.fact_forgotten",
    gettext_noop("Dropped the attribute “%(label)s”, which no account had"),
    icon="undo-2",
)
TOUCHPOINTS_PUT = declare(
    "customers.touchpoints_put",
    gettext_noop("Imported touchpoints: %(created)s new, %(updated)s changed"),
    icon="upload",
)
TOUCHPOINTS_TAKEN_BACK = declare(
    "customers.touchpoints_taken_back",
    gettext_noop("Took back imported touchpoints: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
TICKETS_PUT = declare(
    "customers.tickets_put",
    gettext_noop("Imported tickets: %(created)s new, %(updated)s changed"),
    icon="upload",
)
TICKETS_TAKEN_BACK = declare(
    "customers.tickets_taken_back",
    gettext_noop("Took back imported tickets: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
ANSWERS_PUT = declare(
    "customers.answers_put",
    gettext_noop("Imported survey answers: %(created)s new, %(updated)s changed"),
    icon="upload",
)
ANSWERS_TAKEN_BACK = declare(
    "customers.answers_taken_back",
    gettext_noop("Took back imported survey answers: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
PARTIES_PUT = declare(
    "customers.parties_put",
    gettext_noop("Imported parties: %(created)s new, %(updated)s changed"),
    icon="upload",
)
PARTIES_TAKEN_BACK = declare(
    "customers.parties_taken_back",
    gettext_noop("Took back imported parties: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
MINUTES_PUT = declare(
    "customers.minutes_put",
    gettext_noop("Imported standard minutes: %(created)s new, %(updated)s changed"),
    icon="upload",
)
MINUTES_TAKEN_BACK = declare(
    "customers.minutes_taken_back",
    gettext_noop("Took back imported standard minutes: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
TOUCH_LOGGED = declare(
    "customers.touch_logged",
    gettext_noop("Logged a touchpoint: %(subject)s"),
    icon="check",
)
TOUCH_CHANGED = declare(
    "customers.touch_changed",
    gettext_noop("Changed a touchpoint: %(subject)s"),
    icon="check",
)
TOUCH_REMOVED = declare(
    "customers.touch_removed",
    gettext_noop("Removed a touchpoint: %(subject)s"),
    icon="undo-2",
)
PROMISE_KEPT = declare(
    "customers.promise_kept",
    gettext_noop("Kept a promise: %(text)s"),
    icon="check",
)
PROMISE_DROPPED = declare(
    "customers.promise_dropped",
    gettext_noop("Dropped a promise: %(text)s"),
    icon="x",
)
PROMISE_REOPENED = declare(
    "customers.promise_reopened",
    gettext_noop("Opened a promise again: %(text)s"),
    icon="undo-2",
)
CONTACT_TRANSFERRED = declare(
    "customers.contact_transferred",
    gettext_noop("%(name)s was transferred; %(successor)s follows"),
    icon="users",
)
CONTACT_LEFT = declare(
    "customers.contact_left",
    gettext_noop("%(name)s was transferred; nobody follows yet"),
    icon="users",
)
CONTACT_ADDED = declare(
    "customers.contact_added",
    gettext_noop("Added the contact %(name)s"),
    icon="users",
)
CONTACT_CHANGED = declare(
    "customers.contact_changed",
    gettext_noop("Changed the contact %(name)s"),
    icon="users",
)
CLOSENESS_NOTED = declare(
    "customers.closeness_noted",
    gettext_noop("Noted how well %(member)s knows %(contact)s"),
    icon="users",
)
VIEW_SAVED = declare(
    "customers.view_saved",
    gettext_noop("Saved the view “%(name)s”"),
    icon="check",
)
VIEW_DELETED = declare(
    "customers.view_deleted",
    gettext_noop("Deleted the view “%(name)s”"),
    icon="x",
)
ACCOUNTS_EDITED = declare(
    "customers.accounts_edited",
    gettext_noop("Set “%(label)s” of %(number)s accounts to “%(value)s”"),
    icon="check",
    story=gettext_noop("“%(label)s” was set to “%(value)s”"),
)
EDIT_UNDONE = declare(
    "customers.edit_undone",
    gettext_noop("Undid the change of “%(label)s”: %(restored)s accounts, %(kept)s stayed"),
    icon="undo-2",
    story=gettext_noop("The change of “%(label)s” was undone"),
)
ACCOUNTS_MERGED = declare(
    "customers.accounts_merged",
    gettext_noop("%(former)s was merged into %(account)s"),
    icon="users",
)
MERGE_UNDONE = declare(
    "customers.merge_undone",
    gettext_noop("%(former)s was separated from %(account)s again"),
    icon="undo-2",
)
KEPT_APART = declare(
    "customers.kept_apart",
    gettext_noop("%(first)s and %(second)s are two customers"),
    icon="check",
)
PROPOSED_AGAIN = declare(
    "customers.proposed_again",
    gettext_noop("%(first)s and %(second)s may be one customer after all"),
    icon="undo-2",
)
HISTORY_KEPT = declare(
    "customers.history_kept",
    gettext_noop("Began to keep the history of “%(label)s”"),
    icon="history",
)
HISTORY_DROPPED = declare(
    "customers.history_dropped",
    gettext_noop("Stopped keeping the history of “%(label)s” and deleted it"),
    icon="x",
)
SEGMENTS_SETTLED = declare(
    "customers.segments_settled",
    gettext_noop("Settled the segments: %(names)s; %(moved)s accounts changed segment"),
    icon="scale",
    story=gettext_noop("The segment changed with the definition of the segments"),
)
