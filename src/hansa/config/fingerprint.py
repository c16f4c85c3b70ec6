# SPDX-License-Identifier: Apache-2.0
"""A hash over what a schema follows from: our migrations and what they call, and the versions of others'."""

import hashlib
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_OTHERS = ("django", "django-allauth", "procrastinate")


def schema_fingerprint() -> str:
    """Return a hash that changes whenever `migrate` would have something else to do."""
    digest = hashlib.sha256()
    for name in _OTHERS:
        digest.update(f"{name} {version(name)}\n".encode())
    written = [*_PACKAGE.glob("*/migrations/*"), *_PACKAGE.glob("**/*.sql"), _PACKAGE / "core" / "rls.py"]
    for path in sorted(path for path in set(written) if path.is_file()):
        digest.update(f"{path.relative_to(_PACKAGE)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
