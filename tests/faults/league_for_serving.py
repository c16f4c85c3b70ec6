# SPDX-License-Identifier: Apache-2.0
"""Found a small exercise league in the node of HANSA_DATA_DIR, and print what a visitor needs to know of it as JSON."""

import json
import os
import sys

from hansa.config.bench import bed

os.environ["HANSA_DEMO"] = "1"


def main() -> None:
    """Print the path of the request form, and a sign-in link for each of two persons of the member in crisis."""
    with bed.made() as made:
        from django.urls import reverse

        from hansa.core.rls import member_scope
        from hansa.people import sign_in
        from hansa.people.models import Account

        with member_scope(bed.MEMBERS[0]):
            accounts = {a.email.partition("@")[0]: a.id for a in Account.objects.all()}
        links = [
            reverse("people:persona-sign-in", args=[sign_in.persona_token(accounts[office])])
            for office in ("logistics", "emergency-management")
        ]
        form = f"{reverse('aid:request-new')}?activation={made.activation}"
    sys.stdout.write(json.dumps({"links": links, "form": form}))


if __name__ == "__main__":
    main()
