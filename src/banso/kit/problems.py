"""What an API says when it can't do as asked: problems as RFC 9457 has them."""

from __future__ import annotations

import json
from http.client import responses
from typing import TYPE_CHECKING

from django.http import HttpResponse
from ninja import Field, Schema
from ninja.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"


class Fault(Schema):
    """One thing that is wrong with what was sent."""

    pointer: str = Field(description="Where it stands: a JSON pointer into the body, or a name.")
    detail: str = Field(description="What is wrong with it, in the language asked for.")


class Problem(Schema):
    """Why a call was not carried out. Nothing of it has been written."""

    type: str = Field("about:blank", description="Always about:blank: `status` says it all.")
    title: str = Field(description="The name of the status.", examples=["Unprocessable Entity"])
    status: int = Field(ge=400, le=599, description="The HTTP status.", examples=[422])
    detail: str = Field(description="A sentence for a person, in the language asked for.")
    errors: list[Fault] = Field([], description="What is wrong, place by place.")


class Unfit(HttpError):
    """What was sent can't be read, or isn't what is asked for; `faults` say where."""

    def __init__(self, status: int, detail: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(status, detail)
        self.faults = faults


def problem(status: int, detail: str, faults: Sequence[Fault] = ()) -> HttpResponse:
    """The answer that tells of a problem."""
    told = Problem(
        type="about:blank",
        title=responses[status],
        status=status,
        detail=detail,
        errors=list(faults),
    )
    said = told.model_dump(exclude=set() if faults else {"errors"})
    text = json.dumps(said, ensure_ascii=False)
    return HttpResponse(text, status=status, content_type=MEDIA_TYPE)
