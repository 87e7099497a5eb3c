"""`tuoling risk try` and `compare` as they are typed, where nothing was handed in yet."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

SHIPPED = Path(__file__).parents[3] / "config" / "company" / "risk" / "house.yaml"


def test_nothing_to_try_and_nothing_to_compare(tuoling: Callable[..., Result]) -> None:
    assert tuoling("risk", "try", "--since", "7天").output.endswith("以来提交的进件里没有可以试算的。\n")
    never = tuoling("risk", "compare")
    assert (never.exit_code, "没有挑战者评过哪一笔" in never.output) == (1, True)
    assert "应以 .png 结尾" in tuoling("risk", "compare", "--picture", "x.gif").output


def test_a_mistake_is_told_by_the_file_that_was_given(tuoling: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "q3.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace("rate: 8%", "rate: 8"), encoding="utf-8")
    wrong = tuoling("risk", "try", str(file), "--as", "house.yaml")
    assert (wrong.exit_code, f"{file}：rate 应为百分比" in wrong.output) == (2, True)
    assert "没有 q3.yaml" in tuoling("risk", "try", str(file)).output
