"""The templates asked: what the checks say of one, and how it serves a customer."""

from __future__ import annotations

from banso.engines.basis.rules.answers import Subject
from banso.engines.basis.rules.plain import Plain
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.operating.checks import check
from banso.engines.operating.document import Model
from banso.engines.operating.reading import read
from banso.engines.operating.routing import Router, Served
from banso.engines.operating.surroundings import Load, Person, Surroundings
from banso.engines.operating.templates import (
    template,
    template_keys,
)
from tests.engines.operating.documents import ON

KEYS = template_keys()
OF_BANSO = {
    "arr": FactType.MONEY,
    "term_end_on": FactType.DAY,
    "renewal_on": FactType.DAY,
    "notice_deadline_on": FactType.DAY,
    "csm": FactType.TEXT,
    "segment": FactType.TEXT,
    "industry": FactType.TEXT,
    "region": FactType.TEXT,
    "employees": FactType.INTEGER,
    "last_touch_on": FactType.DAY,
    "open_tickets": FactType.INTEGER,
    "open_promises": FactType.INTEGER,
}


def surroundings(
    model: Model, *people: Person, loads: dict[str, Load] | None = None, touch: int = 0
) -> Surroundings:
    """Banso's own facts and those the model declares; nobody is known unless given."""
    own = [Fact(key=key, type=kind) for key, kind in OF_BANSO.items()]
    declared = [Fact(key=key, type=kind) for key, kind in model.facts.items()]
    leads = [Person(handle=each.lead) for each in model.metrics.values() if each.lead]
    return Surroundings(
        vocabulary=Vocabulary(own, currency=model.company.currency).including(declared),
        on=ON,
        people=(*people, *leads) if people else None,
        loads=loads,
        minutes={"touch": touch} if touch else {},
    )


def codes(text: str, *people: Person) -> set[str]:
    document = read(text)
    assert document.model is not None, document.findings
    return {each.code for each in check(document, surroundings(document.model, *people))}


def served(key: str, **facts: Plain) -> Served:
    model = template(key)
    found = Router(model, surroundings(model)).served(Subject(facts))
    assert found is not None
    return found


def renewed(key: str, **facts: Plain) -> tuple[str, str, tuple[str, ...]]:
    found = served(key, **facts)
    return found.closer, found.preparer, found.joins
