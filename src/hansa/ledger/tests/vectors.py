# SPDX-License-Identifier: Apache-2.0
"""Finds the published test vectors, which are read and never copied into this repository."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[4]


def vectors(name: str) -> Path:
    """Return the folder of vectors `name`; skip the test where the shared data is absent."""
    folder = Path(os.environ.get("HANSA_SHARED_DATA", _ROOT.parent / "shared" / "data")) / "vectors" / name
    if not folder.is_dir():
        pytest.skip(f"no vectors at {folder}; set HANSA_SHARED_DATA")
    return folder
