"""A redaction waits here until every node that serves has cleaned what it keeps, or serves no more."""

import time
from collections.abc import Callable
from datetime import timedelta

from catalog.clock import steady_s
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.nodes.standing import LEASE_S, confirm, fence_nodes, has_fenced, late_nodes
from catalog.pulse import DEAD_AFTER, Lookout
from catalog.worker_names import machine_of

LOOK_EVERY_S = 0.2
LONGEST_S = 900.0  # an index of a large archive is made anew meanwhile


def wait_for_nodes(
    newsroom: Newsroom,
    redaction_id: int,
    tell: Callable[[str], None],
    *,
    dead_after: timedelta = DEAD_AFTER,
    longest_s: float = LONGEST_S,
) -> None:
    """Come back when no node shows anything that holds the words; this home's own copies are clean already.

    One whose beat stands still for `dead_after`, or that takes longer than `longest_s`, is fenced off.
    """
    engine, mine = newsroom.engine, machine_of(newsroom)
    confirm(engine, mine, redaction_id)
    lookout, begun = Lookout(dead_after), steady_s()
    while True:
        with reading(engine) as session:
            late = late_nodes(session, redaction_id, mine)
            fenced = has_fenced(session)
        if not late:
            break
        tell(f"waiting for {len(late)} other node{'s'[: len(late) > 1]} of the site")
        silent = lookout.silent({node.machine: node.beat for node in late}, steady_s())
        fence_nodes(
            engine, [node for node in late if node.machine in silent or steady_s() - begun > longest_s]
        )
        time.sleep(LOOK_EVERY_S)
    if fenced:  # by us or by one that broke off: what was read before the fence is good for a lease
        time.sleep(LEASE_S)
