"""`tuoling flow show`: the picture is written, and what cannot be drawn is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result
from kit.flow_samples import LOST, PARALLEL, STRAIGHT, WON, approve, flow

from bot.commands_flow import draw_flow
from bot.explain import Unready
from core.loans.flows import Flows, Start

FLOWS = Flows((STRAIGHT, replace(PARALLEL, key="parallel", name="并行流程")))


def draw(name: str, output: Path | None = None, flows: Flows = FLOWS) -> list[str]:
    return list(draw_flow(flows, name, output))


def refused(name: str, output: Path | None = None, flows: Flows = FLOWS) -> str:
    with pytest.raises(Unready) as told:
        draw(name, output, flows)
    return str(told.value)


def test_without_a_file_the_picture_is_an_svg_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert draw("mortgage") == ["流程「抵押贷款流程」画在 mortgage.svg，共 7 个节点。"]
    root = ElementTree.parse(tmp_path / "mortgage.svg").getroot()  # noqa: S314  our own
    assert "客户经理进件" in [element.text for element in root.iter()]


def test_the_flow_is_found_by_name_too_and_drawn_as_png(tmp_path: Path) -> None:
    file = tmp_path / "并行.PNG"
    assert draw("并行流程", file) == [f"流程「并行流程」画在 {file}，共 10 个节点。"]
    assert file.read_bytes().startswith(b"\x89PNG\r\n")


def test_an_unknown_flow_is_answered_with_the_likely_one(tmp_path: Path) -> None:
    assert refused("mortgag") == "没有 mortgag 这个流程，是不是 mortgage？"
    assert refused("并行的流程") == "没有 并行的流程 这个流程，是不是 并行流程？"
    assert refused("xyz") == "没有 xyz 这个流程，有 mortgage、parallel。"
    assert refused("xyz", flows=Flows()) == "没有 xyz 这个流程，公司还没有写流程。"


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    assert refused("mortgage", tmp_path / "flow.pdf").endswith("flow.pdf 应以 .svg 或 .png 结尾。")
    assert list(tmp_path.iterdir()) == []


def test_a_character_without_a_glyph_is_told_and_nothing_written(tmp_path: Path) -> None:
    rare = flow(Start("start", "\U00020000村", "apply", "x"), approve("x", "初审", "first", "won"), WON, LOST)
    said = "图片的字体里没有 “\U00020000”，画不出 .png。请换一个字，或者画成 .svg。"
    assert refused("mortgage", tmp_path / "flow.png", Flows((rare,))) == said
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_all_that_it_needs(tuoling: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "standard.svg"
    shown = tuoling("flow", "show", "standard", "--output", str(file), TUOLING_SECRET_KEY="", WECOM_SECRET="")
    assert shown.exit_code == 0, shown.output
    assert file.stat().st_size > 10_000
    missing = tuoling("flow", "show", "standard", TUOLING_CONFIG_DIR=str(tmp_path / "nowhere"))
    assert missing.exit_code == 2
