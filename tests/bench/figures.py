"""A measured figure beside its bar."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure: `value` in `unit`, the most or the least it may be, and the single readings it came from."""

    name: str
    value: float
    unit: str
    most: float | None
    readings: tuple[float, ...] = ()
    least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )

    @property
    def shown(self) -> str:
        return f"{self.value:.4g} {self.unit}".strip()

    @property
    def bar(self) -> str:
        bounds = [f"<= {self.most:g}"] if self.most is not None else []
        bounds += [f">= {self.least:g}"] if self.least is not None else []
        return f"{', '.join(bounds)} {self.unit}".strip() if bounds else ""

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "holds": self.holds}
