"""Letters of the newsroom, if it has a mail server: one at a time, to one address, which is kept nowhere. What is done
when a letter does not go out is for whoever sends it to decide."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog.errors import CatalogError, InvalidQuery
from catalog.models.columns import now
from catalog.setting_values import ADDRESS
from catalog.settings import Settings

LONGEST_S = 20.0  # for each answer of the server
PORTS = {"smtp": 587, "smtps": 465}
HERE = ("localhost", "127.0.0.1", "::1")  # a line that leaves the machine nowhere needs no lock


class MailFailed(CatalogError):
    """A letter did not go out; the sentence says why and never to whom."""

    code = "mail_failed"


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over. The line is secure from the start, or made so before anything is said, or does
    not leave this machine."""

    host: str
    port: int
    user: str
    is_secure: bool

    @property
    def must_become_secure(self) -> bool:
        return not self.is_secure and self.host not in HERE


def server_of(settings: Settings) -> MailServer | None:
    """The server that is set; None where letters are not mailed.

    >>> server_of(Settings(mail_server="smtp://desk@mail.example.org", mail_sender="desk@example.org"))
    MailServer(host='mail.example.org', port=587, user='desk', is_secure=False)
    """
    if not (settings.mail_server and settings.mail_sender):
        return None
    parts = urlsplit(settings.mail_server)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    return MailServer(host, port, unquote(parts.username or ""), parts.scheme == "smtps")


def check_address(written: str) -> str:
    """One plain address. Raises InvalidQuery for anything that a mail server could read otherwise.

    >>> check_address(" zarin@example.org ")
    'zarin@example.org'
    """
    address = written.strip(" ")
    if not ADDRESS.match(address):
        raise InvalidQuery("That is no plain address to mail to. Write one, as zarin@example.org.")
    return address


def write_letter(settings: Settings, to: str, subject: str, text: str) -> EmailMessage:
    """A letter in plain text. It tells neither of a machine of ours nor in which part of the world we are."""
    letter = EmailMessage()
    letter["From"], letter["To"] = settings.mail_sender, check_address(to)
    letter["Subject"] = " ".join(subject.split())
    letter["Date"] = now()
    letter["Message-ID"] = make_msgid(domain=_domain(settings))
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter


def send_letter(settings: Settings, letter: EmailMessage) -> None:
    """Hand a letter over. Raises MailFailed."""
    with _line(settings) as line:
        line.send_message(letter)


def try_server(settings: Settings) -> None:
    """Whether the server answers, lets us in and would take a letter, without sending one. Raises MailFailed."""
    with _line(settings) as line:
        line.noop()


@contextmanager
def _line(settings: Settings) -> Iterator[smtplib.SMTP]:
    """An open line on which one has signed in. Whatever breaks on it is told without what was being sent."""
    server = server_of(settings)
    if server is None:
        raise MailFailed("No mail server is set: PRESSTALK_MAIL_SERVER and PRESSTALK_MAIL_SENDER.")
    password = _password(settings)
    try:
        with _dial(server, _domain(settings)) as line:
            if server.user:
                line.login(server.user, password)
            yield line
    except (smtplib.SMTPException, OSError) as problem:
        raise MailFailed(f"The mail server {_why(problem)}.") from None


def _dial(server: MailServer, name: str) -> smtplib.SMTP:
    """The line; `name` is how we call ourselves there, instead of by the machine's name."""
    trusted = ssl.create_default_context()
    if server.is_secure:
        return smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=LONGEST_S, context=trusted
        )
    line = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=LONGEST_S)
    try:
        if server.must_become_secure:
            line.starttls(context=trusted)
    except BaseException:
        line.close()
        raise
    return line


def _why(problem: Exception) -> str:
    """
    >>> _why(smtplib.SMTPRecipientsRefused({"zarin@example.org": (550, b"unknown")}))
    'refuses the address; is it written rightly?'
    """
    match problem:
        case smtplib.SMTPAuthenticationError():
            return "does not take our name and password; look at PRESSTALK_MAIL_SERVER and the password"
        case smtplib.SMTPRecipientsRefused():
            return "refuses the address; is it written rightly?"
        case smtplib.SMTPSenderRefused():
            return "refuses PRESSTALK_MAIL_SENDER as who sends"
        case smtplib.SMTPNotSupportedError():
            return "offers no secure line or no sign-in, and nothing is sent without"
        case ssl.SSLError():
            return "has a certificate that cannot be trusted, or speaks otherwise than PRESSTALK_MAIL_SERVER says"
        case smtplib.SMTPException():
            return "broke off or refused; its own log says why"
    return "cannot be reached; look at PRESSTALK_MAIL_SERVER and the network"


def _password(settings: Settings) -> str:
    path: Path | None = settings.mail_password_file
    if path is None:
        return settings.mail_password
    try:
        return path.read_text("utf-8").partition("\n")[0].strip()
    except (OSError, UnicodeError):
        raise MailFailed("The file of PRESSTALK_MAIL_PASSWORD_FILE cannot be read.") from None


def _domain(settings: Settings) -> str:
    return settings.mail_sender.rpartition("@")[2] or "localhost"
