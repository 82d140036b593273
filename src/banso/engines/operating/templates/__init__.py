"""Models to begin with: each a file beside this one that says of itself whom it fits."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from banso.engines.operating.reading import read

if TYPE_CHECKING:
    from banso.engines.operating.document import Model

ENDING = ".yaml"


class UnknownTemplate(ValueError):
    """There is no template of that key."""


@cache
def template_keys() -> tuple[str, ...]:
    """The keys of all templates, in alphabetical order."""
    found = (each.name for each in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in found if name.endswith(ENDING)))


def template_text(key: str) -> str:
    """The text of a template, to be made one's own."""
    if key not in template_keys():
        raise UnknownTemplate(key)
    return files(__name__).joinpath(f"{key}{ENDING}").read_text(encoding="utf-8")


@cache
def template(key: str) -> Model:
    """The model of a template as it ships."""
    return cast("Model", read(template_text(key)).model)  # a test reads every one
