# SPDX-License-Identifier: Apache-2.0
"""Catalogue, stock, requests, offers, agreements, missions and shipments."""
