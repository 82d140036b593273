"""What changes from one model to the next: in the document, and for customers, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from banso.engines.operating.document import Model
    from banso.engines.operating.findings import Path
    from banso.engines.operating.routing import Served


@dataclass(frozen=True, slots=True)
class Change:
    """A place of the document that holds something else than before; None is nothing."""

    path: Path
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A duty passes from one holder to another, for customers of a segment; "" is nobody."""

    duty: str
    segment_before: str
    segment: str
    giver: str
    receiver: str


def changes(before: Model, after: Model) -> list[Change]:
    """Every place at which two documents differ, as deep as they still agree on what stands there.

    Parts of a list that have a key are the same part wherever they stand.
    """
    told = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            for each in (before, after)]  # fmt: skip
    return list(_changes((), *told))


def _changes(path: Path, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    sides = [_by_key(each) for each in (before, after)]
    if all(isinstance(each, Mapping) for each in sides):
        old, new = sides
        for key in dict.fromkeys([*old, *new]):
            yield from _changes((*path, key), old.get(key), new.get(key))
    else:
        yield Change(path, before, after)


def _by_key(stated: Any) -> Any:
    if isinstance(stated, list) and stated:
        keyed = [each.get("key") if isinstance(each, dict) else None for each in stated]
        if all(keyed) and len(set(keyed)) == len(keyed):
            return dict(zip(keyed, stated, strict=True))
    return stated


def passages(customers: Iterable[tuple[Served | None, Served | None]]) -> Counter[Passage]:
    """How many customers each passage concerns; what stays with its holder is none."""
    found: Counter[Passage] = Counter()
    for before, after in customers:
        old, new = (each.holders if each else {} for each in (before, after))
        for duty in dict.fromkeys([*old, *new]):
            if old.get(duty) != new.get(duty):
                found[
                    Passage(
                        duty=duty,
                        segment_before=before.segment if before else "",
                        segment=after.segment if after else "",
                        giver=old.get(duty, ""),
                        receiver=new.get(duty, ""),
                    )
                ] += 1
    return found
