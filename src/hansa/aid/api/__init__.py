# SPDX-License-Identifier: Apache-2.0
"""Aid over HTTP: reads, and every action, by aggregate. What a passkey signs is returned as pending, with its page."""

from ninja import Router

from hansa.aid.api import agreeing, asking, delivering, deploying, offering

router = Router(tags=["aid"])
router.add_router("", asking.router)
router.add_router("", offering.router)
router.add_router("", agreeing.router)
router.add_router("", delivering.router)
router.add_router("", deploying.router)
