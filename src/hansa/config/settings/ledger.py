# SPDX-License-Identifier: Apache-2.0
"""Keys at rest: office keys are encrypted with HANSA_KEY (or the file that HANSA_KEY_FILE names)."""

from hansa.config import env

HANSA_KEY = env.required("HANSA_KEY")
