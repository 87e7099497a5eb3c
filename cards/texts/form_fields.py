"""What is said of a field of a form, and of a value that does not fit it: wherever it is filled in."""

from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from cards import saying
from core.loans.forms import TERM, TODAY, FieldKind, FormField, WrongValue

_EXAMPLES = {
    FieldKind.TEXT: "客户有稳定收入",
    FieldKind.NUMBER: "3",
    FieldKind.MONEY: "50万",
    FieldKind.PERCENT: "70%",
    FieldKind.DATE: "2021-05-03",
    FieldKind.PHONE: "13800001111",
    FieldKind.ID_NUMBER: "150102199003074518",
    FieldKind.CREDIT_CODE: "91350100M000100Y43",
    FieldKind.REGION: "呼和浩特新城区",
    FieldKind.PERSON: "李娜",
}
_MUCH = Decimal("0.5")  # a rate of interest rather than a share
_BY_MONTH = 10_000_000  # yuan: a sum of which more is no income of a month
_WHY = {
    "nothing": "没有看到内容",
    "money": "没看懂是多少钱",
    "unit": "没说单位：是 {said}万，还是 {said}元",
    "range": "写的是一个范围，请写一个准数",
    "several": "写了几个数，请写一个合计",
    "percent": "没看懂是百分之多少",
    "share": "没说清是 {said}%，还是 {said} 倍，请带上百分号",
    "number": "没看懂是多少",
    "date": "没看懂是哪一天",
    "day": "只到年月，请写到哪一天",
    "year": "没说是哪一年",
    "phone": "不是完整的手机号（11 位）",
    "id_number": "身份证号要 18 位，这里是 {said} 位",
    "id_check": "身份证号不对，最后一位校验不过，请核对有没有输错",
    "id_letters": "身份证号前 17 位都是数字，最后一位是数字或 X，这个不是",
    "credit_code": "统一社会信用代码要 18 位，这里是 {said} 位",
    "credit_check": "统一社会信用代码不对，最后一位校验不过，请核对",
    "region": "没找到这个地区，请写到旗县区，重名的前面加上盟市",
    "person": "没有叫「{said}」的同事，请写全名",
    "people": "叫「{said}」的不止一位：{among}，请写全名",
    "choice": "「{said}」不在选项里",
    "which": "「{said}」没说清是哪一个：{among}",
    "file": "这一项要发图片或文件",
    "like": "「{said}」是不是指「{among}」？是就直接回复 {among}",
}
_LIKE = "like"


def example(field: FormField) -> str:
    """What an answer to this question may look like."""
    if field.key == TERM:
        return "36"
    if field.choices:
        return f"{field.choices[0]}、{field.choices[-1]}" if field.kind is FieldKind.CHOICES else field.choices[0]
    if field.kind is FieldKind.MONEY and field.most is not None and field.most < 500_000:
        return saying.money(int(field.most * 100))
    if field.kind is FieldKind.MONEY and field.least is None and field.most is not None and field.most <= _BY_MONTH:
        return "8000、1.2万"
    if field.kind is FieldKind.PERCENT and field.most is not None and field.most < _MUCH:
        return "4.9%"
    return _EXAMPLES.get(field.kind, "")


def not_read(field: FormField, why: str, said: str, among: Sequence[str]) -> str:
    """An answer that is none: what is wrong, and an example; the question is still open."""
    told = _WHY[_LIKE if why == "which" and len(among) == 1 else why]
    told = told.format(said=saying.plain(said, 20), among="、".join(among))
    choices = f"可以选：{'、'.join(field.choices)}。" if why == "choice" and field.choices else ""
    return f"{told}，没有记下。{choices}{_again(field)}"


def _again(field: FormField) -> str:
    shown = example(field)
    ways = "" if field.required else "；不想填回复 不填"
    return f"请再发一次「{field.label}」" + (f"，如：{shown}" if shown else "") + f"{ways}。"


def wrong_value(wrong: WrongValue) -> str:
    """An answer that was understood and does not fit: which limit, and an example."""
    return f"{what_is_wrong(wrong)}，没有记下。{_again(wrong.field)}"


def what_is_wrong(wrong: WrongValue) -> str:
    """Why a value does not fit its field, in short: `期限最多 360`."""
    field, label = wrong.field, wrong.field.label
    match wrong.why:
        case "empty":
            return f"{label}还没填"
        case "kind":
            return f"{label}的写法不对"
        case "least":
            return f"{label}至少 {bound(field, field.least or Decimal(0))}"
        case "most":
            return f"{label}最多 {bound(field, field.most or Decimal(0))}"
        case "long":
            return f"{label}最多 {field.longest} 个字"
        case "whole":
            return f"{label}要整数"
        case "choice":
            return f"{label}不在选项里"
        case "places":
            return f"{label}的小数太长"
        case "huge":
            return f"{label}太大了"
        case "past":
            return f"{label}不能早于提交那天"
        case "future":
            return f"{label}不能晚于今天"
        case "early":
            return f"{label}不能早于{_day_bound(field.earliest)}"
        case "late":
            return f"{label}不能晚于{_day_bound(field.latest)}"
        case "until":
            return f"{label}不能晚于第一次还款"
        case _:
            assert_never(wrong.why)


def _day_bound(day: str) -> str:
    return "今天" if day == TODAY else f" {day}"


def bound(field: FormField, limit: Decimal) -> str:
    """A limit of a field as it is said: `5000万`, `70%`, `360`."""
    if field.kind is FieldKind.MONEY:
        return saying.money(int(limit * 100)) if limit else "0元"
    return f"{(limit * 100).normalize():f}%" if field.kind is FieldKind.PERCENT else f"{limit.normalize():f}"


def limits(field: FormField) -> str:
    """What an answer may be, in short: `1 到 360`, `至少 1万`, `2000-01-01 到 今天`; empty: anything of its kind."""
    if field.kind is FieldKind.TEXT:
        return f"最多 {field.longest} 字"
    if field.kind is FieldKind.DATE:
        first, last = (_day_bound(day).strip() if day else "" for day in (field.earliest, field.latest))
        return (
            f"{first} 到 {last}" if first and last else f"{first} 或以后" if first else f"{last} 或以前" if last else ""
        )
    least, most = ("" if each is None else bound(field, each) for each in (field.least, field.most))
    if least and most:
        return f"{least} 到 {most}"
    return f"至少 {least}" if least else f"最多 {most}" if most else ""


def required(field: FormField) -> str:
    """不填 to what must be filled in."""
    return f"「{field.label}」必填，不能空着。先不填完，可以回复 先停下，之后再接着填。"


def no_field(said: str, labels: Sequence[str]) -> str:
    """修改 with a field's name that there is none of."""
    return f"没有「{saying.plain(said, 12)}」这一项。可以改：{'、'.join(labels)}。"


FIRST_QUESTION = "这已经是第一题了。"


def no_field_of(number: int, said: str) -> str:
    """There is no such field, or several: it is picked from the list."""
    return f"A{number} 里没有单独叫「{said}」的一项，请从卡片里选。"
