"""A picture as SVG: text, which every browser shows and which stays sharp. Written by hand, as it needs little."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from cards.flowmap.ink import ink
from cards.flowmap.layout import Map
from cards.pictures.marks import Anchor, Area, Mark, Point, Stroke

_FONTS = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei','SimHei',sans-serif"
_DASHES = "6 4"


def svg(drawn: Map) -> str:
    """The picture as an SVG document. Words are text: they can be searched and copied."""
    size = f'width="{drawn.width}" height="{drawn.height}" viewBox="0 0 {drawn.width} {drawn.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family={quoteattr(_FONTS)} role="img">'
    return "\n".join(
        [head, f"<title>{escape(''.join(drawn.title))}</title>", *(_mark(mark) for mark in ink(drawn)), "</svg>", ""]
    )


def _mark(mark: Mark) -> str:
    match mark:
        case Area():
            edge = f' stroke="{mark.edge}" stroke-width="{mark.broad}"' if mark.edge else ""
            return f'<polygon points="{_points(mark.points)}" fill="{mark.fill}"{edge}/>'
        case Stroke():
            dashes = f' stroke-dasharray="{_DASHES}"' if mark.dashed else ""
            how = f'stroke="{mark.colour}" stroke-width="{mark.broad}" fill="none"{dashes}'
            return f'<polyline points="{_points(mark.points)}" {how}/>'
        case _:
            anchor = ' text-anchor="middle"' if mark.anchor is Anchor.CENTRE else ""
            where = f'x="{mark.x:g}" y="{mark.y:g}" font-size="{mark.size}" fill="{mark.colour}"{anchor}'
            return f"<text {where}>{escape(mark.text)}</text>"


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
