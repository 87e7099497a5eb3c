"""`channels.yaml`: what it may say, and how a mistake is told."""

import shutil
from pathlib import Path

import pytest

import config.company
from config.company import load_company
from config.problems import CompanyError
from config.settings import SettingsError, load_settings
from core.leads.channels import Channel, Channels

SHIPPED = Path(config.company.__file__).parent / "company"


def read(tmp_path: Path, text: str) -> Channels:
    """The channels of a company whose file says so."""
    shutil.copyfile(SHIPPED / "pools.yaml", tmp_path / "pools.yaml")
    (tmp_path / "channels.yaml").write_text(text, encoding="utf-8")
    return load_company(tmp_path).channels


def wrong(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(CompanyError) as error:
        read(tmp_path, text)
    return [str(problem) for problem in error.value.problems]


def test_the_shipped_file_names_channels_and_opens_none() -> None:
    channels = load_company(SHIPPED).channels.channels
    assert channels
    assert not any(channel.key or channel.secret or channel.cost_fen for channel in channels)


def test_the_examples_in_the_shipped_file_are_right(tmp_path: Path) -> None:
    text = (SHIPPED / "channels.yaml").read_text(encoding="utf-8")
    opened = read(tmp_path, text.replace("    # ", "    "))
    douyin = Channel("抖音", 3500, "douyin", "TUOLING_CHANNEL_DOUYIN", states=("dy01", "dy02"), product="house")
    assert opened.by_key("douyin") == opened.by_state("dy02") == douyin


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    shutil.copyfile(SHIPPED / "pools.yaml", tmp_path / "pools.yaml")
    assert load_company(tmp_path).channels == Channels()


def test_all_that_may_be_said(tmp_path: Path) -> None:
    first = "- name: 抖音\n  cost: 35.5元\n  key: dy-1\n  secret: TUOLING_CHANNEL_DY\n  per_minute: 600\n"
    channels = read(tmp_path, f"channels:\n{first}- name: 快手\n")
    assert channels.channels == (Channel("抖音", 3550, "dy-1", "TUOLING_CHANNEL_DY", 600), Channel("快手"))
    assert channels.by_key("dy-1") == channels.channels[0]
    assert channels.by_key("") is None


def test_the_words_of_qr_codes(tmp_path: Path) -> None:
    channels = read(
        tmp_path, "channels:\n- name: 抖音\n  state: dy01\n  product: 车抵\n- name: 快手\n  state: [ks-1, '2']\n"
    )
    assert [channel.states for channel in channels.channels] == [("dy01",), ("ks-1", "2")]
    assert channels.by_state("dy01") == Channel("抖音", states=("dy01",), product="car")
    assert channels.by_state("DY01") is channels.by_state("") is None


MISTAKES = {
    "no name": ("channels:\n- cost: 3\n", "缺少 “name”"),
    "cost": ("channels:\n- name: 甲\n  cost: 免费\n", "每条线索的价格"),
    "key alone": ("channels:\n- name: 甲\n  key: abcd\n", "要么都写，要么都不写"),
    "secret alone": ("channels:\n- name: 甲\n  secret: TUOLING_CHANNEL_A\n", "要么都写，要么都不写"),
    "short key": ("channels:\n- name: 甲\n  key: a\n  secret: TUOLING_CHANNEL_A\n", "4 到 40 个字母"),
    "the secret itself": ("channels:\n- name: 甲\n  key: abcd\n  secret: hunter2hunter2\n", "环境变量的名字"),
    "an old secret": ("channels:\n- name: 甲\n  key: abcd\n  secret: TUOLING_CHANNEL_A_OLD\n", "环境变量的名字"),
    "twice": ("channels:\n- name: 甲\n- name: 甲\n", "另一个渠道已经用了"),
    "mistyped": ("channels:\n- name: 甲\n  costs: 3\n", "是不是 “cost”"),
    "two channels of one QR code": (
        "channels:\n- name: 甲\n  state: a\n- name: 乙\n  state: [b, a]\n",
        "另一个渠道已经用了",
    ),
    "a QR code's word with a space": ("channels:\n- name: 甲\n  state: a b\n", "中间没有空格"),
    "a QR code's word that is too long": (f"channels:\n- name: 甲\n  state: {'a' * 31}\n", "30"),
    "no QR code": ("channels:\n- name: 甲\n  state: []\n", "state"),
    "product": ("channels:\n- name: 甲\n  product: 房贷\n", "房抵"),
    "rate": ("channels:\n- name: 甲\n  per_minute: 0\n", "1 到 6000"),
}


@pytest.mark.parametrize(("text", "why"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    told = wrong(tmp_path, text)
    assert len(told) == 1
    assert why in told[0]
    assert "第 " in told[0]


KEY = {"TUOLING_ENV": "test"}


def test_the_secrets_of_channels_come_from_the_environment() -> None:
    given = {"TUOLING_CHANNEL_A": "a" * 16, "TUOLING_CHANNEL_A_OLD": "b" * 16, "TUOLING_CHANNEL_B": "c" * 16}
    settings = load_settings(KEY | given, env_file=None)
    assert not settings.warnings
    assert [each.get_secret_value() for each in settings.secrets_in("TUOLING_CHANNEL_A")] == ["a" * 16, "b" * 16]
    assert settings.secrets_in("TUOLING_CHANNEL_C") == []
    assert "a" * 16 not in repr(settings) + repr(settings.secrets_in("TUOLING_CHANNEL_A"))


def test_a_secret_that_is_too_short_is_told_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(KEY | {"TUOLING_CHANNEL_A": "hunter2"}, env_file=None)
    assert "TUOLING_CHANNEL_A 应为 16 到 256 个" in str(error.value)
    assert "hunter2" not in str(error.value)
