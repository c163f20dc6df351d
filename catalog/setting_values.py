"""The kinds of values settings have, as the environment holds them. Which settings there are is in `settings`."""

import ipaddress
import logging
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

OBJECTS = "s3://"


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


Commas = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_at_commas)]
Networks = Annotated[Commas, AfterValidator(_networks)]
Limits = Annotated[Commas, AfterValidator(_limits)]
Store = Annotated[str, AfterValidator(_store)]
Level = Annotated[str, AfterValidator(_level)]
