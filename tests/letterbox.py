"""A small mail server of our own on a free port: it takes letters over plain and secure lines, or refuses them. No test
lives here."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Letterbox:
    """What came in, how it was asked for, and what it refuses: verbs with the answer they get."""

    secret: str = ""  # NAME and password in one, as PLAIN sends them: "\0desk\0word"
    trusted: ssl.SSLContext | None = None
    secure_from_start: bool = False
    refuses: dict[str, str] = field(default_factory=dict)
    letters: list[bytes] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    port: int = 0


class _Line(socketserver.StreamRequestHandler):
    """One who brings letters."""

    box: Letterbox

    def handle(self) -> None:
        if self.box.secure_from_start:
            self._make_secure()
        self._say("220 letterbox")
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            verb = line.split()[0].upper()
            self.box.asked.append(line)
            if verb in self.box.refuses:
                self._say(self.box.refuses[verb])
            elif not self._answer(verb, line):
                return

    def _answer(self, verb: str, line: str) -> bool:
        match verb:
            case "EHLO":
                can = [
                    "letterbox",
                    *(["STARTTLS"] if self.box.trusted else []),
                    *(["AUTH PLAIN"] if self.box.secret else []),
                ]
                for number, one in enumerate(can):
                    self._say(f"250{' ' if number == len(can) - 1 else '-'}{one}")
            case "STARTTLS":
                self._say("220 go on")
                self._make_secure()
            case "AUTH":
                said = base64.b64decode(line.split()[2]).decode()
                self._say("235 come in" if said == self.box.secret else "535 5.7.8 no")
            case "DATA":
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.box.letters.append(b"".join(lines))
                self._say("250 taken")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 fine")
        return True

    def _make_secure(self) -> None:
        assert self.box.trusted
        self.connection = self.box.trusted.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the secure line is none that the server knows of

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Who hangs up, or does not trust us, is part of the test."""


ELSEWHERE = "127.0.0.2"  # of this machine too, and none of the names by which we take it to be here


@contextmanager
def letterbox(box: Letterbox, host: str = "127.0.0.1") -> Iterator[Letterbox]:
    """Serve on an address of this machine until the block ends."""
    handler = type("Line", (_Line,), {"box": box})
    with _Server((host, 0), handler) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> Path:
    """A certificate for `ELSEWHERE` with its key, in one file that can be trusted as it is."""
    key, name = ec.generate_private_key(ec.SECP256R1()), "mail.test"
    whom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(whom, whom, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address(ELSEWHERE))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
