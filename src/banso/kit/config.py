"""The settings of the installation: one table, read from the environment once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "BANSO_"
FLAG_WORDS = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


class BadSetting(ValueError):
    """An environment variable holds something its setting can't be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Each field is read from `BANSO_` + its name in capitals. docs/operating.md explains each
    one.
    """

    home: Path = Path("var")
    database_url: str = ""
    secret_key: str = ""
    debug: bool = False
    hosts: str = "localhost,127.0.0.1,[::1]"
    bind: str = "127.0.0.1:8000"
    https: bool = False
    company: str = ""
    currency: str = "JPY"
    time_zone: str = "Asia/Tokyo"
    fiscal_start_month: int = 4
    language: str = "ja"
    smtp_url: str = ""
    mail_from: str = "banso@localhost"
    demo: bool = False

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Config:
        """Settings absent from the environment keep their defaults; a wrong value is refused by
        name.
        """
        kinds = get_type_hints(cls)
        given = {
            field.name: _read(environ[PREFIX + field.name.upper()], field.name, kinds[field.name])
            for field in fields(cls)
            if environ.get(PREFIX + field.name.upper(), "") != ""
        }
        config = cls(**given)  # type: ignore[arg-type]
        if not 1 <= config.fiscal_start_month <= 12:
            raise BadSetting(f"{PREFIX}FISCAL_START_MONTH must be a month from 1 to 12.")
        return config


def _read(text: str, name: str, kind: type) -> object:
    try:
        return FLAG_WORDS[text.strip().lower()] if kind is bool else kind(text)
    except (KeyError, ValueError) as fault:
        raise BadSetting(f"{PREFIX}{name.upper()} can't be {text!r}.") from fault
