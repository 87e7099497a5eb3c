"""Why a 录入 is not entered, and what is said about it."""

from dataclasses import dataclass

from core.leads.products import PRODUCTS


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it is not entered. `kind` is a key of `PROBLEMS`, `text` the sentence for the person who typed."""

    kind: str
    text: str


PROBLEMS: dict[str, str] = {
    "bank_card": "这里像有银行卡号，录入不需要它，这条没有录入。请撤回那条消息，去掉后再发。",
    "no_phone": "还缺手机号。请这样发：录入 姓名 手机号 需求",
    "phone_length": "手机号应是 11 位，这里是 {count} 位，请核对后再发。",
    "phone_kind": "这个号码不是大陆手机号，请核对后再发。",
    "landline": "这是座机号，请发客户的手机号。",
    "two_phones": "写了两个手机号，请只留一个再发。",
    "no_name": "还缺姓名。请这样发：录入 姓名 手机号 需求",
    "bad_name": "姓名只能有文字和「·」，请核对后再发。",
    "name_or_region": "第一个词是姓名还是地区？请写成「姓名:某某」，地区写全，如「赛罕区」。",
    "long_name": "姓名最多 {count} 个字，请核对后再发。",
    "id_length": "身份证号应是 18 位，这里是 {count} 位，请核对后再发。",
    "id_number": "身份证号不对：出生日期或末位的校验码对不上，请核对后再发。",
    "credit_code": "统一社会信用代码不对：应是 18 位，末位的校验码也要对上，请核对后再发。",
    "two_regions": "写了「{said}」两个地区，请只留客户所在的那个再发，另一个写进一句话里，如「包头有房」。",
    "two_amounts": "写了不止一个金额，请只留想贷的金额再发。",
    "amount": "金额「{said}」没看懂，请写成「50万」这样再发。",
    "currency": "「{said}」不是人民币，请写成「50万」这样的人民币金额再发。",
    "two_products": f"写了不止一种产品，请只留一种再发：{'、'.join(PRODUCTS.values())}。",
}


def problem(kind: str, count: int = 0, said: str = "") -> Problem:
    """The problem of this kind, with its number and the words it is about."""
    return Problem(kind, PROBLEMS[kind].format(count=count, said=said))
