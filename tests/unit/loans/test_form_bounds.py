"""What just goes into a field, and what just does not."""

from datetime import date
from decimal import Decimal

import pytest

from core.loans.forms import TODAY, FieldKind, FormField, wrong

NUMBER = FormField("n", "数", FieldKind.NUMBER, least=Decimal(1), most=Decimal(10))
ANY = FormField("n", "数", FieldKind.NUMBER)
SUM = FormField("m", "金额", FieldKind.MONEY, least=Decimal(10_000), most=Decimal(20_000))
TEXT = FormField("t", "说明", FieldKind.TEXT, longest=5)
DAY = FormField("d", "日期", FieldKind.DATE, earliest=TODAY, latest="2026-12-31")
BORN = FormField("d", "日期", FieldKind.DATE, earliest="1949-10-01", latest=TODAY)
ONE_OF = FormField("c", "行业", FieldKind.CHOICE, choices=("餐饮", "运输"))
SOME_OF = FormField("c", "资产", FieldKind.CHOICES, choices=("房", "车"))
FILES = FormField("f", "照片", FieldKind.FILE)
TODAY_IS = date(2026, 11, 24)

CASES: list[tuple[FormField, object, str | None]] = [
    (NUMBER, "1", None),
    (NUMBER, "0.999999", "least"),
    (NUMBER, "10", None),
    (NUMBER, "10.000001", "most"),
    (NUMBER, 5, "kind"),
    (NUMBER, "NaN", "kind"),
    (NUMBER, "五", "kind"),
    (ANY, "999999999999", None),
    (ANY, "1000000000000", "huge"),
    (ANY, "1E+300", "huge"),
    (FormField("m", "金额", FieldKind.MONEY), 10**22, "huge"),
    (FormField("r", "利率", FieldKind.PERCENT, most=Decimal(1)), "0.041235", None),
    (FormField("r", "利率", FieldKind.PERCENT), "0.0412345678", "places"),
    (ANY, "0.123456", None),
    (ANY, "0.1234567", "places"),
    (ANY, "0.1234560", None),
    (ANY, "0", None),
    (FormField("n", "数", FieldKind.NUMBER, whole=True), "3.0", None),
    (FormField("n", "数", FieldKind.NUMBER, whole=True), "3.5", "whole"),
    (SUM, 1_000_000, None),
    (SUM, 999_999, "least"),
    (SUM, 2_000_000, None),
    (SUM, 2_000_001, "most"),
    (SUM, "10000", "kind"),
    (TEXT, "一二三四五", None),
    (TEXT, "一二三四五六", "long"),
    (TEXT, 5, "kind"),
    (DAY, "2026-11-24", None),
    (DAY, "2026-11-23", "early"),
    (DAY, "2026-12-31", None),
    (DAY, "2027-01-01", "late"),
    (DAY, "2026-02-30", "kind"),
    (BORN, "1949-10-01", None),
    (BORN, "1949-09-30", "early"),
    (BORN, "2026-11-24", None),
    (BORN, "2026-11-25", "late"),
    (FormField("d", "日期", FieldKind.DATE), "1899-12-31", "kind"),
    (FormField("d", "日期", FieldKind.DATE), "2200-01-01", "kind"),
    (ONE_OF, "运输", None),
    (ONE_OF, "建筑", "choice"),
    (SOME_OF, ["车", "房"], None),
    (SOME_OF, ["车", "船"], "choice"),
    (SOME_OF, "车", "choice"),
    (FILES, [1], None),
    (FILES, 1, "kind"),
    (FormField("p", "协办人", FieldKind.PERSON), 7, None),
    (FormField("p", "协办人", FieldKind.PERSON), "张三", "kind"),
    (FormField("x", "比率", FieldKind.COMPUTED, formula="1"), "1", "kind"),
    (FormField("t", "说明", FieldKind.TEXT, required=True), "", "empty"),
    (FormField("f", "照片", FieldKind.FILE, required=True), [], "empty"),
    (TEXT, None, None),
]


@pytest.mark.parametrize(("field", "value", "why"), CASES, ids=[f"{c[0].kind}-{c[1]}" for c in CASES])
def test_what_goes_into_a_field(field: FormField, value: object, why: str | None) -> None:
    found = wrong(field, value, TODAY_IS)
    assert (found.why if found is not None else None) == why


def test_what_was_filled_in_before_is_not_held_against_today() -> None:
    assert wrong(DAY, "2026-11-23") is None
    assert wrong(DAY, "2027-01-01") is not None, "a day that is named stays a bound"
