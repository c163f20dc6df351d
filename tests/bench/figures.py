"""A measured figure beside its bar."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure: `value` in `unit`, the most it may be, and the single readings it came from."""

    name: str
    value: float
    unit: str
    most: float
    readings: tuple[float, ...] = ()

    @property
    def holds(self) -> bool:
        return self.value <= self.most

    @property
    def shown(self) -> str:
        return f"{self.value:.1f} {self.unit}"

    @property
    def bar(self) -> str:
        return f"<= {self.most:g} {self.unit}"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}
