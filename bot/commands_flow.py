"""`tuoling flow show`: a flow of the company's folder as a picture, to look at before it is applied."""

from collections.abc import Iterator
from pathlib import Path

from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from config.company import load_company
from config.problems import likely
from core.loans.flows import Flow, Flows

_KINDS = (".svg", ".png")


def show_flow(config_dir: Path, name: str, output: Path | None) -> Iterator[str]:
    """`tuoling flow show NAME`: draws the flow into `output`, or into `NAME.svg` here.

    Raises:
        CompanyError: something in the folder is wrong.
        Unready: as `draw_flow`.
    """
    yield from draw_flow(load_company(config_dir, COMMAND_WORDS).flows, name, output)


def draw_flow(flows: Flows, name: str, output: Path | None) -> Iterator[str]:
    """Draws the one of `flows` that has this key or this name.

    Raises:
        Unready: there is no such flow, the file is of another kind, or the font lacks a character.
        OSError: the file cannot be written.
    """
    flow = _named(flows, name)
    file = output or Path(f"{flow.key}.svg")
    if file.suffix.lower() not in _KINDS:
        raise Unready(f"{file} 应以 {' 或 '.join(_KINDS)} 结尾。")
    file.write_bytes(_picture(flow, file.suffix.lower()))
    yield f"流程「{flow.name}」画在 {file}，共 {len(flow.nodes)} 个节点。"


def _named(flows: Flows, name: str) -> Flow:
    found = flows.named(name) or next((flow for flow in flows.flows if flow.name == name), None)
    if found is None:
        keys = [flow.key for flow in flows.flows]
        near = likely(name, [*keys, *(flow.name for flow in flows.flows)])
        there = f"是不是 {near}？" if near else f"有 {'、'.join(keys)}。" if keys else "公司还没有写流程。"
        raise Unready(f"没有 {name} 这个流程，{there}")
    return found


def _picture(flow: Flow, kind: str) -> bytes:
    from cards.flowmap.layout import map_of

    drawn = map_of(flow)
    if kind == ".svg":
        from cards.flowmap.svg import svg

        return svg(drawn).encode()
    from cards.flowmap.png import png  # imports matplotlib, which no other command needs
    from cards.typeface import NoGlyph

    try:
        return png(drawn)
    except NoGlyph as error:
        raise Unready(f"图片的字体里没有 “{error.chars}”，画不出 .png。请换一个字，或者画成 .svg。") from error
