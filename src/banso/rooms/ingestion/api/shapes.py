"""What items look like in JSON, made from the fields of their kind: code and document agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils.translation import override
from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from banso.rooms.ingestion.points import Shape

if TYPE_CHECKING:
    from banso.rooms.ingestion.points import Field as KindField
    from banso.rooms.ingestion.points import Kind

MOST_ITEMS = 5_000
LONGEST_CURSOR = 200
PRINTED = r"^[^\x00-\x1f\x7f-\x9f]{0,100}$"
PLAIN_TYPES = ["string", "number", "boolean", "null"]
OWN_FACTS = "The company's own attributes, by key; money in major units of its currency."
HINTS: dict[Shape, tuple[str, Any]] = {
    Shape.TEXT: ("Text.", None),
    Shape.WHOLE: ("A whole number.", 12),
    Shape.AMOUNT: ("An amount in major units; write it as text to keep every digit.", "120000"),
    Shape.DAY: ("A day. Spellings of files are understood too.", "2026-04-01"),
    Shape.MOMENT: (
        "A moment; without an offset it is the company's time.",
        "2026-04-01T09:30:00+09:00",
    ),
    Shape.FLAG: ("Yes or no.", True),
    Shape.CHOICE: ("One of the codes, or a label that files may use.", None),
}
STORED: dict[Shape, tuple[Any, dict[str, Any]]] = {
    Shape.TEXT: (str | None, {}),
    Shape.WHOLE: (int | None, {}),
    Shape.AMOUNT: (str | None, {"examples": ["120000", "1250.50"]}),
    Shape.DAY: (str | None, {"format": "date"}),
    Shape.MOMENT: (str | None, {"format": "date-time"}),
    Shape.FLAG: (bool | None, {}),
    Shape.CHOICE: (str | None, {}),
}


class Paging(Schema):
    """Which part of a list."""

    after: str = Field(
        "",
        min_length=1,
        max_length=LONGEST_CURSOR,
        description="The `after` of the page before; leave it out for the first page.",
        json_schema_extra={"format": "cursor"},
    )
    limit: int = Field(100, ge=1, le=1_000, description="How many items at most.")


class OfAccount(Paging):
    """Which part of a list, perhaps of one account."""

    account: str = Field("", pattern=PRINTED, description="Only items of the account with this ID.")


class Found(BaseModel):
    """Something about one field of one item."""

    field: str = Field(description="The field's name; empty where it is about the whole item.")
    code: str = Field(description="What it is, for programs.", examples=["unknown_account"])
    message: str = Field(description="What it is, for people, in the language asked for.")
    severity: Literal["rejected", "warned"]


class ItemResult(BaseModel):
    """What became of one item."""

    index: int = Field(ge=0, description="The place of the item in the call, from 0.")
    id: str | None = Field(description="The item's own ID, where one could be read.")
    status: Literal["created", "updated", "unchanged", "rejected"]
    findings: list[Found]


class BulkAnswer(BaseModel):
    """What became of a call: counts, and each item in the order of the call."""

    import_id: int = Field(
        ge=1, description="The import in Banso's history: there the call can be taken back."
    )
    created: int = Field(ge=0)
    updated: int = Field(ge=0)
    unchanged: int = Field(ge=0)
    rejected: int = Field(ge=0)
    results: list[ItemResult]


def _plain(value: Any) -> Any:
    """A text, number, yes or no, or nothing; further reading is the field's."""
    if isinstance(value, dict | list):
        raise PydanticCustomError("plain", "expected a text, a number, true, false or null")
    return value


Plain = Annotated[Any, PlainValidator(_plain), WithJsonSchema({"type": PLAIN_TYPES})]


def item_model(kind: Kind) -> type[BaseModel]:
    """An item as it is sent: every field may be left out, then it stays as it is.

    No field is required here, since a missing one rejects its item and not the call.
    """
    left_out = Field(default_factory=lambda: None)  # no default in the document: null says more
    fields: dict[str, Any] = {each.key: (_given(kind, each), left_out) for each in kind.fields}
    if kind.keeps_other_columns:
        facts = Field(default_factory=lambda: None, description=OWN_FACTS)
        fields["facts"] = (dict[str, Plain] | None, facts)
    return _model(f"{kind.key}_item", fields, "Fields left out stay as they are; null empties one.")


def bulk_model(kind: Kind) -> type[BaseModel]:
    """The body of a bulk call."""
    items = Field(min_length=1, max_length=MOST_ITEMS, description="The items, each by itself.")
    fields = {"items": (list[item_model(kind)], items)}  # type: ignore[misc]  # made just now
    return _model(f"{kind.key}_bulk", fields, "Items to create or to change, by their own ID.")


def stored_model(kind: Kind) -> type[BaseModel]:
    """An item as it is told."""
    fields = {each.key: _stored(each) for each in kind.fields}
    if kind.keeps_other_columns:
        told = dict[str, str | int | float | bool | None]
        fields["facts"] = (told, Field({}, description=OWN_FACTS))
    return _model(f"{kind.key}_stored", fields, "An item as it stands.")


def page_model(kind: Kind, stored: type[BaseModel]) -> type[BaseModel]:
    """One page of a list."""
    after = Field(
        None,
        description="Ask for the next page with this; null on the last page.",
        json_schema_extra={"format": "cursor"},
    )
    fields = {"items": (list[stored], ...), "after": (str | None, after)}  # type: ignore[valid-type]
    return _model(f"{kind.key}_page", fields, "One page of a list, in the order of creation.")


def _model(name: str, fields: dict[str, Any], about: str) -> type[BaseModel]:
    return create_model(name, __doc__=about, __config__=ConfigDict(extra="forbid"), **fields)


def _given(kind: Kind, each: KindField) -> Any:
    hint, example = HINTS[each.shape]
    required = each.required or any(each.key in names for names in kind.own_keys)
    schema: dict[str, Any] = {
        "type": PLAIN_TYPES,
        "description": f"{_label(each)}. {hint}{' Every item needs it.' if required else ''}",
    }
    example = each.choices[0] if each.choices else example
    if example is not None:
        schema["examples"] = [example]
    if each.choices:
        schema["description"] += f" Codes: {', '.join(each.choices)}."
    return Annotated[Any, PlainValidator(_plain), WithJsonSchema(schema)]


def _stored(each: KindField) -> Any:
    type_, extra = STORED[each.shape]
    if each.choices:
        extra = {"enum": [*each.choices, None]}
    return (type_, Field(None, description=f"{_label(each)}.", json_schema_extra=extra))


def _label(each: KindField) -> str:
    with override("en"):  # the document has one language
        return str(each.label)
