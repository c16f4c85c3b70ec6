# SPDX-License-Identifier: Apache-2.0
"""Django's settings, one module per concern. Each module is edited by the part that it serves."""

from .base import *
from .database import *
from .ledger import *
from .notify import *
from .people import *
from .security import *
from .shell import *
from .telephone import *
