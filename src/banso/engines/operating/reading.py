"""From text to model: YAML or JSON, each fault with its line, its column and what may be meant.

A document that has faults here is no model at all; whether a readable one makes sense is for
`checks` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from banso.engines.basis.rules.vocabulary import near
from banso.engines.operating.document import Model
from banso.engines.operating.findings import Finding, Path, error, in_reading_order

LONGEST: Final = 500_000  # signs; the longest model that people wrote has a tenth of it
_CODES: Final = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "enum": "not_a_choice",
    "literal_error": "not_a_choice",
    "string_pattern_mismatch": "not_in_form",
    "too_short": "empty",
    "string_too_short": "empty",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
}
_BOUNDS: Final = {"gt": "above", "ge": "least", "lt": "below", "le": "most"}


@dataclass(frozen=True, slots=True)
class Document:
    """A text as it was read: its model, or the faults for which there is none."""

    text: str
    model: Model | None
    findings: tuple[Finding, ...]
    tree: Any = None

    def located(self, finding: Finding) -> Finding:
        """The finding with the line on which its place begins."""
        line, column = _position(self.tree, finding.path)
        return replace(finding, line=line, column=column)


def read(text: str) -> Document:
    """The model in a text. JSON is YAML: one reader serves both."""
    if len(text) > LONGEST:
        return Document(text, None, (error("too_long", (), most=LONGEST),))
    try:
        tree = _loaded(text)
    except MarkedYAMLError as fault:
        code = "repeated_key" if isinstance(fault, DuplicateKeyError) else "not_yaml"
        return Document(text, None, (_of_yaml(code, fault),))
    except (YAMLError, ValueError, RecursionError):
        return Document(text, None, (error("not_yaml", ()),))
    if not isinstance(tree, CommentedMap):
        return Document(text, None, (error("no_model", ()),))
    return _validated(text, tree)


def _validated(text: str, tree: CommentedMap) -> Document:
    try:
        return Document(text, Model.model_validate(_plain(tree)), (), tree)
    except ValidationError as fault:
        found = _without_echoes([_of_field(each) for each in fault.errors()])
    bare = Document(text, None, (), tree)
    return replace(bare, findings=tuple(in_reading_order([bare.located(each) for each in found])))


def _loaded(text: str) -> Any:
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    return yaml.load(StringIO(text))


def _of_yaml(code: str, fault: MarkedYAMLError) -> Finding:
    mark = fault.problem_mark or fault.context_mark
    found = error(code, ())
    return replace(found, line=mark.line + 1, column=mark.column + 1) if mark else found


def _plain(node: Any) -> Any:
    """The tree without its comments, as the model takes it; keys are text."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, Sequence) and not isinstance(node, str | bytes):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)  # without how it was written
    return node


def _of_field(detail: ErrorDetails) -> Finding:
    path = _spelled(detail["loc"])
    code = _CODES.get(detail["type"], "wrong_type")
    facts: dict[str, str | int | float] = {"field": str(path[-1]) if path else ""}
    offers: tuple[str, ...] = ()
    stated = detail.get("ctx", {})
    if code == "out_of_range":
        facts |= {_BOUNDS[name]: bound for name, bound in stated.items() if name in _BOUNDS}
    if code == "unknown_field":
        offers = near(str(path[-1]), _fields_at(path[:-1]))
    if code == "not_a_choice":
        offers = tuple(re.findall("'([^']*)'", stated["expected"]))
    if code == "not_in_form":
        facts["form"] = stated["pattern"]
    if detail["type"] not in {"missing", "extra_forbidden"} and not isinstance(
        detail["input"], dict | list
    ):
        facts["given"] = str(detail["input"])[:80]
    return error(code, path, offers=offers, **facts)


def _spelled(loc: tuple[str | int, ...]) -> Path:
    """The place in the document: pydantic also names the branch of a union it tried."""
    path: list[str | int] = []
    for step in loc:
        is_branch = isinstance(step, str) and (step in _BRANCHES or "[" in step)
        if not is_branch:
            path.append(step)
    return tuple(path)


def _fields_at(path: Path) -> list[str]:
    """What may stand at a place, by the schema."""
    kinds: list[Any] = [Model]
    for step in path:
        kinds = [below for kind in kinds for below in _below(kind, step)]
    return [name for kind in kinds if _is_part(kind) for name in _fields(kind)]


def _fields(part: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a part by the names they have in a document."""
    return {field.alias or name: field for name, field in part.model_fields.items()}


def _below(kind: Any, step: str | int) -> list[Any]:
    """The kinds of what stands below: a field of a part, a value by its key, an item of a list."""
    if _is_part(kind):
        field = _fields(kind).get(str(step))
        return _alternatives(field.annotation) if field else []
    inside = get_args(kind)
    return _alternatives(inside[-1]) if inside else []


def _alternatives(annotation: Any) -> list[Any]:
    """A union's members."""
    if get_origin(annotation) in {Union, UnionType}:
        return [each for part in get_args(annotation) for each in _alternatives(part)]
    return [annotation]


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """One finding a place: a union reports each branch that it tried."""
    first: dict[Path, Finding] = {}
    for each in found:
        known = first.get(each.path)
        if known is None or (known.code == "wrong_type" and each.code != "wrong_type"):
            first[each.path] = each
    deeper = {path[:size] for path in first for size in range(len(path))}
    return [each for path, each in first.items() if path not in deeper or each.code != "wrong_type"]


def _position(tree: Any, path: Path) -> tuple[int, int]:
    """Line and column, from 1, of the deepest part of a path that stands in the text."""
    line, column, node = 1, 1, tree
    for step in path:
        if isinstance(node, CommentedMap) and step in node:
            at = node.lc.key(step)
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            at = node.lc.item(step)
        else:
            break
        line, column = at[0] + 1, at[1] + 1
        node = node[step]
    return line, column


def _branch_names(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    if model in seen:
        return set()
    seen.add(model)
    found = {model.__name__}
    for field in model.model_fields.values():
        for kind in _parts_of(field.annotation):
            found |= _branch_names(kind, seen)
    return found


def _parts_of(annotation: Any) -> list[type[BaseModel]]:
    if _is_part(annotation):
        return [annotation]
    return [part for each in get_args(annotation) for part in _parts_of(each)]


_BRANCHES: Final = frozenset({"constrained-str", "str", "float"} | _branch_names(Model, set()))
