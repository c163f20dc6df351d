"""A real nginx before the site, set up as docs/deploy/nginx.conf says, for tests and benches. No test lives here."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

CONFIGURATION = Path(__file__).parents[2] / "docs/deploy/nginx.conf"


@contextmanager
def behind_nginx(site: str, home: Path, folder: Path, *, public: bool = False) -> Iterator[str]:
    """The address of nginx before the site at `site`, whose newsroom lives at `home`; it writes to `folder` only.
    `public`: it gives out the files of the home to anybody, to see how quick it is without us."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
    assert nginx, "nginx is needed: apt-get install nginx-light"
    port = _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    server = (
        CONFIGURATION.read_text(encoding="utf-8")
        .replace("server 127.0.0.1:8000;", f"server {urlsplit(site).netloc};")
        .replace("listen 127.0.0.1:8080;", f"listen 127.0.0.1:{port};")
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
    with subprocess.Popen(command) as process:
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
    raise RuntimeError("nginx did not start")
