# SPDX-License-Identifier: Apache-2.0
"""In what condition goods arrived, in words."""

from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Text

CONDITIONS: dict[str, Text] = {
    "": _("not said"),
    "sound": _("sound"),
    "packaging": _("packaging damaged, goods sound"),
    "wet": _("wet or dirty"),
    "temperature": _("too warm or too cold"),
    "opened": _("opened or seal broken"),
    "mixed": _("differs, see the note"),
}
