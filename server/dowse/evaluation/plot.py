"""A plot of one metric by repository as SVG: a row each, a dot for each system, and the means with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

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
