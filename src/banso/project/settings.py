"""Django's settings, derived from the one table of installation settings in `kit.config`."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from banso.kit.config import Config

BANSO = Config.from_environ(os.environ)
HERE = Path(__file__).parent

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-64000;"
    "PRAGMA wal_autocheckpoint=32000;"
    "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=67108864;",
}


def _database(url: str) -> dict[str, Any]:
    """SQLite in the home by default; `postgresql://user:password@host:port/name?host=/socket`
    else.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": BANSO.home.absolute() / "banso.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _secret_key() -> str:
    """The key of this installation: given, or kept beside its data. Without a home it lasts one
    process.
    """
    kept = BANSO.home / "secret.key"
    if BANSO.secret_key:
        return BANSO.secret_key
    return kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(50)


def _mail(url: str) -> dict[str, Any]:
    """`smtp://user:password@host:port` (`smtps` for TLS); without one, mail is printed, not
    sent.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


SECRET_KEY = _secret_key()
DEBUG = BANSO.debug
ALLOWED_HOSTS = [host for host in BANSO.hosts.split(",") if host]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if BANSO.https]
ROOT_URLCONF = "banso.project.urls"
WSGI_APPLICATION = "banso.project.wsgi.application"
DATABASES = {"default": _database(BANSO.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "banso.project",  # first: its templates stand before those of the libraries
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "banso.kit",
    "banso.rooms.journal",
    "banso.rooms.identity",
    "banso.rooms.people",
    "banso.rooms.customers",
    "banso.rooms.revenue",
    "banso.rooms.usage",
    "banso.rooms.coverage",
    "banso.rooms.work",
    "banso.rooms.renewals",
    "banso.rooms.value",
    "banso.rooms.ingestion",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "banso.kit.csp.content_security_policy",
    "banso.project.middleware.plain_question",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "banso.project.middleware.readers_look",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "banso.kit.templatetags.banso",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "banso.project.navigation.shell",
            ],
        },
    }
]

# people
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "banso.project.adapter.ClosedSignup"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BANSO.https else 0  # wrong passwords are counted by visitor

# language, time
LANGUAGE_CODE = BANSO.language
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
LANGUAGE_COOKIE_NAME = "banso_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = BANSO.time_zone

# files
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300
MEDIA_ROOT = BANSO.home.absolute() / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50_000  # the cells of fifty rejected rows, the columns of a file
FILE_UPLOAD_TEMP_DIR = None

# mail
DEFAULT_FROM_EMAIL = BANSO.mail_from
globals().update(_mail(BANSO.smtp_url))

# safety
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BANSO.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BANSO.https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_TAGS = {25: "success"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"banso": {"level": "INFO"}},
}
NAME_IN_TITLE = BANSO.company or _("Banso")
