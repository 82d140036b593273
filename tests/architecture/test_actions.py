"""Rule 2: a public action is atomic, takes `by` and `at` by keyword, and is in the journal."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.house import Module, modules, public_functions

UPKEEP = {  # no person's act: atomic, and not in the journal
    "banso.rooms.identity.actions.system_user",
    "banso.rooms.identity.actions.remember_look",
    "banso.rooms.identity.actions.note_key_used",
    "banso.rooms.customers.actions.facts.define_contributed_facts",
    "banso.rooms.customers.actions.facts.refresh_facts",
    "banso.rooms.customers.actions.facts.refresh_source",
    "banso.rooms.customers.actions.history.note_history",
    "banso.rooms.customers.actions.segments.date_segments_back",
    "banso.rooms.customers.actions.duplicates.propose_pairs",
    "banso.rooms.revenue.actions.refresh",
    "banso.rooms.revenue.actions.write_snapshots",
    "banso.rooms.work.actions.seats.settle_seats",
    "banso.rooms.work.actions.working.keep_in_hand",
    "banso.rooms.ingestion.actions.corrections.settle_corrections",
    "banso.rooms.ingestion.actions.corrections.reopen_rows",
}
APART = {
    "banso.rooms.journal.actions.record": "it is the journal",
    "banso.rooms.customers.actions.holders.put_holders": "a part of putting accounts",
    "banso.rooms.ingestion.actions.putting.keep_batch": "a part of bringing rows in",
    "banso.rooms.ingestion.actions.putting.bring_in": "the kind's own action is recorded",
    "banso.rooms.ingestion.actions.imports.keep_file": "it writes a file, no row",
    "banso.rooms.ingestion.actions.imports.forget_file": "it removes a file, no row",
}
READERS = {
    "banso.rooms.customers.actions.stated": "what rows say, before an action writes them",
    "banso.rooms.ingestion.actions.kinds.telling": "tells stored rows for the kinds beside it",
    "banso.rooms.ingestion.actions.kinds.reading": "reads cells for the kinds beside it",
    "banso.rooms.ingestion.actions.kinds.terms": "reads and tells terms for the kind beside it",
    "banso.rooms.ingestion.actions.kinds.lines": "reads what lines follow for the kind beside it",
    "banso.rooms.ingestion.actions.kinds.known": "looks names up for the kinds beside it",
}


def actions(every: tuple[Module, ...]) -> dict[str, ast.FunctionDef]:
    return {
        f"{module.name}.{function.name}": function
        for module in every
        if module.shelf == "actions" and module.name not in READERS
        for function in public_functions(module)
    }


def faults(name: str, act: ast.FunctionDef) -> list[str]:
    """What the action lacks."""
    marks = {ast.unparse(mark) for mark in act.decorator_list}
    if name in UPKEEP | APART.keys():
        return [] if "upkeep" in marks or name in APART else [f"{name} is not marked as upkeep"]
    keywords = {argument.arg for argument in act.args.kwonlyargs}
    called = {ast.unparse(node.func) for node in ast.walk(act) if isinstance(node, ast.Call)}
    lacks = {
        "is not atomic": "transaction.atomic" not in marks,
        "doesn't take by and at by keyword": not {"by", "at"} <= keywords,
        "isn't recorded": "record" not in called,
    }
    return [f"{name} {lack}" for lack, found in lacks.items() if found]


def test_every_public_action_keeps_the_rule() -> None:
    found = actions(modules())
    assert UPKEEP | APART.keys() <= found.keys()
    assert [fault for name, act in found.items() for fault in faults(name, act)] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("def act(*, by, at): record(E, by=by, at=at)", "is not atomic"),
        ("@transaction.atomic\ndef act(by, *, at): record(E, by=by, at=at)",
         "doesn't take by and at by keyword"),
        ("@transaction.atomic\ndef act(*, by, at): Account.objects.update()", "isn't recorded"),
        ("@upkeep\ndef act(*, by, at): record(E, by=by, at=at)", "is not atomic"),
    ],
)  # fmt: skip
def test_a_planted_action_that_breaks_the_rule_is_found(text: str, fault: str) -> None:
    planted = Module("banso.rooms.work.actions.claims", text)
    [(name, act)] = actions((planted,)).items()
    assert faults(name, act) == [f"banso.rooms.work.actions.claims.act {fault}"]


def test_a_planted_action_that_drops_its_mark_is_found() -> None:
    planted = Module("banso.rooms.revenue.actions", "def refresh(*, at, on): ...")
    [(name, act)] = actions((planted,)).items()
    assert faults(name, act) == [f"{name} is not marked as upkeep"]
