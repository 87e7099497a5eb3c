"""Regions: the administrative divisions of Inner Mongolia, found by code or by what people call them.

The table `regions.csv` holds the 12 leagues and cities (盟市) and their 103 banners, counties, districts and cities
(旗县区) with the codes of GB/T 2260; development zones are no divisions and have no code here. A code is six digits:
province (2), league or city (2), banner or district (2). The columns `short` and `also` are what people say; a word
that fits several regions (前旗, 鄂旗) is found only together with its city.
"""

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

PROVINCE = "15"

_PROVINCE_NAMES = ("内蒙古自治区", "内蒙古", "内蒙")
_SUFFIXES = ("自治旗", "市", "区", "旗", "县", "盟")
_SEPARATORS = str.maketrans("", "", " \t/\\-—_·,，、>")
# Words that mean something bigger elsewhere: 海南 alone is the province, 乌海海南 the district.
_NEVER_ALONE = frozenset({"海南"})


@dataclass(frozen=True, slots=True)
class Region:
    """A league or city (code ends in 00), or a banner, county, district or city below one."""

    code: str
    name: str  # the official name: 新城区
    full_name: str  # with the city it belongs to: 呼和浩特市新城区
    short: str  # as people write it where room is short: 土左旗, 呼和浩特

    @property
    def is_city(self) -> bool:
        """True for the 12 leagues and cities (盟市)."""
        return self.code.endswith("00")

    @property
    def city_code(self) -> str:
        """The code of the league or city it belongs to (its own, if it is one)."""
        return self.code[:4] + "00"


def within(code: str, prefix: str) -> bool:
    """True if the region `code` lies in the one named by `prefix`, which may be short or padded with zeros: `150102`
    is within `15`, `1501`, `150100` and `150102`. The empty prefix contains everything."""
    return code.startswith(significant(prefix))


def region(code: str) -> Region | None:
    """The region with this six-digit code, or None."""
    return REGIONS.get(code)


def find_region(text: str) -> Region | None:
    """The region a person means by `text`, or None if it is none in Inner Mongolia or could be several.

    Understood: the code; the official name, with or without its suffix (青山区, 青山); common short forms (呼市, 昆区,
    达茂); a city with a district, with or without the province (呼和浩特新城区, 内蒙古包头市青山区, 兴安盟前旗). A
    district of another city than the one named (包头新城区) is None rather than a guess.
    """
    word = _plain(text)
    if word in REGIONS:
        return REGIONS[word]
    for candidate in _without_province(word):
        found = _alone(candidate) or _city_and_district(candidate)
        if found is not None:
            return found
    return None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SEPARATORS)


def _without_province(word: str) -> Iterable[str]:
    yield word
    for name in _PROVINCE_NAMES:
        if word.startswith(name):
            yield word.removeprefix(name)
            return


def _alone(word: str) -> Region | None:
    codes = _BY_WORD.get(word, frozenset())
    if len(codes) != 1 or word in _NEVER_ALONE:
        return None
    return REGIONS[next(iter(codes))]


def _city_and_district(word: str) -> Region | None:
    """Every way to cut the text into a city and a district of it; only one region may come out."""
    found: set[str] = set()
    for cut in range(len(word) - 1, 1, -1):
        city = _alone(word[:cut])
        if city is not None and city.is_city:
            found |= {code for code in _BY_WORD.get(word[cut:], ()) if code != city.code and within(code, city.code)}
    return REGIONS[found.pop()] if len(found) == 1 else None


def significant(prefix: str) -> str:
    """The digits by which a prefix is compared: `15`, `1501` and `150100` say `15`, `1501` and `1501`."""
    while len(prefix) > len(PROVINCE) and len(prefix) % 2 == 0 and prefix.endswith("00"):
        prefix = prefix[:-2]
    return prefix


def _words(row: Mapping[str, str]) -> Iterable[str]:
    """All the words for one row of the table: name, short form and others, each also without its suffix."""
    yield from filter(None, row["also"].split("|"))
    for word in (row["name"], row["short"]):
        yield word
        suffix = next((suffix for suffix in _SUFFIXES if word.endswith(suffix)), "")
        bare = word.removesuffix(suffix)
        if len(bare) > 1:
            yield bare


def _rows() -> list[dict[str, str]]:
    table = files("core").joinpath("regions.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(table.splitlines()))


def _regions(rows: list[dict[str, str]]) -> dict[str, Region]:
    cities = {row["code"]: row["name"] for row in rows if row["code"].endswith("00")}
    regions = {}
    for row in rows:
        code, name = row["code"], row["name"]
        full_name = name if code in cities else cities[code[:4] + "00"] + name
        regions[code] = Region(code, name, full_name, row["short"])
    return regions


def _by_word(rows: list[dict[str, str]]) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for row in rows:
        for word in _words(row):
            words.setdefault(word, set()).add(row["code"])
    return {word: frozenset(codes) for word, codes in words.items()}


_ROWS = _rows()
REGIONS: Mapping[str, Region] = MappingProxyType(_regions(_ROWS))
"""All 115 regions by code, in the order of the codes."""
_BY_WORD = _by_word(_ROWS)
