"""A real nginx before the site, set up as docs/deploy/nginx.conf says, for tests and benches; Caddy by docs/deploy's
Caddyfile where there is one. No test lives here."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

DEPLOY = Path(__file__).parents[2] / "docs/deploy"


@contextmanager
def behind_nginx(site: str, home: Path, folder: Path, *, public: bool = False) -> Iterator[str]:
    """The address of nginx before the site at `site`, whose newsroom lives at `home`; it writes to `folder` only.
    `public`: it gives out the files of the home to anybody, to see how quick it is without us."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
    assert nginx, "nginx is needed: apt-get install nginx-light"
    port = _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    server = (
        (DEPLOY / "nginx.conf")
        .read_text(encoding="utf-8")
        .replace("server 127.0.0.1:8000;", f"server {urlsplit(site).netloc};")
        .replace("listen 127.0.0.1:8080;", f"listen 127.0.0.1:{port};")
        .replace("/var/cache/nginx/presstalk", f"{folder}/kept")
        .replace("alias /srv/presstalk/data/;", f"alias {home.resolve()}/;")
    )
    server = server.replace("internal;", "") if public else server
    assert str(port) in server and urlsplit(site).netloc in server and str(home.resolve()) in server
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    types = "include /etc/nginx/mime.types;" if Path("/etc/nginx/mime.types").is_file() else ""
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{types}\nsendfile on;\n{temporary}\n{server}\n}}\n",
        encoding="utf-8",
    )
    command = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    with _running(command, port, subprocess.DEVNULL) as address:
        yield address


@contextmanager
def behind_caddy(site: str, folder: Path) -> Iterator[str]:
    """The same of Caddy, over a plain line. Of both, what the server says of itself is `error.log` in `folder`."""
    port = _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    server = text.replace("talks.example.org {", f"http://127.0.0.1:{port} {{")
    server = server.replace("127.0.0.1:8000 {", f"{urlsplit(site).netloc} {{")
    server = server.replace("\n{\n", "\n{\n\tadmin off\n", 1)
    assert "admin off" in server
    (folder / "Caddyfile").write_text(server, encoding="utf-8")
    command = ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "error.log").open("wb") as log, _running(command, port, log, **homes) as address:
        yield address


@contextmanager
def _running(command: list[str], port: int, log: IO[bytes] | int, **environment: str) -> Iterator[str]:
    with subprocess.Popen(command, env=os.environ | environment, stderr=log) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args} did not start")
