# SPDX-License-Identifier: Apache-2.0
"""Pages: how forms render, which words name a message's level, the duty line of the footer."""

from django.contrib.messages import constants as level

from hansa.config import env

FORM_RENDERER = "hansa.shell.forms.UswdsRenderer"
MESSAGE_TAGS = {
    level.DEBUG: "info",
    level.INFO: "info",
    level.SUCCESS: "success",
    level.WARNING: "warning",
    level.ERROR: "error",
}
CSRF_FAILURE_VIEW = "hansa.shell.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "hansa_language"

# The telephone number of whoever is on duty for this node, as people write it. Empty: the footer shows none.
HANSA_DUTY_LINE = env.text("HANSA_DUTY_LINE", "")
