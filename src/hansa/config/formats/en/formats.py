# SPDX-License-Identifier: Apache-2.0
"""Days and times in English as the ux reference writes them: Nov 20, 2026, 3:00 p.m."""

DATE_FORMAT = "M j, Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "M j, Y, g:i a"
