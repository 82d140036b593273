"""What each finding says, by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

READING: Final[Mapping[str, _StrPromise]] = {
    "too_long": _("The document has more than %(most)s signs."),
    "not_yaml": _("Here the text can't be read as YAML. Look at indents, colons and brackets."),
    "repeated_key": _("The same key stands twice here; only one of them can count."),
    "no_model": _("There is no operating model in this text. Begin with operating_model: a key."),
    "missing_field": _("“%(field)s” is missing here."),
    "unknown_field": _("Nothing called “%(field)s” belongs here."),
    "not_a_choice": _("“%(given)s” is none of the choices of “%(field)s”."),
    "not_in_form": _(
        "“%(field)s” has another form: “%(given)s” doesn't fit. Times read 30d, 2w or 3m."
    ),
    "empty": _("“%(field)s” must not be empty."),
    "out_of_range": _("“%(given)s” is too small or too large for “%(field)s”."),
    "wrong_type": _("“%(field)s” takes another kind of value than “%(given)s”."),
    "unknown_name": _("“%(name)s” is not the name of anything here."),
    "unknown_lead": _("“%(name)s” is none of our members."),
    "repeated_name": _("Two things are called “%(name)s”."),
    "unsound_rule": _("This rule can't be understood."),
    "unknown_fact": _("There is no fact called “%(name)s”."),
    "fact_not_defined": _("The attribute “%(fact)s” does not exist in this company yet."),
    "fact_of_another_type": _("The attribute “%(fact)s” exists with another type: %(type)s."),
    "no_such_line": _("%(member)s: “%(name)s” is no line of the matrix on that side."),
}
CHECKED: Final[Mapping[str, _StrPromise]] = {
    "segment_gap": _("Some customers fall into no segment, such as one with %(example)s."),
    "segment_overlap": _(
        "“%(first)s” takes customers whom “%(later)s” would fit too, such as one with %(example)s."
    ),
    "segment_unreachable": _(
        "No customer can ever fall into “%(segment)s”: those above take all (%(behind)s)."
    ),
    "segments_not_surveyed": _(
        "The rules are too many to be sure that every customer falls into one segment."
    ),
    "segment_without_coverage": _("Nothing says how “%(segment)s” is served."),
    "coverage_without_role": _("“%(segment)s” is served by named people, but the role is missing."),
    "coverage_without_pool": _("“%(segment)s” is served by a pool, but the pool is missing."),
    "book_without_limit": _(
        "Nothing says how many customers of “%(segment)s” one person may hold."
    ),
    "assigned_without_cap": _(
        "“%(segment)s” has named people, but no cap on what a customer may ask."
    ),
    "pool_without_target": _("The pool of “%(segment)s” has no response target."),
    "digital_without_escalation": _(
        "“%(segment)s” is served by automation alone, and nobody helps when that fails."
    ),
    "experts_by_nothing": _(
        "“%(segment)s” goes to centres of excellence, but by what they divide is missing."
    ),
    "no_centre": _("No pool is a centre of excellence by “%(by)s”."),
    "centres_without_rest": _("Customers whom no centre knows have no pool."),
    "funding_missing": _("Nothing says who pays for serving “%(segment)s”."),
    "unknown_funding": _("“%(name)s” is no way of funding."),
    "spending_for_nothing": _(
        "“%(segment)s” is paid from sales and marketing, but what that is to bring is missing."
    ),
    "joined_otherwise": _(
        "Success and account management are said otherwise than dealt out: adoption is with "
        "%(adviser)s, expansion with %(seller)s."
    ),
    "merged_without_skills": _(
        "%(role)s advises and sells, but the role doesn't ask for both skills."
    ),
    "merged_asks_much": _("In “%(segment)s” one role, %(role)s, both advises and sells."),
    "no_such_team": _("There is no team “%(name)s” here, and it answers for “%(duty)s”."),
    "unknown_duty": _("“%(duty)s” is no duty that the ledger knows."),
    "duty_missing": _("The duty “%(duty)s” is not dealt out."),
    "no_accountable": _("Nobody answers for “%(duty)s” in “%(segment)s” (phase %(phase)s)."),
    "more_than_one_accountable": _("Several answer for “%(duty)s” in “%(segment)s”: %(holders)s."),
    "nobody_in_role": _(
        "Nobody has the role %(role)s, which answers for %(duties)s in “%(segment)s”."
    ),
    "nobody_can_hold": _(
        "Nobody in the role %(role)s has what it asks for (%(needs)s): %(duties)s in "
        "“%(segment)s” can't be held."
    ),
    "nobody_speaks": _(
        "Customers of “%(segment)s” need %(language)s, and nobody in the role %(role)s speaks it."
    ),
    "preconditions_not_stated": _(
        "A pool is planned, but whether its preconditions stand is not said."
    ),
    "pool_without_precondition": _(
        "A pool is planned for %(segments)s while a precondition is missing: %(missing)s."
    ),
    "pool_of_one": _("The pool “%(pool)s” has no more than one full-time person."),
    "pool_too_small": _(
        "The pool “%(pool)s” has %(people)s full-time people; %(at_least)s are wanted."
    ),
    "reserve_not_counted": _(
        "Hours are reserved for the pool “%(pool)s”, but nothing says how their use is counted."
    ),
    "centre_owns_nothing": _(
        "The centre of excellence “%(pool)s” owns nothing that others could use."
    ),
    "too_deep": _("Teams are cut more than %(most)s times inside each other."),
    "cut_by_nothing": _("This team is cut by %(cut)s, but “%(field)s” is missing."),
    "liaison_without_sponsor": _("The team that connects CS with %(connects)s has no sponsor."),
    "phases_under_high_touch": _(
        "Teams change with the phases %(phases)s while %(segments)s is served one to one: at "
        "least %(handovers)s handovers in each customer's life."
    ),
    "handover_each_phase": _(
        "Teams change with the phases %(phases)s: at least %(handovers)s handovers in each "
        "customer's life."
    ),
    "line_without_anybody": _("Nobody holds the line “%(name)s” of the matrix."),
    "reports_to_nobody": _("Nothing says whom the role %(role)s reports to."),
    "segment_without_renewal": _("Nothing says who renews “%(segment)s”."),
    "closer_is_not_accountable": _(
        "In “%(segment)s” %(closer)s closes renewals for which %(accountable)s answers."
    ),
    "adviser_closes_untrained": _(
        "%(role)s advises “%(segment)s” and closes its renewals, but the role asks for no "
        "business skill."
    ),
    "hard_negotiations_not_excepted": _(
        "%(role)s closes all renewals of “%(segment)s”, also those that were hard to negotiate."
    ),
    "no_freeze": _("Customers may change hands at any time, also while a renewal is negotiated."),
    "individual_renewal_quota": _("%(role)s has a renewal quota of each person's own."),
    "paid_for_what_another_closes": _("%(role)s is paid for renewals that somebody else closes."),
    "pay_on_nothing": _(
        "An incentive of %(role)s says neither what is measured nor what leaves a mark."
    ),
    "floor_above_target": _("The incentive of %(role)s begins at or above its target."),
    "more_than_all_pay": _("The incentives of %(role)s come to more than all of the pay."),
    "pay_link_without_pay": _(
        "Renewals of “%(segment)s” are linked to the pay of %(role)s, who has no incentive on them."
    ),
    "metric_of_nobody": _("Nobody answers for “%(metric)s”."),
    "metric_of_several": _("Several teams answer for “%(metric)s”: %(teams)s."),
    "metric_without_lead": _("“%(metric)s” has no named lead."),
    "metric_of_itself": _("These metrics are made of each other in a circle: %(metrics)s."),
    "no_retention_metric": _("None of the metrics tells of retention."),
    "too_many_faces": _("A customer of “%(segment)s” deals with %(faces)s people: %(who)s."),
    "book_too_big": _(
        "%(accounts)s customers of “%(segment)s” need %(needed)s hours a year; a person has "
        "%(hours)s."
    ),
    "capacity_short": _(
        "%(accounts)s customers of “%(segment)s” need %(needed)s hours a year; all in the "
        "role %(role)s have %(hours)s."
    ),
    "cap_is_no_promise": _(
        "If all %(accounts)s customers of “%(segment)s” took what their cap allows, "
        "%(needed)s hours a year were needed; there are %(hours)s."
    ),
}
SAID: Final[Mapping[str, _StrPromise]] = {**READING, **CHECKED}
