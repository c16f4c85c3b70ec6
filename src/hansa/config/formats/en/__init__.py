# SPDX-License-Identifier: Apache-2.0
"""Spanish as it is written in the United States."""
