"""Files that people made to judge or steer the machine, read with a sentence for what is wrong in them."""

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from catalog.errors import InvalidQuery

Model = TypeVar("Model", bound=BaseModel)


def read_judged(path: Path, model: type[Model], what: str) -> Model:
    """The file as a `model`; InvalidQuery with the first thing that is wrong. `what` says what it should be."""
    try:
        return model.model_validate_json(path.read_bytes())
    except OSError as problem:
        raise InvalidQuery(f"{path} cannot be read ({problem.strerror}).") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidQuery(f"{path} is not {what}: {place}: {first['msg']}.") from problem
