"""A sound model, and ways to spoil it one thing at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.operating.checks import check
from banso.engines.operating.document import Model
from banso.engines.operating.findings import Finding, Severity
from banso.engines.operating.reading import Document, read
from banso.engines.operating.routing import Router
from banso.engines.operating.surroundings import Load, Person, Surroundings

ON = date(2026, 4, 1)
YEN = Vocabulary(
    [
        Fact(key="arr", type=FactType.MONEY),
        Fact(key="complexity", type=FactType.INTEGER),
        Fact(key="industry", type=FactType.TEXT),
        Fact(key="tier", type=FactType.TEXT),
        Fact(key="paid_products", type=FactType.INTEGER),
        Fact(key="core_products", type=FactType.INTEGER),
        Fact(key="rank_by_arr", type=FactType.INTEGER),
    ],
    currency="JPY",
)
SOUND: dict[str, Any] = {
    "operating_model": "sound",
    "effective_on": "2026-04-01",
    "company": {
        "pools_need": {
            "single_source_of_truth": True,
            "shared_queue": True,
            "request_catalogue": True,
            "handover_packet": True,
        }
    },
    "segments": [{"key": "large", "when": "arr >= 6_000_000"}, {"key": "small", "when": "always"}],
    "roles": {
        "csm": {"reports_to": "cs", "hours_per_year": 1170},
        "pool_csm": {"reports_to": "cs", "hours_per_year": 1170},
        "account_manager": {"reports_to": "cs", "needs": {"business": 3}},
    },
    "coverage": {
        "large": {
            "mode": "dedicated",
            "role": "csm",
            "accounts_per_person": {"max": 12},
            "hours_per_account": 75,
            "funded_by": {"s_and_m": "expansion"},
        },
        "small": {
            "mode": "pooled",
            "pool": "general",
            "response_target": {"first_response": "8bh"},
            "funded_by": "cogs",
        },
    },
    "pools": {"general": {"members": {"role": "pool_csm"}}},
    "teams": [{"key": "cs"}],
    "duties": {
        "adoption": {"accountable": {"large": "csm", "small": "general"}},
        "renewal": {"accountable": {"large": "account_manager", "small": "general"}},
        "expansion": {"accountable": "account_manager"},
    },
    "renewals": {
        "large": {"closer": "account_manager", "preparer": "csm", "starts": "180d"},
        "small": {"closer": "general", "starts": "90d"},
    },
    "changes": {"freeze": {"before_term_end": "60d"}, "announce_to_customer": "14d"},
    "metrics": {"nrr": {"accountable": "cs", "lead": "yamada"}},
}


def spoiled(**given: Any) -> str:
    """The sound model as text with other values; `a__b` is b inside a, ... takes it out."""
    tree = deepcopy(SOUND)
    for name, value in given.items():
        *above, last = name.split("__")
        place = tree
        for step in above:
            place = place.setdefault(step, {})
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return json.dumps(tree, ensure_ascii=False, indent=1)


def document(**given: Any) -> Document:
    return read(spoiled(**given))


def model(**given: Any) -> Model:
    found = document(**given)
    assert found.model is not None, found.findings
    return found.model


def around(
    *people: Person, loads: Mapping[str, Load] | None = None, words: Vocabulary = YEN
) -> Surroundings:
    """With people where some are given, and Yamada, who leads."""
    known = (*people, Person(handle="yamada")) if people else None
    return Surroundings(vocabulary=words, on=ON, people=known, loads=loads)


def findings(where: Surroundings | None = None, **given: Any) -> tuple[Finding, ...]:
    return check(document(**given), where or around())


def found(where: Surroundings | None = None, **given: Any) -> list[tuple[str, str]]:
    """Severity and code of what the change brings: what is found in the sound model too is left
    out.
    """
    usual = {(each.severity, each.code) for each in findings(where)}
    told = [(each.severity, each.code) for each in findings(where, **given)]
    return [
        (Severity(grave).name.lower(), code) for grave, code in told if (grave, code) not in usual
    ]


def router(**given: Any) -> Router:
    return Router(model(**given), around())
