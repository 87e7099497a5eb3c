"""What people call the products, and where a lead comes from."""

import re

_NOT_MORTGAGED_ALREADY = "(?<![已有未过])"
_HOUSE = "(?:房产|房屋|住房|房子|住宅|商铺|门面房?|厂房|房)"
SYNONYMS: dict[str, re.Pattern[str]] = {
    "car": re.compile("车辆抵押贷?|汽车抵押|车抵押|抵押(?:车辆|汽车|车子|车)|车抵贷?|押车|(?<![有还已])车贷"),
    "credit": re.compile(
        "无抵押贷?款?|(?:个人)?信用贷款?|公积金贷款?|消费贷款?|工薪贷|社保贷|保单贷|信贷|"
        "信用(?!卡|良|好|不|差|一般|记录|报告|分|逾)"  # 「信用良好」 and 「有信用卡」 tell of the customer
    ),
    "house": re.compile(
        f"{_HOUSE}{_NOT_MORTGAGED_ALREADY}抵押(?:贷款?)?|房抵贷?|[一二]抵|{_NOT_MORTGAGED_ALREADY}抵押{_HOUSE}|"
        f"{_NOT_MORTGAGED_ALREADY}抵押(?:贷款|贷|(?!物|过|权|率|在))"
    ),
    "business": re.compile(
        "(?:企业)?经营性?贷款?|企业税?贷|税贷|票贷|经营(?![\u3400-\u9fff])|"
        "经营(?=[零〇一二两三四五六七八九十百千]{1,8}(?:万|元|块))"  # 「经营三十万」, but not 「经营三家店」
    ),
}
"""What people call each product, by its key (`core/leads/products.py`). They are looked for in this order, each only
in what the others left."""

_SAYS_IT_ALL: dict[str, re.Pattern[str]] = {
    "car": re.compile("车辆抵押贷?|汽车抵押|车抵押|抵押(?:车[辆子]?|汽车)|车抵贷?"),
    "credit": re.compile("无抵押贷?款?|(?:个人)?信用贷款?|信贷|信用"),
    "house": re.compile("(?:房[产屋子]?|住房)抵押(?:贷款?)?|房抵贷?|抵押(?:房[产屋子]?|住房)"),
    "business": re.compile("(?:企业)?经营性?贷款?|经营"),
}


def says_it_all(key: str, word: str) -> bool:
    """Does `word` say no more and no less than the product `key`? 「二抵」 and 「公积金贷」 say more, 「抵押贷款」,
    which may be one on a car, less: such words are kept."""
    return _SAYS_IT_ALL[key].fullmatch(word) is not None


CHANNELS: dict[str, tuple[str, ...]] = {
    "抖音": ("抖音",),
    "快手": ("快手",),
    "小红书": ("小红书",),
    "视频号": ("视频号",),
    "朋友圈": ("朋友圈",),
    "微信": ("微信群", "微信", "公众号"),
    "百度": ("百度",),
    "头条": ("今日头条", "头条"),
    "58同城": ("58同城", "五八同城"),
    "转介绍": ("老客户介绍", "朋友介绍", "客户介绍", "同行介绍", "转介绍", "介绍"),
    "老客户": ("老客户", "老客"),
    "电销": ("电销", "电话销售", "陌拜电话"),
    "地推": ("地推", "扫街", "陌拜"),
    "门店": ("门店", "进店", "自己上门"),
    "官网": ("官网", "网站"),
}
"""Synonyms by the channel as it is stored and shown."""

_AFTER_CHANNEL = re.compile("(?:来的|来|客户|线索|渠道|推广|平台|直播|投流|留资|获客|广告)$")


def product_of(keys: set[str]) -> str | None:
    """The one product meant by the keys that were mentioned (at least one); None if they exclude each other.

    Collateral wins over purpose: 「房抵经营贷」 is granted on the house.
    """
    decisive = keys - {"business"} if keys & {"house", "car"} else keys
    return next(iter(decisive)) if len(decisive) == 1 else None


def channel_of(word: str) -> str | None:
    """The channel that `word` names (「抖音」, 「抖音来的」), or None."""
    bare = _AFTER_CHANNEL.sub("", word)
    return next((channel for channel, names in CHANNELS.items() if word in names or bare in names), None)
