"""`/api/v1/models`: the operating model in force, and what the checks say of a document."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from banso.engines.operating.checks import is_sound
from banso.engines.operating.reading import LONGEST
from banso.kit.bodies import body_of, json_body, require_plain_question, schemas_of
from banso.kit.problems import Problem, Unfit
from banso.rooms.coverage.access import may_shape
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.coverage.queries.wording import findings_for_programs
from banso.rooms.identity.api import KeyedRequest

PROBLEMS = dict.fromkeys((401, 404, 422, 429), Problem)
CHECK_PROBLEMS = dict.fromkeys((400, 401, 403, 413, 415, 422, 429), Problem)


class Document(BaseModel):
    """An operating model to be checked; nothing of it is kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(max_length=LONGEST, description="The document, as YAML or JSON.")


class ToldFinding(Schema):
    """One thing that the checks found, as the command and the page tell it."""

    code: str = Field(description="What it is, for programs.", examples=["unknown_role"])
    severity: Literal["error", "warning", "notice"]
    line: int = Field(ge=0, description="The line it stands in, from 1; 0 where it has none.")
    column: int = Field(ge=0)
    path: list[str | int] = Field(description="Where it stands in the document.")
    facts: dict[str, Any] = Field(description="What the message speaks of, by name.")
    offers: list[str] = Field(description="Names that may have been meant.")
    message: str = Field(description="What it is, for people, in the language asked for.")
    advice: str = Field(description="What to do about it, in the language asked for.")


class CheckedModel(Schema):
    """What the checks say. A document without errors is sound."""

    sound: bool
    findings: list[ToldFinding]


class ModelInForce(Schema):
    """The operating model by which the company works today."""

    key: str = Field(description="What the document calls itself.", examples=["aozora-today"])
    since: date = Field(description="The first day it holds.")
    text: str = Field(description="The document, as it was approved.")


router = Router(tags=["models"])
body_schemas = schemas_of(Document)


@router.get(
    "/models/in-force",
    response={200: ModelInForce, **PROBLEMS},
    operation_id="get_model_in_force",
    url_name="model_in_force",
    summary="Get the operating model in force",
)
def _in_force(request: KeyedRequest) -> ModelInForce:
    require_plain_question(request)
    application = in_force()
    applied = applied_model(application)
    if application is None or applied is None:
        raise Http404
    version = application.version
    return ModelInForce(key=version.key, since=application.on, text=version.text)


@router.post(
    "/models/check",
    response={200: CheckedModel, **CHECK_PROBLEMS},
    operation_id="check_model",
    url_name="model_check",
    summary="Check an operating model against this company",
    openapi_extra={"requestBody": json_body(Document)},
)
def _check(request: KeyedRequest) -> CheckedModel:
    require_plain_question(request)
    if not may_shape(request.user):
        raise Unfit(403, _("This key acts as somebody who writes no operating models."))
    found = checked(body_of(request, Document).text, on=localdate()).findings
    return CheckedModel(
        sound=is_sound(found),
        findings=[ToldFinding(**each) for each in findings_for_programs(found)],
    )
