# SPDX-License-Identifier: Apache-2.0
"""What every part stands on: ids, clock, verdicts, row-level security."""
