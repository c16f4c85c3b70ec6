# SPDX-License-Identifier: Apache-2.0
"""What the browser's authenticator says: registrations and assertions, as shell/passkey.js sends them."""

import json

from django.utils.translation import gettext_lazy as _
from fido2 import cbor
from fido2.webauthn import RegistrationResponse

from hansa.core.verdicts import Invalid
from hansa.ledger.approval import Assertion, read_cose_key
from hansa.ledger.tlog.strict import from_base64url

_ALGORITHMS = (-7, -8)  # ES256, EdDSA: what the ledger verifies (ledger.approval.read_cose_key)
_NOT_CONFIRMED = _("Your device did not confirm you. Nothing was signed. Try again.")
_WRONG_KIND = _("This device makes passkeys that cannot sign acts. Use a phone or a security key.")


def read_assertion(text: str) -> Assertion:
    """Return the assertion that the page posted as JSON; `Invalid` when the device gave none."""
    try:
        said = json.loads(text)
        answer = said["response"]
        return Assertion(
            credential=str(said["id"]),
            authenticator_data=from_base64url(answer["authenticatorData"]),
            client_data=from_base64url(answer["clientDataJSON"]),
            signature=from_base64url(answer["signature"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Invalid({"": _NOT_CONFIRMED}) from None


def creation_options(options: dict) -> dict:
    """Return registration options that ask only for kinds of keys that can sign acts."""
    wanted = dict(options["publicKey"])
    wanted["pubKeyCredParams"] = [p for p in wanted["pubKeyCredParams"] if p["alg"] in _ALGORITHMS]
    return {"publicKey": wanted}


def read_new_passkey(credential: dict) -> tuple[bytes, bytes]:
    """Return id and COSE public key of a verified registration; `Invalid` for a kind that cannot sign acts."""
    data = RegistrationResponse.from_dict(credential).response.attestation_object.auth_data.credential_data
    if data is None:
        raise Invalid({"": _NOT_CONFIRMED})
    public_key = cbor.encode(dict(data.public_key))
    try:
        read_cose_key(public_key)
    except ValueError:
        raise Invalid({"": _WRONG_KIND}) from None
    return data.credential_id, public_key
