"""Putting many rows by their own key, remembering enough to take them back.

`put` compares, creates and updates set-wise and returns one Change per touched row. `take_back`
undoes changes in reverse; a row that somebody has changed since, or to which somebody has added, is
kept as it is and named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar, cast

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import (
    CASCADE,
    Field,
    ForeignObjectRel,
    Model,
    ProtectedError,
    Q,
    RestrictedError,
)

from banso.kit.rows import column_defaults, insert_new, update_rows

M = TypeVar("M", bound=Model)
Values = Mapping[str, Any]
_PLAIN = frozenset({str, int, float, bool, type(None)})
IN_USE = "in_use"
_WORKED_OUT: dict[type[Model], Q | None] = {}
_encoded = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one row. `before` is None for a created row; then `digest` says what it
    held, and `along` what went in with it and goes with it, where the caller compares that.
    """

    model: str
    pk: int
    before: dict[str, Any] | None = None
    after: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    along: str = ""

    def as_json(self) -> dict[str, Any]:
        of_row: dict[str, Any] = {"model": self.model, "pk": self.pk}
        if self.before is None:
            return of_row | {"digest": self.digest, "along": self.along}
        return of_row | {"before": self.before, "after": self.after}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Change:
        return cls(**stored)


def packed(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes for keeping: created rows of one table that follow each other share one entry."""
    entries: list[dict[str, Any]] = []
    for change in changes:
        if change.before is not None:
            entries.append(change.as_json())
            continue
        names, _colon, mark = change.digest.partition(":")
        last = entries[-1] if entries else {}
        if (last.get("model"), last.get("names")) != (change.model, names):
            entries.append({"model": change.model, "names": names, "created": []})
        row = [change.pk, mark, change.along] if change.along else [change.pk, mark]
        entries[-1]["created"].append(row)
    return entries


def unpacked(entries: Iterable[Mapping[str, Any]]) -> list[Change]:
    """The changes that `packed` kept, in their order."""
    changes: list[Change] = []
    for entry in entries:
        if "created" not in entry:
            changes.append(Change.from_json(entry))
            continue
        for pk, mark, *along in entry["created"]:
            digest = f"{entry['names']}:{mark}"
            changes.append(Change(model=entry["model"], pk=pk, digest=digest, along="".join(along)))
    return changes


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one given row ended: the row's object and its change, or None where nothing
    differed.
    """

    pk: int
    change: Change | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What undoing did: rows removed, rows restored, and those kept with the reason's code."""

    removed: int
    restored: int
    kept: tuple[tuple[Change, str], ...]


def put(model: type[M], rows: Sequence[Values], *, key: Sequence[str]) -> list[Placed]:
    """Create or update `rows` (attribute names to values) matched by `key`; one Placed per row, in
    order.

    Two rows with one key in the same call are the caller's fault and raise ValueError.
    """
    keys = [tuple(row[name] for name in key) for row in rows]
    if len(set(keys)) != len(keys):
        raise ValueError("Expected each key once in one call.")
    found = _existing(model, keys, key)
    new = {k: row for k, row in zip(keys, rows, strict=True) if k not in found}
    changed: dict[tuple[Any, ...], tuple[dict[str, Any], dict[str, Any]]] = {}
    for k, row in zip(keys, rows, strict=True):
        if k in found:
            difference = _differences(found[k], row)
            if difference[0]:
                changed[k] = difference
    created = dict(zip(new, insert_new(model, list(new.values())), strict=True))
    _rewrite(
        model,
        {
            found[k].pk: {name: getattr(found[k], name) for name in after}
            for k, (_before, after) in changed.items()
        },
    )
    defaults = column_defaults(model)
    digests = {k: digest_of({**defaults, **row}) for k, row in new.items()}
    return [_placed(model, k, (created, digests, found, changed)) for k in keys]


def _placed(model: type[Model], k: tuple[Any, ...], sets: tuple[Any, ...]) -> Placed:
    label = model._meta.label_lower
    created, digests, found, changed = sets
    if k in created:
        return Placed(created[k], Change(model=label, pk=created[k], digest=digests[k]))
    pk = found[k].pk
    if k not in changed:
        return Placed(pk, None)
    before, after = changed[k]
    return Placed(pk, Change(model=label, pk=pk, before=before, after=after))


def _existing(
    model: type[M], keys: Sequence[tuple[Any, ...]], key: Sequence[str]
) -> dict[tuple[Any, ...], M]:
    if not keys:
        return {}
    wanted = {f"{key[0]}__in": {k[0] for k in keys}}
    # held until the end, in one order: what is read here is what a change is later undone to
    rows = model._default_manager.select_for_update().filter(**wanted).order_by("pk")
    return {tuple(getattr(row, name) for name in key): row for row in rows}


def _differences(row: Model, given: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set the given values on the row; what they were and what they are now, where they differ."""
    before, after = {}, {}
    for name, value in given.items():
        current = getattr(row, name)
        if current != value:
            before[name], after[name] = stored(current), stored(value)
            setattr(row, name, value)
    return before, after


def _rewrite(model: type[Model], changed: Mapping[int, Values]) -> None:
    """Write these columns of the rows by primary key, neighbours with the same columns together.

    The order of keys goes before the size of the groups: see `update_rows`.
    """
    in_order = sorted(changed.items(), key=itemgetter(0))
    for names, group in groupby(in_order, key=lambda row: tuple(row[1])):
        update_rows(model, names, [[*values.values(), pk] for pk, values in group])


def _nothing(_change: Change) -> str:
    return ""


def take_back(changes: Iterable[Change], *, spare: Callable[[Change], str] = _nothing) -> TakenBack:
    """Undo the changes, last first. Kept are rows changed since ("changed_since") or in use
    ("in_use"), and those for which `spare` names such a code.
    """
    removed = restored = 0
    asked = [(change, spare(change)) for change in reversed(list(changes))]
    kept = [(change, code) for change, code in asked if code]
    latest_first = [change for change, code in asked if not code]
    for (label, was_created), group in groupby(
        latest_first, key=lambda c: (c.model, c.before is None)
    ):
        same = list(group)
        model = apps.get_model(label)
        refusals = _remove(model, same) if was_created else _restore(model, same)
        kept.extend(refusals)
        if was_created:
            removed += len(same) - len(refusals)
        else:
            restored += len(same) - len(refusals)
    return TakenBack(removed, restored, tuple(kept))


def _restore(model: type[Model], changes: list[Change]) -> list[tuple[Change, str]]:
    rows = model._default_manager.in_bulk([change.pk for change in changes])
    refusals, clean = [], []
    former: dict[int, dict[str, Any]] = {}
    for change in changes:
        row = rows.get(change.pk)
        if row is None or any(stored(getattr(row, n)) != v for n, v in change.after.items()):
            refusals.append((change, "changed_since" if row else "gone"))
            continue
        for name, value in (change.before or {}).items():
            held = cast("Field[Any, Any]", model._meta.get_field(name)).to_python(value)
            setattr(row, name, held)  # an earlier change of the same row comes next
            former.setdefault(change.pk, {})[name] = held
        clean.append(change)
    taken = _put_back(model, former)
    return refusals + [(change, "changed_since") for change in clean if change.pk in taken]


def _put_back(model: type[Model], former: Mapping[int, Values]) -> set[int]:
    """Write what the rows held before; the keys of those whose former values a row that came since
    has taken.
    """
    try:
        with transaction.atomic():
            _rewrite(model, former)
    except IntegrityError:
        if len(former) == 1:
            return set(former)
        return {taken for pk in sorted(former) for taken in _put_back(model, {pk: former[pk]})}
    return set()


def _remove(model: type[Model], changes: list[Change]) -> list[tuple[Change, str]]:
    rows = model._default_manager.in_bulk([change.pk for change in changes])
    refusals, clean = [], []
    for change in changes:
        row = rows.get(change.pk)
        if row is not None and digest_of(_held(row, change)) != change.digest:
            refusals.append((change, "changed_since"))
        elif row is not None:
            clean.append(change)
    return refusals + _delete(model, clean)


def worked_out(model: type[Model], when: Q | None = None) -> None:
    """Say that rows of a table, or those of them that fit, are worked out from rows they belong to.

    They go when those are taken back. Whatever else belongs to a row is somebody's word: the row is
    then in use, and stays.
    """
    _WORKED_OUT[model] = when


def _bearing_words(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those rows to which somebody's word belongs, that would go with them."""
    found: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is not CASCADE:
            continue
        table, name = relation.related_model, relation.field.name
        words = table._default_manager.filter(**{f"{name}__in": keys})
        if table in _WORKED_OUT:
            gone = _WORKED_OUT[table]
            words = words.exclude(gone) if gone else words.none()
        found.update(words.values_list(f"{name}_id", flat=True))
    return found


def _delete(model: type[Model], changes: list[Change]) -> list[tuple[Change, str]]:
    """Delete what bears nobody's word."""
    used = _bearing_words(model, [change.pk for change in changes]) if changes else set()
    free = [change for change in changes if change.pk not in used]
    refused = [(change, IN_USE) for change in changes if change.pk in used]
    return refused + _delete_unused(model, free)


def _delete_unused(model: type[Model], changes: list[Change]) -> list[tuple[Change, str]]:
    """Delete all at once; when something uses one of them, halve until only the used ones stay."""
    if not changes:
        return []
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=[change.pk for change in changes]).delete()
    except (ProtectedError, RestrictedError):
        if len(changes) == 1:
            return [(changes[0], IN_USE)]
        half = len(changes) // 2
        return _delete_unused(model, changes[:half]) + _delete_unused(model, changes[half:])
    return []


def _held(row: Model, change: Change) -> dict[str, Any]:
    return {name: getattr(row, name) for name in change.digest.split(":", 1)[0].split(",")}


def digest_of(values: Values) -> str:
    """The names of the values and a short hash over them, so that a later difference shows."""
    names, in_order = _sorted_names(tuple(values))
    held = [each if type(each) in _PLAIN else stored(each) for each in in_order(values)]
    return names + ":" + blake2b(_encoded(held).encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=256)
def _sorted_names(names: tuple[str, ...]) -> tuple[str, Callable[[Values], list[Any]]]:
    """The names as a digest begins with them, and what takes their values in that order."""
    ordered = sorted(names)
    return ",".join(ordered), lambda values: [values[name] for name in ordered]


def stored(value: Any) -> Any:
    """A value as the change keeps it in JSON."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, str | int):  # a choice of an enumeration
        return value
    if isinstance(value, datetime):  # one moment, however its offset was written
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 150.5 and the database's 150.5000 are one value
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
