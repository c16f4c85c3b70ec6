# SPDX-License-Identifier: Apache-2.0
"""One web process: `python -m hansa.config.web FD` serves on a socket that its parent has bound."""

import socket
import sys

import uvicorn


def main() -> None:
    """Serve until told to stop; streams that are still open then are cut after two seconds."""
    config = uvicorn.Config(
        "hansa.config.asgi:application",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        limit_concurrency=None,
        backlog=512,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])


if __name__ == "__main__":
    main()
