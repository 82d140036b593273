from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.rules.answers import Subject
from banso.engines.operating.checks import check, is_sound
from banso.engines.operating.difference import changes, passages
from banso.engines.operating.routing import Router
from tests.engines.operating.documents import SOUND, around, document, model, router

HOLDERS = ("csm", "pool_csm", "account_manager", "general", "cs")
PHASES = ("onboarding", "use")
holder = st.sampled_from(HOLDERS)
by_phase = st.one_of(holder, st.fixed_dictionaries({"*": holder}, optional={"use": holder}))
by_segment = st.one_of(
    holder, st.fixed_dictionaries({"*": by_phase}, optional={"large": by_phase}),
    st.fixed_dictionaries({}, optional={"large": by_phase, "small": by_phase}),
    st.lists(holder, max_size=2),
)  # fmt: skip
customers = st.builds(
    lambda arr, complexity: Subject({"arr": arr, "complexity": complexity}),
    st.none() | st.integers(0, 20_000_000),
    st.none() | st.integers(1, 5),
)
whens = st.sampled_from(["arr >= 6_000_000", "complexity >= 4", "missing(arr)", "always"])


@given(by_segment, by_segment, whens, customers)
def test_under_a_sound_model_each_duty_of_each_customer_has_exactly_one_who_answers(
    adoption: object, renewal: object, when: str, customer: Subject
) -> None:
    stated = {
        "phases": [{"key": key} for key in PHASES],
        "segments": [{"key": "large", "when": when}, {"key": "small", "when": "always"}],
        "duties": SOUND["duties"]
        | {"adoption": {"accountable": adoption}, "renewal": {"accountable": renewal}},
    }
    found = document(**stated)
    if found.model is None or not is_sound(check(found, around())):
        return
    routed = Router(found.model, around())
    for phase in PHASES:
        served = routed.served(customer, phase=phase)
        assert served is not None
        assert served.holders.keys() == found.model.duties.keys()
        assert set(served.holders.values()) <= set(HOLDERS)


@given(by_segment, st.lists(customers, max_size=5))
def test_what_passes_on_is_what_two_models_say_otherwise(
    adoption: object, asked: list[Subject]
) -> None:
    changed = document(duties__adoption={"accountable": adoption}).model
    if changed is None:
        return
    before, after = router(), Router(changed, around())
    told = passages((before.served(each), after.served(each)) for each in asked)
    differ = [
        each
        for each in asked
        if (one := before.served(each)) and (two := after.served(each))
        and one.holders.get("adoption") != two.holders.get("adoption")
    ]  # fmt: skip
    assert sum(told.values()) == len(differ)
    assert changes(model(), model()) == []
