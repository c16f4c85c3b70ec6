# SPDX-License-Identifier: Apache-2.0
"""E-mail: plain text first, a fixed Message-ID, a return address per delivery."""
