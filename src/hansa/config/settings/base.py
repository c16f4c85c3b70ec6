# SPDX-License-Identifier: Apache-2.0
"""What is installed, in which order a request passes, templates, languages, static files, log lines."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from hansa.config import env

PACKAGE = Path(__file__).resolve().parents[2]
DEBUG = False
DEMO = env.flag("HANSA_DEMO")

PARTS = ["core", "ledger", "notify", "people", "evidence", "duty", "pact", "activation", "aid", "readiness", "shell"]
INSTALLED_APPS = [
    # Ours first, so that our templates stand in for those of allauth.
    *(f"hansa.{part}" for part in PARTS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_cotton",
    "django_htmx",
    "csp",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hansa.people.middleware.MemberMiddleware",
    "hansa.shell.zones.ReaderZone",
    "hansa.shell.errors.ErrorPages",
]

ROOT_URLCONF = "hansa.config.urls"
ASGI_APPLICATION = "hansa.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "hansa.shell.context.shell",
            ],
        },
    },
]

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
FORMAT_MODULE_PATH = ["hansa.config.formats"]

STATIC_URL = "/static/"
# Files are served from the package itself; their names carry no hash, so browsers ask again after ten minutes.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 600

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("HANSA_LOG_LEVEL", "WARNING")},
}
