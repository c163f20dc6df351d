"""The real server on a free port of this machine, in a thread, for tests that need one. No test lives here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import uvicorn
from fastapi import FastAPI

from web.serving import AnnouncedServer, listen


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of the application while it is served."""
    listener = listen("127.0.0.1", 0)
    ready: Queue[None] = Queue()
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, ws="none")
    server = AnnouncedServer(config, lambda: ready.put(None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        ready.get(timeout=30)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=30)
        listener.close()
