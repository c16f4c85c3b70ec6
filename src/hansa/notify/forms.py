# SPDX-License-Identifier: Apache-2.0
"""What people type: an address, and the code that went there."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.core.verdicts import Invalid
from hansa.notify.choices import Channel
from hansa.notify.confirming import CONSENT, as_address

_TYPED = [(each.value, each.label) for each in (Channel.SMS, Channel.VOICE, Channel.EMAIL)]
_LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]


class AddressForm(forms.Form):
    """An address of one's own. Consent is kept in the words that stand here."""

    channel = forms.ChoiceField(label=_("How"), choices=_TYPED, widget=forms.RadioSelect, initial=Channel.SMS)
    value = forms.CharField(
        label=_("Phone number or e-mail address"),
        max_length=254,
        help_text=_("For example +1 202 555 0123 or name@city.gov."),
        error_messages={"required": _("Enter the number or the address.")},
    )
    language = forms.ChoiceField(label=_("Language"), choices=_LANGUAGES, widget=forms.RadioSelect, initial="en")
    consent = forms.BooleanField(
        label=_("I agree to be reached here"),
        help_text=CONSENT,
        error_messages={"required": _("Without your consent nothing is sent there. Tick the box.")},
    )
    personal = declare(
        none="channel language consent",
        holder="value",
        purpose="to reach the person",
        sealed="the node's key",
        purge="with the account",
    )

    def clean_value(self) -> str:
        """Return the address in the form in which it is kept."""
        try:
            return as_address(self.cleaned_data.get("channel", Channel.SMS), self.cleaned_data["value"])
        except Invalid as invalid:
            raise forms.ValidationError([str(message) for message in invalid.errors.values()]) from None


class CodeForm(forms.Form):
    """The code that went to an address."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Enter the code that went there.")},
    )
    personal = declare(none="code")
