# SPDX-License-Identifier: Apache-2.0
"""The words of the stand-in's page in the reader's language, from the part's own catalog, without Django."""

import gettext as catalogs
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

_LOCALE = Path(__file__).parents[1] / "locale"
_language: ContextVar[str] = ContextVar("hansa_standin_language", default="en")


@lru_cache
def _catalog(language: str) -> catalogs.NullTranslations:
    return catalogs.translation("django", _LOCALE, [language], fallback=True)


def use(accepted: str) -> str:
    """Speak the first language of an Accept-Language header from now on, as far as it is known; return it."""
    language = "es" if accepted.strip().lower().startswith("es") else "en"
    _language.set(language)
    return language


def gettext(text: str) -> str:
    """Return a text in the reader's language."""
    return _catalog(_language.get()).gettext(text)
