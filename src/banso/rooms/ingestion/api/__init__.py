"""`/api/v1/KIND`: what has come in can be listed and got, and more of it brought in, kind by kind.

The routes, and what the OpenAPI document says of them, are made from the kinds' own fields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from ninja import Router
from ninja.params.functions import Header, Path, Query

from banso.kit.bodies import body_of, json_body, require_plain_question, schemas_of
from banso.kit.problems import Fault, Problem, Unfit
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.api import KeyedRequest
from banso.rooms.ingestion.actions.bulk import Answer, Call, ReusedKey, bring_in_items
from banso.rooms.ingestion.api.facts import add_facts
from banso.rooms.ingestion.api.shapes import (
    BulkAnswer,
    Found,
    ItemResult,
    OfAccount,
    Paging,
    bulk_model,
    page_model,
    stored_model,
)
from banso.rooms.ingestion.points import in_order
from banso.rooms.ingestion.queries.items import BadCursor, item, items, page_of
from banso.rooms.ingestion.queries.wording import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from banso.rooms.ingestion.points import Kind

READ_PROBLEMS = dict.fromkeys((401, 404, 422, 429), Problem)
WRITE_PROBLEMS = dict.fromkeys((400, 401, 403, 409, 413, 415, 422, 429), Problem)
IDEMPOTENCY = (
    "A key of your own for this one call, such as a UUID. Sent again with the same body within a"
    " day, the call changes nothing and gets the same answer; with another body it is refused."
)


@dataclass(frozen=True, slots=True)
class KindRoutes:
    """The three routes of one kind, with their shapes."""

    kind: Kind
    body: type[BaseModel]
    stored: type[BaseModel]
    page: type[BaseModel]


def _routes_of(kind: Kind) -> KindRoutes:
    stored = stored_model(kind)
    return KindRoutes(kind, bulk_model(kind), stored, page_model(kind, stored))


def _add(router: Router, of: KindRoutes) -> None:
    key, label = of.kind.key, of.kind.key.replace("_", " ")
    router.get(
        f"/{key}",
        response={200: of.page, **READ_PROBLEMS},
        operation_id=f"list_{key}",
        url_name=f"{key}_list",
        summary=f"List {label}",
        tags=[key],
        exclude_unset=True,
    )(_list(of))
    router.post(
        f"/{key}/bulk",
        response={200: BulkAnswer, **WRITE_PROBLEMS},
        operation_id=f"bulk_{key}",
        url_name=f"{key}_bulk",
        summary=f"Create or change {label}, up to 5,000 in a call",
        tags=[key],
        openapi_extra={"requestBody": json_body(of.body)},
    )(_bulk(of))
    router.get(
        f"/{key}/{{path:id}}",
        response={200: of.stored, **READ_PROBLEMS},
        operation_id=f"get_{key}",
        url_name=f"{key}_get",
        summary=f"Get one of the {label}",
        tags=[key],
        exclude_unset=True,
    )(_get(of))


def _list(of: KindRoutes) -> Callable[..., Any]:
    def listed(request: KeyedRequest, asked: Any = Query(...)) -> BaseModel:  # noqa: B008  as ninja has it
        require_plain_question(request, names)
        account = getattr(asked, "account", "")
        rows = items(of.kind, request.user, on=localdate(), account=account)
        try:
            page = page_of(of.kind, rows, after=asked.after, limit=asked.limit)
        except BadCursor as fault:
            pointer = Fault(pointer="after", detail=_("This cursor is none of ours."))
            raise Unfit(422, _("This list has no such page."), [pointer]) from fault
        return of.page.model_validate({"items": page.items, "after": page.after or None})

    names_accounts = any(each.key == "account" for each in of.kind.fields)
    question = OfAccount if names_accounts else Paging
    names = question.model_fields.keys()
    listed.__annotations__["asked"] = question
    return listed


def _get(of: KindRoutes) -> Callable[..., Any]:
    parts = "~".join(of.kind.own_keys[0])

    def got(request: KeyedRequest, id: str = Path(..., description=parts)) -> BaseModel:  # noqa: A002  the name in the address
        require_plain_question(request)
        found = item(of.kind, request.user, id, on=localdate())
        if found is None:
            raise Http404
        return of.stored.model_validate(found)

    return got


def _bulk(of: KindRoutes) -> Callable[..., Any]:
    def bulk(
        request: KeyedRequest,
        idempotency_key: str = Header(
            "",
            alias="Idempotency-Key",
            max_length=200,
            pattern=r"^[\x20-\x7e]*$",
            description=IDEMPOTENCY,
            format="idempotency-key",
        ),
    ) -> BulkAnswer:
        require_plain_question(request)
        if not (request.auth.may_write and may_operate(request.user)):
            raise Unfit(
                403, _("This key may read only, or acts as somebody who brings no data in.")
            )
        body: Any = body_of(request, of.body)
        call = Call(
            kind=of.kind,
            items=[item.model_dump(exclude_unset=True) for item in body.items],
            key=request.auth,
            idempotency_key=idempotency_key,
        )
        try:
            answer = bring_in_items(call, by=request.user, at=now(), on=localdate())
        except ReusedKey as refusal:
            raise Unfit(422, str(refusal)) from refusal
        return _told(of.kind, answer)

    return bulk


def _told(kind: Kind, answer: Answer) -> BulkAnswer:
    """The answer with its findings in words."""
    results = [
        ItemResult(
            index=each.index,
            id=each.id,
            status=each.status,  # type: ignore[arg-type]  # one of the four
            findings=[_found(kind, stored) for stored in each.findings],
        )
        for each in answer.results
    ]
    counts = {name: answer.count(name) for name in ("created", "updated", "unchanged", "rejected")}
    return BulkAnswer(import_id=answer.import_id, results=results, **counts)


def _found(kind: Kind, stored: dict[str, Any]) -> Found:
    return Found(
        field=stored["field"],
        code=stored["code"],
        message=finding(kind, stored),
        severity=stored["severity"],
    )


def _router() -> tuple[Router, dict[str, Any]]:
    router, bodies = Router(), dict[str, Any]()
    add_facts(router)
    for kind in in_order():
        routes = _routes_of(kind)
        _add(router, routes)
        bodies |= schemas_of(routes.body)
    return router, bodies


router, body_schemas = _router()
