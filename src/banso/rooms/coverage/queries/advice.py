"""Why a finding matters and what to do about it, by its code; some need no more words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

ADVICE: Final[Mapping[str, _StrPromise]] = {
    "unknown_field": _("A word that nobody reads would change nothing without telling you."),
    "unknown_name": _("Name it as it is called elsewhere in the document, or add it there."),
    "unknown_lead": _("Put the handle of the person who is asked about it."),
    "no_such_team": _("Give it the name of one of your teams: name, in ja or en."),
    "fact_not_defined": _("Define it under Facts, and bring its values in with an import."),
    "segment_gap": _("End with a segment for which “always” holds, or widen a rule."),
    "segment_overlap": _(
        "The first segment that fits decides. Change the order if that is not what you mean."
    ),
    "segment_unreachable": _("Move it up, or take it out."),
    "segment_without_coverage": _("Add it under coverage, be it as self_serve."),
    "coverage_without_role": _("Name the role whose people hold these customers."),
    "coverage_without_pool": _("Name the pool."),
    "book_without_limit": _(
        "Without a limit books grow until nobody is served one to one. Set accounts_per_person."
    ),
    "assigned_without_cap": _(
        "A named person without a cap is a dedicated one without the hours. Set cap."
    ),
    "pool_without_target": _(
        "Customers give up their own contact for a fast answer: promise one, and it can be "
        "measured."
    ),
    "digital_without_escalation": _("Name with escalates_to who steps in."),
    "centres_without_rest": _("Name with pool who takes them."),
    "funding_missing": _(
        "People after the sale are paid by a service that is sold, by the expansion they "
        "bring, or as cost of sales. What none of them carries is cut first."
    ),
    "spending_for_nothing": _(
        "State it as {s_and_m: expansion}: spending on sales needs a target."
    ),
    "joined_otherwise": _("Change the duty or the word, so that both say the same."),
    "merged_without_skills": _(
        "Advising and negotiating are two skills that few have both of. Ask for both under "
        "needs, and train before you assign."
    ),
    "merged_asks_much": _(
        "For it: one salary, one contact, a financial figure of CS's own. Against it: the "
        "adviser's credibility, and a role that asks much of one person. It fits small "
        "customers and mature companies."
    ),
    "unknown_duty": _(
        "Duties are value, adoption, renewal, expansion, support and sponsor. Put what else is "
        "done under responsible."
    ),
    "duty_missing": _("Adoption, renewal and expansion each need somebody who answers for them."),
    "no_accountable": _("Name exactly one role, pool or team."),
    "more_than_one_accountable": _(
        "Where several answer, nobody does. Keep one; put the others under responsible or "
        "consulted."
    ),
    "nobody_in_role": _(
        "Hire, rename the role as your people have it, or give the duty to another."
    ),
    "nobody_can_hold": _("Train or hire before the day this holds, or ask for less."),
    "preconditions_not_stated": _(
        "Fill in company: pools_need. Who doesn't know a customer can serve it only if all "
        "that was said can be found."
    ),
    "pool_without_precondition": _(
        "First bring it about: one source of truth, a shared queue, a catalogue of requests, "
        "and a written handover."
    ),
    "pool_of_one": _("That is a dedicated person without the name. Merge it with another pool."),
    "pool_too_small": _(
        "A holiday and an illness would empty it. Merge it, or lower at_least knowingly."
    ),
    "reserve_not_counted": _(
        "What nobody counts stays the work of the few who care. Say with counted_by what is "
        "counted."
    ),
    "centre_owns_nothing": _(
        "What its members learn should become templates, playbooks and content for all. List "
        "them under owns."
    ),
    "too_deep": _("Each level costs somebody who leads it. Try a matrix."),
    "liaison_without_sponsor": _(
        "What such a team brings is hard to see; it lives by an executive who values that the"
        " partner team gets better."
    ),
    "phases_under_high_touch": _(
        "Contact thins out, and what a customer doesn't say is missed. Keep the person over "
        "the phases, or the records complete."
    ),
    "handover_each_phase": _("That is the price of standard work: write each handover down."),
    "segment_without_renewal": _("Add it under renewals: closer, and how early to start."),
    "closer_is_not_accountable": _(
        "That can be meant: signing is not answering. Be sure that both know."
    ),
    "adviser_closes_untrained": _(
        "Advisers lack experience in negotiating and dread the pressure. Ask for the skill, "
        "or let somebody else close."
    ),
    "hard_negotiations_not_excepted": _("Bring whoever negotiated first into those, under except."),
    "no_freeze": _(
        "Terms end on 31 March, reorganisations come on 1 April. Set changes: freeze, until "
        "the signature."
    ),
    "individual_renewal_quota": _(
        "It makes people keep customers to themselves, and nobody helps a colleague at a "
        "peak. Measure the team or the company."
    ),
    "paid_for_what_another_closes": _(
        "That works where it is said openly: they prepare, they don't sign. State closes: false."
    ),
    "pay_link_without_pay": _("Add the incentive, or take the link out."),
    "metric_of_nobody": _("Give it to exactly one team."),
    "metric_of_several": _("Give it to exactly one team."),
    "metric_without_lead": _("Name the person who is asked about it."),
    "no_retention_metric": _(
        "Work that leads to no figure of revenue can't be defended. Add nrr or grr at the top."
    ),
    "too_many_faces": _(
        "Customers ask whom to call. Write down the duty and the pay of each (missing: "
        "%(unclear)s), or let some step back."
    ),
    "book_too_big": _(
        "At most %(most)s fit. Lower the limit, the hours per customer, or the reserve."
    ),
    "capacity_short": _("Serve fewer this way, with fewer hours each, or hire."),
    "cap_is_no_promise": _(
        "A cap is no promise, but be sure that customers take less than the share %(most)s of it."
    ),
}
