"""Pictures of numbers: numbers in, SVG text out, the same on a page and on paper.

A picture is as wide as where it stands: places along it are percents, places down it are pixels, so that letters keep
their size from a narrow telephone to a sheet of paper. Colours are of the palette of Okabe and Ito, told apart by
people who see colours otherwise, of a middle tone that keeps three to one on white and on dark ground alike; words are
drawn in the colour of the text around them. Every number stands as words beside its shape: no colour says anything
alone, and there is no script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise

BLUE, VERMILION, GREEN, PURPLE, GREY = "#0072b2", "#d55e00", "#009e73", "#b0609a", "#7d8590"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, GREY)
DASHES = ("", "7 4", "2 4", "10 3 2 3", "4 4")  # lines are told apart by these where colours are not
TEXT = 13  # pixels
ROW = 44  # a line of words, a bar below it, and air
BAR = 14
LINE = 18  # of words
MOST_LETTERS = 22  # Chinese letters in a line of a picture on a narrow telephone
MOST_LINES = 3  # of a label; the table has it whole
LEAST = Decimal("0.6")  # percent: what is not nothing can be seen
PLOT = 180  # the height of a line's ground


@dataclass(frozen=True)
class Bar:
    """One row: what it is, its parts one after the other, what is written at its end, and the address it leads to."""

    label: str
    parts: tuple[int, ...]
    shown: str
    href: str = ""

    @property
    def whole(self) -> int:
        """All parts together."""
        return sum(self.parts)


@dataclass(frozen=True)
class Curve:
    """One line over steps that are counted from nought; it may end before others do."""

    name: str
    points: tuple[Decimal, ...]


def bars(
    name: str, title: str, described: str, rows: Sequence[Bar], parts: Sequence[str] = (), beside: bool = False
) -> str:
    """Bars below one another, the longest as wide as the picture; several parts in a row are stacked.

    `name` is the picture's own on its page; `parts` name what is stacked, drawn as a key above. `beside`: the parts are
    no parts of one whole, and each begins at the side, one below the other.
    """
    most = max((max(row.parts, default=0) if beside else row.whole for row in rows), default=0)
    return _rows(name, title, described, [_key(parts)], _key_height(parts), rows, most, "beside" if beside else "side")


def funnel(name: str, title: str, described: str, rows: Sequence[Bar]) -> str:
    """Steps that ever fewer reach, each as a bar in the middle, as wide as its share of the widest."""
    most = max((row.whole for row in rows), default=0)
    return _rows(name, title, described, [], 0, rows, most, "middle")


def _rows(
    name: str, title: str, described: str, drawn: list[str], top: int, rows: Sequence[Bar], most: int, place: str
) -> str:
    for row in rows:
        lines = _lines(row)
        drawn.append(_row(row, lines, most, top, place))
        top += ROW + LINE * (len(lines) - 1)
    return _picture(name, title, described, top, drawn)


def line(name: str, title: str, described: str, curves: Sequence[Curve], unit: str, step: str) -> str:
    """Curves over one ground, from nought at the foot to a round number at the top.

    `unit` is written after the numbers at the side (`%`), `step` says what the foot counts (`提交立案后的月数`).
    """
    steps = max((len(curve.points) for curve in curves), default=1)
    highest = max((point for curve in curves for point in curve.points), default=Decimal(0))
    roof = _roof(highest)
    names = [curve.name for curve in curves]
    top = _key_height(names) + TEXT
    drawn = [_key(names, dashed=True)]
    for quarter in range(5):
        y = top + PLOT - PLOT * quarter // 4
        drawn.append(f'<line x1="0" y1="{y}" x2="100%" y2="{y}" stroke="currentColor" stroke-opacity="0.18"/>')
        drawn.append(_text("0", y - 3, f"{_short(roof * quarter / 4)}{unit}", faint=True))
    for number, curve in enumerate(curves):
        drawn += _curve(curve, number, steps, roof, top)
    every = max(1, -(-steps // 7))
    for at in range(0, steps, every):
        drawn.append(_text(_across(at, steps), top + PLOT + 16, str(at), anchor="middle", faint=True))
    drawn.append(_text("100%", top + PLOT + 34, step, anchor="end", faint=True))
    return _picture(name, title, described, top + PLOT + 42, drawn)


def _lines(row: Bar) -> list[str]:
    """The label in as many lines as fit a telephone; the last one, empty where need be, has room for what is shown."""
    lines, letters = [""], Decimal(0)
    for letter in row.label:
        letters += _width(letter)
        if letters > MOST_LETTERS:
            lines, letters = [*lines, ""], _width(letter)
        lines[-1] += letter
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][:-1] + "…"]
        letters = Decimal(MOST_LETTERS)
    shown = sum(map(_width, row.shown), Decimal(0))
    return lines if letters + shown + 1 <= MOST_LETTERS else [*lines, ""]


def _width(letter: str) -> Decimal:
    """About how many Chinese letters wide a letter is."""
    if ord(letter) > 0x2E80:
        return Decimal(1)
    return Decimal("0.35") if letter in " .,·" else Decimal("0.6")


def _row(row: Bar, lines: Sequence[str], most: int, y: int, place: str) -> str:
    """The words of a row with its bar below; as one link where it leads somewhere."""
    drawn = [_text("0", y + 15 + LINE * number, words) for number, words in enumerate(lines) if words]
    y += LINE * (len(lines) - 1)
    drawn.append(_text("100%", y + 15, row.shown, anchor="end"))
    widths = [_share(part, most) for part in row.parts]
    at = (100 - sum(widths, Decimal(0))) / 2 if place == "middle" else Decimal(0)
    below, height = y + 21, BAR // len(widths) if place == "beside" else BAR
    drawn.append(f'<rect x="0" y="{below}" width="100%" height="{BAR}" fill="currentColor" fill-opacity="0.06"/>')
    for number, width in enumerate(widths):
        if width:
            drawn.append(
                f'<rect x="{_percent(at)}" y="{below}" width="{_percent(width)}" height="{height}"'
                f' fill="{COLOURS[number % len(COLOURS)]}"/>'
            )
        at += Decimal(0) if place == "beside" else width
        below += height if place == "beside" else 0
    inner = "".join(drawn)
    if not row.href:
        return f"<g>{inner}</g>"
    said = escape(f"{row.label}：{row.shown}")
    return f'<a href="{escape(row.href)}" aria-label="{said}">{inner}</a>'


def _curve(curve: Curve, number: int, steps: int, roof: Decimal, top: int) -> list[str]:
    colour = COLOURS[number % len(COLOURS)]
    places = [(_across(at, steps), _height(point, roof, top)) for at, point in enumerate(curve.points)]
    dash = f' stroke-dasharray="{DASHES[number % len(DASHES)]}"' if DASHES[number % len(DASHES)] else ""
    drawn = [
        f'<line x1="{x}" y1="{y}" x2="{beyond}" y2="{below}" stroke="{colour}" stroke-width="2.5"{dash}/>'
        for (x, y), (beyond, below) in pairwise(places)
    ]
    return [*drawn, *(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places[-1:])]


def _key(names: Sequence[str], dashed: bool = False) -> str:
    """What each colour is, one below the other; nothing where there is but one thing to see."""
    drawn = []
    for number, name in enumerate(names):
        y, colour = number * 20, COLOURS[number % len(COLOURS)]
        if dashed:
            dash = f' stroke-dasharray="{DASHES[number % len(DASHES)]}"' if DASHES[number % len(DASHES)] else ""
            drawn.append(f'<line x1="0" y1="{y + 9}" x2="28" y2="{y + 9}" stroke="{colour}" stroke-width="3"{dash}/>')
        else:
            drawn.append(f'<rect x="0" y="{y + 3}" width="12" height="12" fill="{colour}"/>')
        drawn.append(_text("36" if dashed else "18", y + 14, name))
    return "".join(drawn)


def _key_height(names: Sequence[str]) -> int:
    return len(names) * 20 + 8 if names else 0


def _picture(name: str, title: str, described: str, height: int, drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" role="group" width="100%" height="{height}"'
        f' aria-labelledby="{name}-title {name}-said" font-size="{TEXT}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-said">{escape(described)}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def _text(x: str, y: int, words: str, anchor: str = "start", faint: bool = False) -> str:
    opacity = ' fill-opacity="0.78"' if faint else ""
    side = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x}" y="{y}" fill="currentColor"{side}{opacity}>{escape(words)}</text>'


def _share(part: int, most: int) -> Decimal:
    """A part's width in percents; what is not nothing is at least to be seen."""
    if part <= 0 or most <= 0:
        return Decimal(0)
    return max(LEAST, Decimal(100) * part / most)


def _across(at: int, steps: int) -> str:
    """Where a step stands: the numbers at the side keep the first tenth for themselves."""
    return _percent(Decimal(12) + (Decimal(84) * at / (steps - 1) if steps > 1 else Decimal(0)))


def _height(point: Decimal, roof: Decimal, top: int) -> str:
    return str((top + PLOT - PLOT * point / roof).quantize(Decimal("0.1")))


def _percent(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')).normalize():f}%"


def _roof(highest: Decimal) -> Decimal:
    """The round number above the highest point: 4, 10, 20, 40 or 100 of its order, so that its quarters read well."""
    roof = Decimal(4)
    while roof < highest:
        roof *= Decimal("2.5") if str(roof).strip("0.").startswith("4") else 2
    return roof


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
