"""The demo's configuration: the shipped one, with a price for every channel by which the made-up leads come."""

from pathlib import Path

from bot.phrases.command_words import COMMAND_WORDS
from bot.sandbox.demo_company import company_folder
from bot.sandbox.sample_words import CHANNELS
from config.company import load_company
from config.settings import Settings


def test_every_channel_has_its_cost_and_stays_as_people_change_it(tmp_path: Path) -> None:
    shipped = Path(Settings.model_fields["config_dir"].default)
    folder = company_folder(tmp_path, shipped, 8000)
    of = {channel.name: channel for channel in load_company(folder, COMMAND_WORDS).channels.channels}
    assert all(of[name].cost_fen is not None for name in CHANNELS)
    assert of["抖音"].cost_fen == 3800
    assert len(load_company(shipped, COMMAND_WORDS).channels.channels) < len(of)
    file = folder / "channels.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("cost: 38", "cost: 41"), encoding="utf-8")
    assert "cost: 41" in (company_folder(tmp_path, shipped, 8001) / "channels.yaml").read_text(encoding="utf-8")
