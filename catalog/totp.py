"""Codes that change every thirty seconds, RFC 6238 with SHA-1 and six digits, as every app makes them. Pure."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

STEP_S = 30
DIGITS = 6


def make_secret() -> str:
    """160 bits, as RFC 4226 advises, in the letters an app takes.

    >>> len(make_secret())
    32
    """
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step of thirty seconds since 1970.

    >>> code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59 // 30)
    '287082'
    """
    mac = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    begin = mac[-1] & 15
    number = int.from_bytes(mac[begin : begin + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, at_s: float, after: int) -> int | None:
    """The step the code is of: this one or a neighbour, for clocks differ; later than `after`: a code is used once."""
    here = int(at_s) // STEP_S
    if (
        after > here + 1
    ):  # the clock was ahead when that code was used: nobody waits until it is that late again
        after = -1
    plain = "".join(code.split())
    for step in (here, here - 1, here + 1):
        if step > after and hmac.compare_digest(code_at(secret, step).encode(), plain.encode()):
            return step
    return None


def address_of(secret: str, name: str, issuer: str) -> str:
    """What an app reads to set the account up.

    >>> address_of("ABCD", "Asma G", "Press: Talk")
    'otpauth://totp/Press%20%20Talk:Asma%20G?secret=ABCD&issuer=Press%20%20Talk'
    """
    house = quote(issuer.replace(":", " "), safe="")
    return f"otpauth://totp/{house}:{quote(name.replace(':', ' '), safe='')}?secret={secret}&issuer={house}"
