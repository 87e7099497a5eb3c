"""The regions of Inner Mongolia: the table is whole, and people's words lead to the right row or to none."""

from dataclasses import FrozenInstanceError

import pytest

from core.regions import REGIONS, find_region, region, within

# How many banners, counties, districts and cities each league or city has (103 in all).
SIZES = {
    "呼和浩特市": 9,
    "包头市": 9,
    "乌海市": 3,
    "赤峰市": 12,
    "通辽市": 8,
    "鄂尔多斯市": 9,
    "呼伦贝尔市": 14,
    "巴彦淖尔市": 7,
    "乌兰察布市": 11,
    "兴安盟": 6,
    "锡林郭勒盟": 12,
    "阿拉善盟": 3,
}


def test_table_is_whole():
    sizes = {
        city.name: sum(within(code, city.code) for code in REGIONS if code != city.code)
        for city in REGIONS.values()
        if city.is_city
    }
    assert sizes == SIZES
    assert len(REGIONS) == 12 + 103
    assert list(REGIONS) == sorted(REGIONS)
    assert all(len(code) == 6 and code.startswith("15") and code.isdigit() for code in REGIONS)
    assert all(REGIONS[each.city_code].is_city for each in REGIONS.values())


def test_region_by_code():
    found = region("150102")
    assert found is not None
    assert (found.name, found.full_name, found.short) == ("新城区", "呼和浩特市新城区", "新城区")
    assert found.city_code == "150100"
    city = region("152500")
    assert city is not None
    assert (city.name, city.full_name, city.short, city.is_city) == ("锡林郭勒盟", "锡林郭勒盟", "锡林郭勒", True)
    assert region("110101") is None
    assert region("1501") is None
    with pytest.raises(FrozenInstanceError):
        found.name = "别处"  # type: ignore[misc]


@pytest.mark.parametrize("code", list(REGIONS))
def test_every_region_is_found_by_code_name_and_full_name(code: str):
    wanted = REGIONS[code]
    for text in (code, wanted.name, wanted.full_name, wanted.short, f"内蒙古自治区{wanted.full_name}"):
        assert find_region(text) == wanted, text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("呼市", "150100"),
        ("呼和", "150100"),
        ("呼和浩特", "150100"),
        ("鄂市", "150600"),
        ("鄂尔多斯", "150600"),
        ("包头", "150200"),
        ("锡盟", "152500"),
        ("兴安", "152200"),
        ("内蒙古包头", "150200"),
        ("青山区", "150204"),
        ("青山", "150204"),
        ("赛罕", "150105"),
        ("昆区", "150203"),
        ("达茂", "150223"),
        ("鄂温克族", "150724"),
        ("科尔沁", "150502"),
        ("杭锦", "150625"),
        ("二连", "152501"),
        ("呼和浩特新城区", "150102"),
        ("呼市新城", "150102"),
        ("呼和新城区", "150102"),
        (" 呼和浩特市 / 新城区 ", "150102"),
        ("内蒙古自治区呼和浩特市赛罕区", "150105"),
        ("内蒙包头-昆都仑", "150203"),
        ("锡盟锡市", "152502"),
        ("乌海海南", "150303"),
        ("兴安盟前旗", "152221"),
        ("乌兰察布前旗", "150926"),
        ("呼伦贝尔左旗", "150726"),
        ("１５０１０２", "150102"),
    ],
)
def test_words_people_use(text: str, code: str):
    found = find_region(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "区",
        "内蒙古",
        "北京",
        "110101",
        "前旗",  # four of them
        "鄂旗",
        "左旗",
        "海南",  # the province, when said alone
        "包头新城区",  # belongs to 呼和浩特
        "巴彦淖尔后旗",  # 乌拉特后旗 or 杭锦后旗
        "呼和浩特呼和浩特",
        "呼和浩特海拉尔大街",
    ],
)
def test_no_guess(text: str):
    assert find_region(text) is None


@pytest.mark.parametrize(
    ("code", "prefix", "inside"),
    [
        ("150102", "15", True),
        ("150102", "1501", True),
        ("150102", "150100", True),
        ("150102", "150102", True),
        ("150102", "150000", True),
        ("150102", "", True),
        ("150100", "1501", True),
        ("150100", "150102", False),
        ("150202", "1501", False),
        ("150202", "150100", False),
    ],
)
def test_within(code: str, prefix: str, inside: bool):
    assert within(code, prefix) is inside
