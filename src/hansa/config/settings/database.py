# SPDX-License-Identifier: Apache-2.0
"""The database: web and worker connect as a role that owns nothing; migrations use another one."""

from hansa.config import env
from hansa.config.address import parsed

DATABASE_URL = env.text("DATABASE_URL", "postgresql:///hansa")
OWNER_DATABASE_URL = env.text("HANSA_OWNER_DATABASE_URL", "")
DATABASES = {"default": parsed(DATABASE_URL)}
WEB_ROLE = DATABASES["default"]["USER"] or "hansa_web"

# Only what `core.statements` prepares is planned once; psycopg itself prepares nothing, as Django sets it up.
DATABASES["default"]["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_generic_plan")

# `hansa serve` gives each process a pool; commands and tests open one connection.
if _size := env.number("HANSA_POOL", 0):
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _size, "timeout": 10}
