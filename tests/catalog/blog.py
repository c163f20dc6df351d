"""A blog on the loopback for the tests of importing: each path answers what the test put there."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes] | str | bytes | Callable[[dict[str, str]], Any]


@dataclass
class Blog:
    """`pages` holds by path a body, (status, body), a "-> address" to redirect to, or a function of the query."""

    address: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = urlsplit(request.path)
        self.asked.append(request.path)
        page = self.pages.get(asked.path, (404, b""))
        if callable(page):
            page = page({name: values[0] for name, values in parse_qs(asked.query).items()})
        status, body = page if isinstance(page, tuple) else (200, page)
        body = body.encode() if isinstance(body, str) else body
        if body.startswith(b"-> "):
            request.send_response(302)
            request.send_header("Location", body[3:].decode())
        else:
            request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def serve_blog() -> Iterator[Blog]:
    blog = Blog()

    class Out(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            blog.answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Out)
    server.daemon_threads, server.block_on_close = True, False
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    blog.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield blog
    server.shutdown()
    server.server_close()


def post(
    number: int, title: str = "", body: str = "<p>The wells are low.</p>", **other: Any
) -> dict[str, Any]:
    return {
        "id": number,
        "link": f"https://blog.example/{number}",
        "status": "publish",
        "date_gmt": "2020-12-25T10:00:00",
        "title": {"rendered": title or f"Article number {number}"},
        "content": {"rendered": body},
        "_embedded": {"author": [{"name": "Sana Misaal"}]},
    } | other


def rest(posts: list[dict[str, Any]], size: int = 100) -> Callable[[dict[str, str]], Any]:
    """The REST interface of WordPress over these posts."""

    def answer(query: dict[str, str]) -> Any:
        page = int(query.get("page", "1"))
        part = posts[(page - 1) * size : page * size]
        if not part and page > 1:
            return 400, b'{"code": "rest_post_invalid_page_number"}'
        return json.dumps(part)

    return answer


def page(title: str, *paragraphs: str, head: str = "", lang: str = "en") -> str:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>{"".join(items)}</channel></rss>'


def item(number: int, title: str = "", body: str = "The wells are low.") -> str:
    return (
        f"<item><title>{title or f'Article number {number}'}</title><link>https://blog.example/{number}</link>"
        f"<pubDate>Fri, 25 Dec 2020 10:00:00 +0000</pubDate><author>Sana Misaal</author>"
        f"<description><![CDATA[{body}]]></description></item>"
    )
