# SPDX-License-Identifier: Apache-2.0
"""What people type in duty, by subject."""

from hansa.duty.forms.inbox import HandoverForm, as_uuid

__all__ = ["HandoverForm", "as_uuid"]
