# SPDX-License-Identifier: Apache-2.0
"""Pure decisions of mutual aid: transitions, entitlements, deadlines, quantities. No Django in here."""
