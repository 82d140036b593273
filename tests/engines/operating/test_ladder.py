"""What comes next for a person: roles one after another, and which gates are open."""

from __future__ import annotations

from banso.engines.operating.document import Model, Role
from banso.engines.operating.ladder import Gate, Rung, ladder
from banso.engines.operating.templates import template


def with_roles(**roles: Role) -> Model:
    return template("strategic_and_pool").model_copy(update={"roles": roles})


LADDER = with_roles(
    pool_csm=Role(needs={"consulting": 1}, leads_to="csm"),
    csm=Role(needs={"consulting": 2, "business": 1}, leads_to="lead"),
    lead=Role(needs={"industry": 0}),
)


def test_a_ladder_begins_with_the_own_role_and_goes_on_to_those_it_leads_to() -> None:
    assert ladder(LADDER, "pool_csm", {"consulting": 2}) == (
        Rung("pool_csm", (Gate("consulting", 1, 2),)),
        Rung("csm", (Gate("consulting", 2, 2), Gate("business", 1, None))),
        Rung("lead", (Gate("industry", 0, None),)),
    )


def test_a_gate_is_met_at_its_level_and_where_nothing_is_known_only_at_none() -> None:
    gates = [Gate("s", 2, 1), Gate("s", 2, 2), Gate("s", 2, 3), Gate("s", 1), Gate("s", 0)]
    assert [gate.is_met for gate in gates] == [False, True, True, False, True]
    assert Rung("role", tuple(gates)).missing == (gates[0], gates[3])


def test_an_unknown_role_has_no_ladder_and_a_circle_ends() -> None:
    assert ladder(LADDER, "trainer", {}) == ()
    circle = with_roles(a=Role(leads_to="b"), b=Role(leads_to="a"))
    assert ladder(circle, "a", {}) == (Rung("a"), Rung("b"))
    assert ladder(with_roles(a=Role(leads_to="gone")), "a", {}) == (Rung("a"),)


def test_a_pool_leads_to_the_strategic_role_in_the_template_made_for_it() -> None:
    rungs = ladder(template("strategic_and_pool"), "pool_csm", {"consulting": 3})
    assert rungs == (Rung("pool_csm"), Rung("strategic_csm", (Gate("consulting", 3, 3),)))
