"""The API put together: who may call, how problems are told, and its OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.renderers import JSONRenderer

from banso.kit.acts import Refused
from banso.kit.problems import MEDIA_TYPE, Fault, Unfit, problem
from banso.rooms.coverage import api as models
from banso.rooms.identity.api import ApiKeyBearer, CallsAMinute
from banso.rooms.ingestion import api as kinds
from banso.rooms.work import api as work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest

ABOUT = """Bring data in and read it back, kind by kind.

Create a key in **Settings → API keys** and send it with each call as `Authorization: Bearer …`.
A key sees what the person sees as whom it acts; only keys that may write, of people who bring data
in, may use the bulk calls. Sentences come in Japanese or English, by `Accept-Language`.
"""
HEADERS_OF: dict[str, dict[str, Any]] = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Always Bearer."}},
    "429": {
        "Retry-After": {"schema": {"type": "string"}, "description": "Seconds until the next try."}
    },
}


class PlainJSON(JSONRenderer):
    """Japanese as it is written: people read these answers too."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class BansoAPI(NinjaAPI):
    """Ninja's API with our problems in its document, which is made once."""

    document: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        self.document = self.document or self._made(super().get_openapi_schema(**given))
        return self.document

    def _made(self, schema: Any) -> Any:
        schema["components"]["schemas"].update(kinds.body_schemas | models.body_schemas)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    _tell_problem(str(status), answer)
        return schema


def _tell_problem(status: str, answer: dict[str, Any]) -> None:
    if int(status) >= 400:
        answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}
    if status in HEADERS_OF:
        answer["headers"] = HEADERS_OF[status]


api = BansoAPI(
    title="Banso",
    version="1",
    description=ABOUT,
    docs_url=None,
    urls_namespace="api",
    renderer=PlainJSON(),
    auth=ApiKeyBearer(),
    throttle=CallsAMinute(),
)
for each in (kinds.router, models.router, work.router):
    api.add_router("/v1", each)


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, fault: HttpError) -> HttpResponse:
    return problem(
        fault.status_code, fault.message, fault.faults if isinstance(fault, Unfit) else ()
    )


@api.exception_handler(AuthenticationError)
def _no_key(_request: HttpRequest, _fault: AuthenticationError) -> HttpResponse:
    answer = problem(401, _("Send an API key that holds: Authorization: Bearer banso_…"))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def _too_often(_request: HttpRequest, _fault: Throttled) -> HttpResponse:
    return problem(429, _("This key has made too many calls in this minute. Try again later."))


@api.exception_handler(ValidationError)
def _bad_question(_request: HttpRequest, fault: ValidationError) -> HttpResponse:
    faults = [
        Fault(pointer=str(each["loc"][-1]), detail=_("This value is not understood here."))
        for each in fault.errors
    ]
    return problem(422, _("The call has a value that is not understood."), faults)


@api.exception_handler(Http404)
def _nothing(_request: HttpRequest, _fault: Http404) -> HttpResponse:
    return problem(404, _("There is nothing here that this key may see."))


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, refusal: Refused) -> HttpResponse:
    return problem(409, str(refusal))


def _nowhere(_request: HttpRequest) -> HttpResponse:
    """Any other address below /api/."""
    return problem(404, _("There is no such call. /api/openapi.json tells them all."))


def _spoken(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view in the language of the call, whatever cookies say."""

    @csrf_exempt  # a key comes with every call, and cookies open nothing
    def answered(request: HttpRequest, **given: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            answer = _by_method(view, request, given)
            answer.headers["Content-Language"] = translation.get_language() or ""
        patch_vary_headers(answer, ["Accept-Language", "Authorization"])
        return answer

    return answered


def _by_method(
    view: Callable[..., HttpResponse], request: HttpRequest, given: dict[str, Any]
) -> HttpResponse:
    """HEAD is a GET without its body, OPTIONS tells the methods, and a wrong one is a problem."""
    method = request.method or ""
    request.method = "GET" if method == "HEAD" else method
    answer = view(request, **given)
    if isinstance(answer, HttpResponseNotAllowed):
        allowed = {*answer.headers["Allow"].split(", "), "OPTIONS"}
        allowed |= {"HEAD"} if "GET" in allowed else set()
        answer = _nothing_to_say() if method == "OPTIONS" else _wrong_method(method)
        answer.headers["Allow"] = ", ".join(sorted(allowed))
    if method == "HEAD":
        answer.headers["Content-Length"] = str(len(answer.content))
        answer.content = b""
    return answer


def _nothing_to_say() -> HttpResponse:
    answer = HttpResponse(status=204)
    del answer.headers["Content-Type"]
    return answer


def _wrong_method(method: str) -> HttpResponse:
    return problem(405, _("This address doesn't take %(method)s.") % {"method": method[:20]})


def _pattern(each: URLPattern) -> URLPattern:
    views = {"api-root": _nowhere, "openapi-json": require_GET(each.callback)}
    view = _spoken(views.get(each.name or "", each.callback))
    return path(str(each.pattern), view, name=each.name)


patterns = [
    *(_pattern(each) for each in api.urls[0] if isinstance(each, URLPattern)),
    re_path("", _spoken(_nowhere), name="nowhere"),
]
