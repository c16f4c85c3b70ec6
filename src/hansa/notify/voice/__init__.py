# SPDX-License-Identifier: Apache-2.0
"""Phone calls: the effect before the key, said twice, and the result spoken back. Only a key counts."""
