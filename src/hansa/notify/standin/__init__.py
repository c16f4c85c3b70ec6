# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the outside world of messages: telephone provider, mail server and push service in one process.

`python -m hansa.notify.standin` starts it on loopback for exercises (`hansa demo`) and tests. It keeps everything in
memory, signs its webhooks as a provider does, and misbehaves on request. It needs no database and no Django.
"""
