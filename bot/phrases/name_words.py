"""Of what names are made here: Han surnames, parts of Mongolian names, and words that look like a name and are none.

They decide only whether two words are one name, or one word is surely a name: any word may stand as a name by itself.
"""

import re

_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭肖萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭"
    "廖范汪陆金石戴贾韦夏邱丘方侯邹熊孟秦白江阎闫薛尹段雷黎史龙陶贺顾毛郝龚邵万覃武戚莫孔向汤温康施文牛樊葛邢安齐易乔伍庞"
    "颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁"
    "蒲屈饶牟艾卞仇车楚丛窦费冀简景巨鞠匡赖蔺娄卢芦隆麦米苗闵缪慕宓那年聂宁区桑佘司宿隋邰滕佟全仝邬奚席冼晏燕臧甄支仲诸卓宗"
) - frozenset("车全那年区支成向单")  # words by themselves, far oftener than names
_DOUBLE_WORDS = """
欧阳 上官 司马 司徒 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 呼延 端木 独孤 长孙 宇文 南宫 东方 拓跋 完颜 澹台 轩辕
闻人 赫连 百里
"""
_DOUBLE = frozenset(_DOUBLE_WORDS.split())
_MONGOLIAN_WORDS = """
巴特尔 巴图 巴雅尔 巴根 巴音 巴达玛 巴拉珠尔 孟和 孟克 苏日娜 苏和 苏雅拉 苏伦 其其格 其木格 阿古拉 阿木尔
阿拉坦 阿茹娜 阿拉腾 阿斯如 阿荣 阿如汗 安吉尔 朝鲁 朝克 朝克图 朝格图 格日勒 格日乐 高娃 娜仁 娜布其 娜日苏
萨仁 萨日娜 萨如拉 萨其日 乌云 乌日娜 乌日汗 乌兰 乌力吉 乌恩 乌恩其 乌尼尔 乌仁 乌吉斯古楞 塔娜 塔拉 塔林 哈斯
哈日 哈达 宝音 宝力道 宝力高 宝鲁日 布和 布仁 布赫 吉日嘎拉 吉雅 吉木斯 敖日格乐 敖登 敖特根 敖其尔 呼和 呼日查
呼斯楞 胡日查 那日苏 那顺 那仁 那木拉 查干 查娜 托娅 图雅 图门 图布新 图力古尔 道尔吉 道日娜 德力格尔 德格金
达来 达古拉 达布希 达楞 青格乐 青格勒 青克乐 额尔敦 额尔德木图 额尔德尼 额日和 额尔登 毕力格 毕勒格 特木尔
特木其 特格喜 牧仁 木仁 木其尔 斯日古楞 斯琴 斯琴图 斯仁 斯庆 阿拉坦仓 锡林 锡力 希吉日 希都日古 希日 伊德尔
伊拉图 伊茹 照日格图 照那斯图 满都拉 满达 满都呼 满来 莫日根 莫德格 明安图 仁钦 仁庆 森布尔 森德 色音
松布尔 扎木苏 扎那 扎拉嘎 通拉嘎 通嘎 图娅 旺楚克 旺吉乐 温都苏 温都日 新吉乐 新巴雅尔 雅茹 雅如  桑布
桑杰 白音 白乙拉 白嘎力 包音 义如 音德 昂沁 昂格 奥特根 博日 布日古德 察娜 陶格斯 陶格陶 铁木尔 吐娜 贡布 根登
"""
_MONGOLIAN = frozenset(_MONGOLIAN_WORDS.split())
_SOUNDS = frozenset("".join(_MONGOLIAN))
_TITLE = "女士|小姐|先生|师傅|老师|医生|大夫|老板|经理|主任|总|哥|姐|嫂|叔|姨|工|某"
_HAN = re.compile("[\u3400-\u9fff]+")
# Characters of wants, things and small words, which parents give to no child.
_NEVER_GIVEN = frozenset(
    "急贷款买卖欠债逾抵押您吗呢吧的了是要想没不房车店钱需额票电费找做办借还说打谁哪怎们他她它我你这那几个什么企业户险族客商租售"
    "男女男性岁期限号码约问催签"
)
_NO_NAMES_WORDS = """
意向 周转 装修 结婚 经商 生意 上班 公务 已婚 未婚 离异 单身 征信 全款 按揭 月供 本地 外地 本人 夫妻 丈夫 妻子
配偶 回民 农民 牧民 工人 司机 会计 护士 职员 文员 员工 学生 退休 无业 抖音 快手 微信 百度 头条 地推 官网 介绍
朋友 邻居 同事 老乡 同学 亲戚 儿子 父亲 母亲 爸爸 妈妈 哥哥 姐姐 弟弟 妹妹 代理 咨询 了解 明天 后天 今天 下午
上午 晚上 早上 中午 尽快 马上 立刻 资质 条件 良好 优质 精准 普通 一般 线索 学历 本科 大专 银行 医院 学校 公司
单位 工资 收入 流水 存款 社保 公积 营业 执照 建材 餐饮 超市 批发 养殖 养牛 养羊 种地 运输 工程 建筑 物流 服装
美容 旗县 市区 全区 中介 同行 合作 渠道 推荐 汉语 蒙语 双语 中年 青年 老年 高龄 备注 产品 地区 来源 回访 联系
面谈 上门 审批 二次 再次 重复 新增 优先 加急 着急 随时 有空 在家 在外 信用 经营 汉 满 蒙 回 好 高 低 中 无 有 新
老 苏木 嘎查 艾里 敖包 草场 牛羊 牧区
"""
_NO_NAMES = frozenset(_NO_NAMES_WORDS.split())


def is_surname(word: str) -> bool:
    """A Han surname and nothing else: 「李」, 「欧阳」."""
    return word in _SURNAMES or word in _DOUBLE


def is_mongolian(word: str) -> bool:
    """Surely, or by the characters with which such names are written, a part of a Mongolian name. What may be a Han
    name (林青云) is one only where it is known."""
    if word in _MONGOLIAN:
        return True
    sounds = len(word) >= 3 and _SOUNDS.issuperset(word) and word not in _NO_NAMES
    return sounds and (word[0] not in _SURNAMES or len(word) > 3)


def may_be_mongolian(word: str) -> bool:
    """Written with the characters of such names."""
    return len(word) > 1 and _SOUNDS.issuperset(word) and word not in _NO_NAMES


def is_given(word: str) -> bool:
    """What may stand behind a surname: a given name of one or two characters, or how somebody is addressed (女士)."""
    if re.fullmatch(_TITLE, word):
        return True
    short = len(word) <= 2 and _HAN.fullmatch(word) is not None
    return short and word not in _NO_NAMES and _NEVER_GIVEN.isdisjoint(word)


def looks_like_name(name: str) -> bool:
    """Surely a name, as far as one can tell: a surname with what may stand behind it, Mongolian, with a dot, Latin."""
    if name.isascii() or "·" in name or is_mongolian(name) or not _HAN.search(name):
        return True
    if re.fullmatch(rf"[老小大阿]?.{{1,3}}?(?:{_TITLE})", name) and (name[0] in _SURNAMES or name[0] in "老小大阿"):
        return True
    return any(is_surname(name[:end]) and is_given(name[end:]) for end in (1, 2) if len(name) > end)
