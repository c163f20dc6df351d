"""The calibration plot of the docs: how often names were right, by how sure they were. Drawn by hand as SVG."""

from collections.abc import Sequence

from tests.bench.naming import Answer

SIZE, LEFT, TOP, WIDE, HIGH = 360, 64, 24, 420, 424
BINS = 10

HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE} {TOP + HIGH}" role="img" \
aria-labelledby="title about">
<title id="title">Calibration of names over open-set trials</title>
<desc id="about">{{about}}</desc>
<style>
  svg {{{{ --ink: #1c2024; --soft: #8a929b; --dot: #0b5fae; --paper: #fff; font: 13px system-ui, sans-serif; }}}}
  @media (prefers-color-scheme: dark) {{{{
    svg {{{{ --ink: #e8eaed; --soft: #7b838c; --dot: #6db3f2; --paper: #14171a; }}}}
  }}}}
  .paper {{{{ fill: var(--paper); }}}} text {{{{ fill: var(--ink); }}}} .few {{{{ fill: var(--soft); }}}}
  .line {{{{ stroke: var(--soft); fill: none; }}}} .even {{{{ stroke-dasharray: 4 4; }}}}
  .dot {{{{ fill: var(--dot); }}}}
</style>
<rect class="paper" width="100%" height="100%"/>
"""


def draw(answers: Sequence[Answer]) -> str:
    """An SVG: a dot for each tenth of confidence, as large as it has answers; on the diagonal is calibrated."""
    named = [answer for answer in answers if answer.guess.person]
    dots = []
    told = []
    for at in range(BINS):
        mine = [one for one in named if min(int(one.guess.probability * BINS), BINS - 1) == at]
        if not mine:
            continue
        sure = sum(one.guess.probability for one in mine) / len(mine)
        right = sum(one.right for one in mine) / len(mine)
        radius = 3 + 9 * (len(mine) / len(named)) ** 0.5
        dots.append(f'<circle class="dot" cx="{_x(sure):.1f}" cy="{_y(right):.1f}" r="{radius:.1f}"/>')
        side = -1 if sure > 0.9 else 1
        dots.append(
            f'<text class="few" x="{_x(sure) + side * (radius + 4):.1f}" y="{_y(right) + 4:.1f}" '
            f'text-anchor="{"end" if side < 0 else "start"}">{len(mine)}</text>'
        )
        told.append(f"{len(mine)} at {sure:.2f}: {right:.2f} right")
    about = f"{len(named)} names given; confidence against the share that was right. {'; '.join(told)}."
    return HEAD.format(about=about) + "\n".join([*_axes(), *dots]) + "\n</svg>\n"


def _axes() -> list[str]:
    lines = [
        f'<rect class="line" x="{LEFT}" y="{TOP}" width="{SIZE - 20}" height="{SIZE - 20}"/>',
        f'<path class="line even" d="M{_x(0)} {_y(0)} L{_x(1)} {_y(1)}"/>',
        f'<text x="{_x(0.5)}" y="{TOP + SIZE + 24}" text-anchor="middle">how sure a name was</text>',
        f'<text transform="translate(18 {_y(0.5)}) rotate(-90)" text-anchor="middle">how often it was right</text>',
    ]
    for tick in (0, 0.5, 1):
        lines.append(f'<text x="{_x(tick)}" y="{_y(0) + 18}" text-anchor="middle">{tick:g}</text>')
        lines.append(f'<text x="{LEFT - 8}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    return lines


def _x(share: float) -> float:
    return LEFT + share * (SIZE - 20)


def _y(share: float) -> float:
    return TOP + (1 - share) * (SIZE - 20)
