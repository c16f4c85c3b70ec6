# SPDX-License-Identifier: Apache-2.0
"""How numbers are written in each language, where Django's own way is not that of the United States."""
