"""What a call of the API sends, read strictly: the question in its address, and its body."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from banso.kit.problems import Fault, Unfit

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest
    from pydantic_core import ErrorDetails

B = TypeVar("B", bound=BaseModel)
LARGEST_BYTES = 32 * 1024 * 1024
MOST_FAULTS = 20  # told at once
BLOCK = 1024 * 1024


def require_plain_question(request: HttpRequest, names: Collection[str] = ()) -> None:
    """Refuse what an address asks and the call doesn't know: a slip in a name must not pass
    unnoticed.
    """
    asked = QueryDict(request.META.get("QUERY_STRING", ""))
    unknown = [
        Fault(pointer=name[:100], detail=_("There is no such field."))
        for name in asked
        if name not in names
    ]
    if unknown:
        raise Unfit(422, _("The address asks what this call doesn't know."), unknown)
    if asked != request.GET:  # which comes without control characters
        raise Unfit(422, _("The address has characters that nobody types."))


def body_of(request: HttpRequest, model: type[B]) -> B:
    """The body of the call. Raises Unfit, with the place of every fault."""
    _require_json(request)
    stated = _parsed(_read(request))
    try:
        return model.model_validate(stated)
    except ValidationError as fault:
        raise Unfit(422, _("The body is not what this call takes."), _told(fault)) from fault


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of such a body, which ninja itself doesn't read."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def schemas_of(model: type[BaseModel]) -> dict[str, Any]:
    """The schemas of a body and of what is in it, by name."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}


def _require_json(request: HttpRequest) -> None:
    media_type = (request.content_type or "").lower()
    is_json = media_type == "application/json" or media_type.endswith("+json")
    if not is_json or request.headers.get("Content-Encoding", "identity") != "identity":
        raise Unfit(415, _("Send JSON as application/json, not compressed."))


def _read(request: HttpRequest) -> bytes:
    """The whole body; Django's own limit, made for forms, does not count here."""
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > LARGEST_BYTES:
        _too_large()
    body = bytearray()
    while block := request.read(BLOCK):
        body += block
        if len(body) > LARGEST_BYTES:
            _too_large()
    return bytes(body)


def _too_large() -> NoReturn:
    raise Unfit(413, _("The body is larger than 32 MB. Send fewer items in a call."))


def _parsed(body: bytes) -> Any:
    """The JSON value: no NaN, no number out of range, no half of a character."""
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if "\\ud" in text.lower():
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as fault:  # what bytes, text and JSON can do wrong
        raise Unfit(400, _("The body is not JSON that can be read.")) from fault
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _told(fault: ValidationError) -> list[Fault]:
    """The first faults, each with the place where it stands."""
    found = fault.errors(include_url=False, include_input=False)
    return [
        Fault(pointer=_pointer(each["loc"]), detail=_words(each)) for each in found[:MOST_FAULTS]
    ]


def _pointer(place: tuple[int | str, ...]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in place]
    return "".join(f"/{part[:100]}" for part in parts)


def _words(fault: ErrorDetails) -> str:
    most = fault.get("ctx", {}).get("max_length")
    known = {
        "extra_forbidden": _("There is no such field."),
        "missing": _("This is missing."),
        "list_type": _("This must be a list."),
        "too_short": _("The list must not be empty."),
        "too_long": _("The list is longer than %(most)s items.") % {"most": most},
        "string_type": _("This must be a text."),
        "string_too_long": _("The text is longer than %(most)s signs.") % {"most": most},
        "plain": _("This must be a text, a number, true, false or null."),
    }
    return known.get(fault["type"]) or _("This must be an object.")
