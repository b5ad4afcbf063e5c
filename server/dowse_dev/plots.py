"""Plots as SVG: a metric by repository, with a dot for each system, and costs by size, with a line for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from dowse.evaluation.report import figure

_LEFT, _RIGHT, _ROW, _TOP = 150, 30, 20, 34
_WIDTH = 620
_COLOURS = ("#0b62a4", "#d1495b", "#3a7d44", "#b07d12", "#6a4c93", "#5c6770")
"""Told apart in print and by most colour-blind readers; more systems than colours begin again."""


def dot_plot(metric: str, systems: Mapping[str, Mapping[str, float]]) -> str:
    """Return an SVG document of ``systems``: name → repository → value of ``metric``, 0–1."""
    repositories = sorted({name for values in systems.values() for name in values})
    rows = [*repositories, "mean"]
    bottom = _TOP + len(rows) * _ROW
    height = bottom + 34 + 18 * len(systems)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(metric)} by repository</text>',
    ]
    for tick in range(0, 11, 2):
        x = _x(tick / 10)
        parts.append(f'<line x1="{x}" y1="{_TOP - 6}" x2="{x}" y2="{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 14}" text-anchor="middle" fill="#555555">{tick / 10:.1f}</text>')
    for row, name in enumerate(rows):
        parts.append(f'<text x="{_LEFT - 10}" y="{_y(row) + 4}" text-anchor="end">{escape(name)}</text>')
    for number, (system, values) in enumerate(systems.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        parts += [
            f'<circle cx="{_x(values[name])}" cy="{_y(row)}" r="4" fill="{colour}" fill-opacity="0.75"/>'
            for row, name in enumerate(repositories)
            if name in values
        ]
        mean, y = figure(list(values.values())), _y(len(repositories)) + 3 * (number - (len(systems) - 1) / 2)
        parts.append(f'<line x1="{_x(mean.low)}" y1="{y}" x2="{_x(mean.high)}" y2="{y}" stroke="{colour}"/>')
        parts.append(f'<circle cx="{_x(mean.mean)}" cy="{y}" r="4" fill="{colour}"/>')
        legend = bottom + 34 + 18 * number
        parts.append(f'<circle cx="{_LEFT}" cy="{legend - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + 10}" y="{legend}">{escape(f"{system}: {mean}")}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(value: float) -> float:
    return round(_LEFT + min(1.0, max(0.0, value)) * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(row: int) -> float:
    return _TOP + row * _ROW + _ROW / 2


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a plot."""

    name: str
    points: Sequence[tuple[float, float]]
    """By ascending x, all above 0."""


def line_plot(title: str, series: Sequence[Series]) -> str:
    """Return an SVG document with both axes logarithmic, so that what is in proportion to x is a straight line."""
    points = [point for each in series for point in each.points]
    across = _decades([x for x, _ in points])
    up = _decades([y for _, y in points])
    side, bottom = 400, _TOP + 300
    height = bottom + 34 + 18 * len(series)

    def at(x: float, y: float) -> str:
        right = (log10(x) - across[0]) / (across[-1] - across[0]) * side
        high = (log10(y) - up[0]) / (up[-1] - up[0]) * (bottom - _TOP)
        return f"{_LEFT + right:.1f},{bottom - high:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(title)}</text>',
    ]
    for decade in across:
        x = at(10.0**decade, 10.0 ** up[0]).split(",")[0]
        parts.append(f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 14}" text-anchor="middle" fill="#555555">{10.0**decade:,.0f}</text>')
    for decade in up:
        y = at(10.0 ** across[0], 10.0**decade).split(",")[1]
        parts.append(f'<line x1="{_LEFT}" y1="{y}" x2="{_LEFT + side}" y2="{y}" stroke="#dddddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end" fill="#555555">{10.0**decade:,g}</text>')
    for number, each in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [at(x, y) for x, y in each.points]
        parts.append(f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in (p.split(",") for p in places)]
        legend = bottom + 34 + 18 * number
        parts.append(f'<circle cx="{_LEFT}" cy="{legend - 4}" r="4" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + 10}" y="{legend}">{escape(each.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> range:
    """Return the powers of ten that hold all values between the first and the last."""
    first, last = floor(log10(min(values))), ceil(log10(max(values)))
    return range(first, max(last, first + 1) + 1)
