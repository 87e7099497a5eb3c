"""Days on which the customer does something else: 「周三去北京，周五回来再打」, 「明天开会，后天10点见」.

They are no contact by themselves. What is agreed in the same breath comes after: Friday, the day after tomorrow; and
where no day is said for it (「下周三去北京，回来再联系」), it is asked for.
"""

import re

_WHO = "客户|对方|[他她](?!们?家)|老板|老婆|老公|爱人|媳妇|家人|孩子|父亲|母亲|爸|妈|[先女][生士]|[哥姐总]"
_FILL = (
    rf"(?:{_WHO}|[的要得就也都又才先会能还在说]|出发|动身|坐车|开车|应该|可能|准备|打算|计划|一家|一天|全天|整天|人)"
)
_PLANS = (
    "出差|出国|出门|外出|旅游|旅行|度假|住院|做?手术|开刀|体检|看病|生孩子|坐月子|开会|培训|学习|考试|值班|上课|加班|"
    "办(?:喜|丧|白|酒|家|私)?事(?!处|大厅)|办婚礼|办酒席?|吃席|喝喜酒|参加|搬家|装修|进货|送货|跑车|跑长途|下乡|"
    "回(?:老家|娘家|婆家|乡|村|牧区|家)|接(?:孩子|机|站)|请假|[下散]班|下课|散会|放学|收工|落地|起飞|登机|[上下]飞机|到站|聚餐|祭祖|上坟|奔丧|年检|审车|验收"
)
_OURS = (
    "我|咱|你|您|他|她|客户|公司|门店|店|单位|家|那|现场|[签面办谈看见拿取送打接查补做交提收找]|银行|行里|评估|过户|房|"
    "不动产|车管|抵押|上门|拜访|回访|了解|联系|一趟?(?=$|[,。;!?])|$|[,。;!?、]"
)
_PLAN = re.compile(rf" ?{_FILL}*(?:去[^,。;!?]{{0,8}}?)?(?:{_PLANS})")
_GOES_SOMEWHERE = re.compile(rf" ?{_FILL}*[去飞][^,。;!?、0-9]{{1,8}}")
_GOES = re.compile(rf" ?{_FILL}*[去飞](?!{_OURS})[^,。;!?、0-9]{{1,8}}")
_SAID_WHO = re.compile(rf"(?:{_WHO})[^,。;!?]{{0,6}}$")
_UNTIL = re.compile(rf"(?:{_PLANS})[^,。;!?0-9]{{0,6}}[到至] ?$")
_RETURNS = re.compile(
    rf" ?{_FILL}*(?:从[^,。;!?]{{1,6}})?(?:[回返](?:来|程|家|到|(?=$|[,。;!?]))|到家)[^,。;!?]{{0,6}}"
)
# What makes the going a thing before the contact: 「回来再联系」, 「开好了联系」.
_COMES_BACK = re.compile("[回返](?:来|程|家)|到家|完事|结束|[办忙弄开]完|[好完]了?(?:之?后|以后)?[再就]?联系")
_CONTACT = re.compile(
    "联系|打(?!包|卡|工|算|水|流水)|见(?!习)|约|谈|聊|沟通|跟进|回访|拜访|上门|面签|签|找[他她]|给[他她你我]|过来|来(?:公司|店|签|办)|再说"
)
_CLAUSE = re.compile("[^,。;!?、]*")


def does_else(text: str, pos: int, end: int) -> bool:
    """Does the customer do something else in text[pos:end], a day, by what is said around it?"""
    rest = _CLAUSE.match(text, end)
    if rest and _CONTACT.search(rest.group()):
        return False
    if _PLAN.match(text, end):
        return True
    going = _GOES_SOMEWHERE.match(text, end)
    if going and _COMES_BACK.search(text, going.end()):
        return True
    going = _GOES.match(text, end)
    return going is not None and bool(_SAID_WHO.search(text, 0, pos) or re.search(_WHO, going.group()))


def only_returns(text: str, pos: int, end: int) -> bool:
    """Does the customer come back on text[pos:end], a day, and is not said to be contacted then? 「周五回来」,
    「出差到周五」."""
    rest = _CLAUSE.match(text, end)
    if rest and _CONTACT.search(rest.group()):
        return False
    return bool(_RETURNS.match(text, end) or _UNTIL.search(text, 0, pos))
