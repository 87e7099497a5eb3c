"""The name in 录入: what is one although a space parts it, what is none, and what only leads to it."""

import pytest

from bot.phrases.entry_names import without_lead_in
from bot.phrases.name_words import looks_like_name
from bot.phrases.need import Entry, read_entry

PHONE = "13800001156"


def read(before: str) -> Entry:
    entry = read_entry(f"{before} {PHONE}")
    assert isinstance(entry, Entry), before
    return entry


PARTED = [
    ("李 四", "李四"),
    ("刘 志强", "刘志强"),
    ("王 小 明", "王小明"),
    ("欧阳 锋", "欧阳锋"),
    ("司马 光远", "司马光远"),
    ("老 王", "老王"),
    ("小 李", "小李"),
    ("李 女士", "李女士"),
    ("张 总", "张总"),
    ("欧阳 老师", "欧阳老师"),
    ("巴特尔 孟和", "巴特尔·孟和"),
    ("苏日娜 朝鲁", "苏日娜·朝鲁"),
    ("乌云 其其格", "乌云·其其格"),
    ("那顺 乌力吉", "那顺·乌力吉"),
    ("额尔敦 巴雅尔", "额尔敦·巴雅尔"),
    ("布仁 巴雅尔 孟和", "布仁·巴雅尔·孟和"),
    ("包 乌云其其格", "包乌云其其格"),
    ("白 巴特尔", "白巴特尔"),
    ("姓名 李 四", "李四"),
    ("姓名：欧阳 锋", "欧阳锋"),
    ("姓名 巴特尔 孟和", "巴特尔·孟和"),
    ("客户 李 四", "李四"),
    ("赛罕区 李 四", "李四"),
    ("抖音 欧阳 锋", "欧阳锋"),
    ("急 李 四", "李四"),
    ("巴特尔 · 孟和", "巴特尔·孟和"),
    ("Bat Erdene", "Bat Erdene"),
]


@pytest.mark.parametrize(("typed", "name"), PARTED)
def test_a_space_parts_no_name(typed: str, name: str) -> None:
    entry = read(typed)
    assert (entry.name, entry.beside_name) == (name, "")
    assert entry.note in ("", "急")


WHOLE = [
    ("王丽 急用", "王丽", "急用"),
    ("王 急用", "王", "急用"),
    ("李 周转", "李", "周转"),
    ("王小明 房抵", "王小明", ""),
    ("王 房抵", "王", ""),
    ("欧阳 急用", "欧阳", "急用"),
    ("欧阳 装修", "欧阳", "装修"),
    ("王丽 李红", "王丽", "李红"),
    ("王丽 女", "王丽", "女"),
    ("李 女", "李", "女"),
    ("李 男", "李", "男"),
    ("王 有房", "王", "有房"),
    ("张 开店", "张", "开店"),
    ("赵 教书育人", "赵", "教书育人"),
    ("孙 公务员", "孙", "公务员"),
    ("周 明天", "周", "明天"),
    ("李，四", "李", "四"),
    ("欧阳、锋", "欧阳", "锋"),
    ("王丽（李 四介绍）", "王丽", "李 四介绍"),
    ("巴特尔 急用", "巴特尔", "急用"),
    ("巴特尔 牧民", "巴特尔", "牧民"),
    ("巴特尔 苏木", "巴特尔", "苏木"),
    ("巴特尔 嘎查书记", "巴特尔", "嘎查书记"),
    ("巴特尔 养牛", "巴特尔", "养牛"),
    ("巴特尔，孟和", "巴特尔", "孟和"),
    ("林青云 高云", "林青云", "高云"),
    ("王小明 巴特尔", "王小明", "巴特尔"),
    ("苏日娜 高额", "苏日娜", "高额"),
    ("李 微信同号", "李", "微信同号"),
    ("王 电话没接", "王", "电话没接"),
    ("张 介绍人老李", "张", "介绍人老李"),
    ("高 意向", "高", "意向"),
]


@pytest.mark.parametrize(("typed", "name", "note"), WHOLE)
def test_what_is_no_part_of_the_name_stays_a_note(typed: str, name: str, note: str) -> None:
    entry = read(typed)
    assert (entry.name, entry.note) == (name, note)


def test_a_number_between_parts_for_good() -> None:
    for text in (f"李 {PHONE} 四", f"巴特尔 {PHONE} 孟和"):
        entry = read_entry(text)
        assert isinstance(entry, Entry)
        assert entry.note in ("四", "孟和")


def test_a_region_or_channel_behind_the_name_is_what_it_is() -> None:
    assert read("巴特尔 呼和浩特").region_code == "150100"
    assert read("巴特尔 赛罕").region_code == "150105"
    assert read("李 抖音").channel == "抖音"
    assert read("巴特尔 蒙语").language == "mongolian"


@pytest.mark.parametrize(
    ("typed", "name", "beside"),
    [
        ("刘志 强", "刘志", "强"),
        ("巴特尔 林青云", "巴特尔", "林青云"),
        ("王小明 强", "王小明", ""),
        ("王丽 女", "王丽", ""),
    ],
)
def test_what_may_belong_to_the_name_is_handed_out(typed: str, name: str, beside: str) -> None:
    entry = read(typed)
    assert (entry.name, entry.beside_name) == (name, beside)


LED = [
    "录一个 王丽",
    "录个客户 王丽",
    "来了一个 王丽",
    "来了个客户王丽",
    "来了一位新客户 王丽",
    "报备 王丽",
    "报备王丽",
    "帮我录一下 王丽",
    "新增客户 王丽",
    "有个客户 王丽",
    "加一个 王丽",
    "接到一个客户 王丽",
    "一个客户王丽",
    "登记一下，王丽",
]


@pytest.mark.parametrize("typed", LED)
def test_what_leads_over_to_the_name_is_none(typed: str) -> None:
    entry = read(typed)
    assert (entry.name, entry.note) == ("王丽", "")
    assert without_lead_in(f"{typed} {PHONE}") == f"王丽 {PHONE}"


@pytest.mark.parametrize("name", ["来喜", "加措", "贾有财", "录王丽", "有福", "存根", "登巴", "一个"])
def test_a_name_that_begins_like_that_is_one(name: str) -> None:
    assert read(name).name == name


CALLED = [
    ("客户姓王", "王", ""),
    ("姓欧阳的客户", "欧阳", ""),
    ("有个姓王女士", "王女士", ""),
    ("姓李的", "李", ""),
    ("姓名王丽", "王丽", ""),
    ("赵女士微信同号", "赵女士", "微信同号"),
    ("赵女士电话", "赵女士", ""),
    ("王丽的手机号", "王丽", ""),
    ("王丽微信", "王丽", ""),
]


@pytest.mark.parametrize(("typed", "name", "note"), CALLED)
def test_what_hangs_on_the_name_is_parted_from_it(typed: str, name: str, note: str) -> None:
    entry = read(typed)
    assert (entry.name, entry.note, entry.channel) == (name, note, None)


def test_what_looks_like_a_name() -> None:
    for name in ("王丽", "欧阳锋", "王小明", "巴特尔", "巴特尔·孟和", "王女士", "老王总", "Bat Erdene", "额尔德木图"):
        assert looks_like_name(name), name
    for word in ("推送", "急用", "客资", "今天", "房主", "没接", "微信名"):
        assert not looks_like_name(word), word
