"""Codes of findings and faults in words, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from banso.rooms.ingestion.points import Kind

FINDINGS = {
    "missing": _("is empty, and every row needs it"),
    "not_a_date": _("is not a date that can be read"),
    "ambiguous_date": _("could be two different dates; write it as 2026-04-01"),
    "not_a_number": _("is not a number"),
    "not_a_whole_number": _("is not a whole number"),
    "not_a_notice": _("is not a time before a day, such as 60日前 or 1か月前"),
    "too_small": _("must not be below %(least)s"),
    "too_large": _("must not be above %(most)s"),
    "too_many_decimals": _("has more decimals than the currency knows"),
    "too_long": _("is longer than %(longest)s characters"),
    "not_a_yes_or_no": _("is neither yes nor no"),
    "not_in_choices": _("is none of the words known here"),
    "not_an_email": _("is not a mail address"),
    "not_a_domain": _("is not a web domain"),
    "not_a_phone_number": _("is not a phone number"),
    "unknown_currency": _("is not a currency code such as JPY or USD"),
    "bad_corporate_number": _(
        "is not a corporate number: thirteen digits with a right check digit"
    ),
    "looks_like_my_number": _("looks like a personal My Number, which never enters the database"),
    "unknown_account": _("names the account %(named)s, which does not exist"),
    "ambiguous_account": _("fits %(number)s accounts: %(named)s; name it by its ID"),
    "merged_account": _("is an account that was merged into %(named)s"),
    "unknown_contact": _("names the contact %(named)s, who is not known at this account"),
    "contact_of_another_account": _("names the contact %(named)s of another account"),
    "unknown_contract": _("names the contract %(named)s, which does not exist"),
    "unknown_line": _("names the subscription line %(named)s, which does not exist"),
    "line_of_another_account": _("names the subscription line %(named)s of another account"),
    "outside_line": _("lies outside the days of the subscription line %(named)s"),
    "same_account": _("is the account from which it goes over"),
    "line_not_begun": _("must be after the first day of the subscription line %(named)s"),
    "line_over": _("must be before the end of the subscription line %(named)s"),
    "nothing_goes_over": _("is a day on which the account has no subscription line in force"),
    "lines_go_on": _("contradicts the contracts: %(number)s lines go on after that day"),
    "ends_before_notice": _("lies before the day on which notice was given"),
    "contradicts": _("contradicts the row itself, whose times say %(other)s"),
    "own_party": _("names the account itself"),
    "unknown_member": _("names %(named)s, who is not among the members"),
    "unknown_team": _("names the team %(named)s, which does not exist"),
    "overlaps": _("lies in the time of another holding: %(named)s, from %(since)s"),
    "held_no_day": _("is the first day itself, so that no day is held"),
    "begins_ahead": _("lies ahead: the history tells what has been until today"),
    "ends_ahead": _("lies ahead: the holding comes in as one that lasts"),
    "contract_of_another_account": _("names the contract %(named)s of another account"),
    "repeated_id": _("is the same as in row %(first)s of this file"),
    "repeated_item": _("is the same as in item %(first)s of this call"),
    "unknown_fact": _("is not among your own attributes of accounts"),
    "own_ancestor": _("makes the account its own parent"),
    "end_before_start": _("lies before the start"),
    "follows_itself": _("names the line itself"),
    "not_a_pause": _("names a line to pause, but the row is no pause"),
    "reporting_currency_needs_no_rate": _("is the reporting currency itself, which needs no rate"),
    "rate_out_of_reach": _("is too small or too large to reckon with"),
    "too_deep": _("stands more than %(most)s levels below its highest parent"),
    "account_marked_left": _("is open, though the account is marked as left"),
    "no_amount": _("is zero: a trial or a free line brings no ARR"),
    "list_below_price": _("is below the amount that is paid: list prices are before discounts"),
    "no_days": _("leaves no day of service: the line brings no ARR"),
    "too_many_cells": _("has more cells than the header has columns"),
    "database_refused": _("was refused by the database"),
}
FAULTS = {
    "too_large": _("The file is larger than 100 MB. Please split it."),
    "empty": _("The file is empty."),
    "no_header": _("The file has no row with column names."),
    "truncated": _("The file ends in the middle: it was cut short. Please export it again."),
    "binary": _("The file is neither CSV, Excel nor JSON."),
    "unknown_encoding": _(
        "The file's character encoding can't be recognised. Please save it as UTF-8."
    ),
    "malformed": _(
        "The file's quotes or characters don't add up near line %(line)s. Please export it again."
    ),
    "not_a_workbook": _("The file is not an Excel workbook that can be read."),
    "too_many_columns": _("The file has more than %(most)s columns."),
    "not_json": _("The JSON can't be read near line %(line)s. Please export it again."),
    "no_objects": _(
        "Near line %(line)s, the JSON holds something other than records with named values."
    ),
    "repeated_key": _("The key “%(key)s” comes twice in one record near line %(line)s."),
    "nested_too_deep": _("The JSON is nested more than %(most)s levels deep."),
    "sheet_too_large": _(
        "The sheet spans too many cells. Please delete what stands far below or beside the table."
    ),
    "no_table_inside": _("The ZIP holds no file that can be read: CSV, Excel or JSON."),
    "too_many_files": _("The ZIP holds more than %(most)s files. Please split it."),
    "unpacks_too_large": _(
        "The ZIP unpacks to more than is allowed. Please upload the files themselves."
    ),
    "password": _("The file is protected by a password. Please save it without one."),
    "refused": "%(reason)s",
    "gone": _("The uploaded file is no longer kept. Please upload it again."),
    "unknown_kind": _("From its column names, this file can't be told to be any kind of data."),
    "left_out": _("It is neither a table nor JSON, so it was left out."),
    "earlier_stopped": _(
        "“%(file)s”, which comes in before it, has stopped. Once that one is in, go on from here."
    ),
    "discarded": _("It was discarded."),
    "stopped": _(
        "An unexpected fault stopped it. What was committed before stands; "
        "it can be resumed or undone."
    ),
}


def finding(kind: Kind, stored: Mapping[str, Any]) -> str:
    """One finding as a sentence: the field's label and what about it."""
    key = stored["field"]
    label = next((str(each.label) for each in kind.fields if each.key == key), key)
    about = label or gettext("The row")
    words = what_about(stored["code"], stored["facts"])
    return gettext("“%(field)s” %(what)s") % {"field": about, "what": words}


def what_about(code: str, facts: Mapping[str, Any], *, otherwise: str = "") -> str:
    """What follows the field in the sentence; facts that are not given read `otherwise`."""
    return str(FINDINGS.get(code, code)) % _Facts(facts, otherwise)


def fault(code: str, facts: Mapping[str, Any]) -> str:
    """Why a whole file could not be read, as a sentence."""
    return str(FAULTS.get(code, code)) % _Facts(facts)


class _Facts(dict[str, Any]):
    """Facts of a finding; one that is not given prints as nothing, or as something stated."""

    def __init__(self, facts: Mapping[str, Any], otherwise: str = "") -> None:
        super().__init__(facts)
        self.otherwise = otherwise

    def __missing__(self, key: str) -> str:
        return self.otherwise
