# SPDX-License-Identifier: Apache-2.0
"""Settings under pytest: fixed secrets that guard nothing, a fast password hash. The database comes from conftest."""

import os

os.environ.setdefault("SECRET_KEY", "a key for tests that guards nothing and is as long as Django asks for")
os.environ.setdefault("HANSA_KEY", "dGVzdHMgb25seSwgdGhpcnR5LXR3byBieXRlcyBsb24=")
os.environ.setdefault("DATABASE_URL", "postgresql://hansa_web@/hansa")
os.environ.setdefault("HANSA_DEMO", "1")

from hansa.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
