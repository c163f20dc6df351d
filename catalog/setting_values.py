"""The kinds of values settings have, as the environment holds them. Which settings there are is in `settings`."""

import ipaddress
import logging
import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

OBJECTS = "s3://"
# One plain address: no name beside it, no line ends, nothing that a mail server could read as two.
ADDRESS = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z"
)


class FrontServer(StrEnum):
    """Who sends a file once we have said which: we, nginx by `X-Accel-Redirect`, or another by `X-Sendfile`."""

    NONE = ""
    NGINX = "nginx"
    SENDFILE = "sendfile"


class LogForm(StrEnum):
    """For whom the log is written."""

    TEXT = "text"
    JSON = "json"


def split_at_commas(value: object) -> object:
    """
    >>> split_at_commas("a, b,,c ")
    ('a', 'b', 'c')
    """
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _networks(value: tuple[str, ...]) -> tuple[str, ...]:
    for network in value:
        ipaddress.ip_network(network)
    return value


def _limits(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"(cpu|gpu)=[1-9][0-9]{0,3}", limit) for limit in value):
        raise ValueError("it is written as cpu=8,gpu=2")
    return value


def _store(value: str) -> str:
    if "://" in value and not re.fullmatch(OBJECTS + r"[a-z0-9][a-z0-9.-]{1,62}(/[^?#]*)?", value):
        raise ValueError("it is a folder, or s3://bucket or s3://bucket/prefix")
    return value


def _level(value: str) -> str:
    if value.upper() not in logging.getLevelNamesMapping():
        raise ValueError("it is none of DEBUG, INFO, WARNING and ERROR")
    return value.upper()


def _mail_server(value: str) -> str:
    """
    >>> _mail_server("smtp://desk@mail.example.org:587")
    'smtp://desk@mail.example.org:587'
    """
    try:
        parts = urlsplit(value)
        is_one = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if value and (not is_one or parts.path or parts.query or parts.fragment or not value.isprintable()):
        raise ValueError("it is written as smtp://USER@HOST:587, or smtps://USER@HOST:465")
    if value and parts.password is not None:
        raise ValueError("the password belongs in PRESSTALK_MAIL_PASSWORD_FILE, not here")
    return value


def _sender(value: str) -> str:
    if value and not ADDRESS.match(value):
        raise ValueError("it is one plain address, as desk@example.org")
    return value


Commas = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_at_commas)]
Networks = Annotated[Commas, AfterValidator(_networks)]
Limits = Annotated[Commas, AfterValidator(_limits)]
Store = Annotated[str, AfterValidator(_store)]
Level = Annotated[str, AfterValidator(_level)]
MailServer = Annotated[str, AfterValidator(_mail_server)]
Sender = Annotated[str, AfterValidator(_sender)]
