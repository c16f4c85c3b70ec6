# SPDX-License-Identifier: Apache-2.0
"""Pages of aid, by aggregate. Each shows one thing, or sends one form to one action."""
