"""How long somebody who guesses passwords is made to wait. Counts in memory and writes nobody's address down.

Three things are counted. What is tried from a browser that was signed in here before counts for that browser alone,
so that strangers cannot lock its owner out. What strangers try counts for the account and for where they come from;
all who come without an address of their own, as readers of an onion service do, count as one.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

MOST_KEPT = 10_000
FORGET_AFTER_S = 24 * 3600.0
LONGEST_WAIT_S = 300.0


@dataclass(frozen=True)
class Allowance:
    """So many failures without waiting; each more doubles the wait, up to `longest_s`."""

    free: int
    longest_s: float = LONGEST_WAIT_S

    def wait_after(self, failures: int) -> float:
        """
        >>> [Allowance(3).wait_after(n) for n in (0, 2, 3, 4, 5, 60)]
        [0.0, 0.0, 1.0, 2.0, 4.0, 300.0]
        """
        if failures < self.free:
            return 0.0
        return min(2.0 ** min(failures - self.free, 30), self.longest_s)


BROWSER = Allowance(8)
ACCOUNT = Allowance(5)
ADDRESS = Allowance(20)
ALL_WITHOUT_ADDRESS = Allowance(60, longest_s=30.0)  # shared by people who have done nothing


@dataclass
class _Count:
    failures: int
    last_s: float


class Door:
    """Counts what failed. `let_in` before a password is looked at, `welcome` when it was right."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._lock = threading.Lock()

    def let_in(self, name: str, address: str, browser: str = "") -> float:
        """Seconds to wait before the next try; 0: this one may be made, and counts as failed until it is welcomed.

        `browser` is given only when the account knows it.
        """
        keys = _keys(name, address, browser)
        with self._lock:
            now_s = self._clock()
            wait_s = max(self._left(key, allowance, now_s) for key, allowance in keys)
            if wait_s <= 0:
                for key, _ in keys:
                    self._count(key, now_s)
            return max(wait_s, 0.0)

    def welcome(self, name: str, address: str, browser: str = "") -> None:
        """The try was right: it is not counted, and what was tried from this browser is forgotten."""
        with self._lock:
            for key, _ in _keys(name, address, browser):
                count = self._counts.get(key)
                if count is not None:
                    count.failures -= 1
                if key[0] == "browser" or (count is not None and count.failures <= 0):
                    self._counts.pop(key, None)

    def _left(self, key: tuple[str, str], allowance: Allowance, now_s: float) -> float:
        count = self._counts.get(key)
        if count is None or now_s - count.last_s > FORGET_AFTER_S:
            return 0.0
        return count.last_s + allowance.wait_after(count.failures) - now_s

    def _count(self, key: tuple[str, str], now_s: float) -> None:
        count = self._counts.pop(key, None)
        failures = count.failures if count and now_s - count.last_s <= FORGET_AFTER_S else 0
        self._counts[key] = _Count(failures + 1, now_s)
        while len(self._counts) > MOST_KEPT:
            self._counts.popitem(last=False)


def _keys(name: str, address: str, browser: str) -> list[tuple[tuple[str, str], Allowance]]:
    if browser:
        return [(("browser", browser), BROWSER)]
    where = network_of(address)
    account = ("account", " ".join(name.split()).casefold()[:200])
    return [(account, ACCOUNT), (("address", where), ADDRESS if where else ALL_WITHOUT_ADDRESS)]


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, the /64 of an IPv6 one; "" for no address or one of this machine.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1"), network_of("127.0.0.1"), network_of("testclient")
    ('192.0.2.7', '2001:db8::/64', '', '')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback:
        return ""
    return str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))
