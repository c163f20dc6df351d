"""How heavy work gives way to who reads and edits on the same machine."""

import os
import time
from pathlib import Path

GIVING_WAY = 10  # as `nice` counts: 0 is everybody's, 19 the least
AUTOGROUP = Path("/proc/self/autogroup")
TRIES, PAUSE_S = 20, 0.12  # the system takes one change in a tenth of a second, from all there are


def give_way(session: Path = AUTOGROUP) -> int:
    """Be at least this nice, with all that is started from here; gives what it became.

    Linux on a desk shares its time out by session first, and by niceness only within one (`sched(7)`, autogroup): who
    begins a session of their own, as our children do, has to say it of the session too, or takes as much as all
    readers together.
    """
    niceness = os.nice(max(0, GIVING_WAY - os.nice(0)))
    for _ in range(TRIES):
        try:
            session.write_text(str(niceness))
        except BlockingIOError:
            time.sleep(PAUSE_S)
        except OSError:  # another system, or one that shares time out in other ways
            break
        else:
            break
    return niceness
