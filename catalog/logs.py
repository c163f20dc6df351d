"""How a process writes its log: a line that people read, or a JSON object a line for programs. Nobody's address is ever
in it: the site keeps no access log, and what readers asked for is no message of ours."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from catalog.setting_values import LogForm
from catalog.settings import Settings

FOR_PEOPLE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
CHATTY = ("uvicorn", "mcp", "httpx")  # of these only warnings


class JsonLines(logging.Formatter):
    """One record, one line: `at` in UTC, `level`, `logger`, `message`, `process`, and `trace` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """
        >>> print(JsonLines().format(logging.makeLogRecord({"name": "x", "levelname": "INFO", "msg": "%d", "args": (7,),
        ...                                                 "created": 0.0, "process": 1})))
        {"at": "1970-01-01T00:00:00.000+00:00", "level": "INFO", "logger": "x", "message": "7", "process": 1}
        """
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {
            "at": at,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def prepare_log(settings: Settings) -> None:
    """Write to standard error, as the settings wish it."""
    handler = logging.StreamHandler()
    is_json = settings.log_form is LogForm.JSON
    handler.setFormatter(JsonLines() if is_json else logging.Formatter(FOR_PEOPLE))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
