# SPDX-License-Identifier: Apache-2.0
"""A database address in libpq's form, as Django wants it."""

from psycopg.conninfo import conninfo_to_dict


def parsed(url: str) -> dict:
    """Return Django's form of a libpq address (`postgresql://role@host/name?option=value`)."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database = {name: parts.pop(part, "") for name, part in known.items()}
    return {"ENGINE": "hansa.core.postgresql", **database, "OPTIONS": parts}
