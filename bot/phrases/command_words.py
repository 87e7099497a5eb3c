"""The words of the commands: what each is called, and what else it may be called. `bot/words.py` says what they do."""

ALSO: dict[str, tuple[str, ...]] = {
    "公海": ("线索池", "抢单", "gh"),
    "领取": ("认领", "领"),
    "录入": ("新增", "添加", "登记"),
    "查重": ("撞单",),
    "我的客户": ("我的线索", "我的"),
    "客户": ("查看", "详情"),
    "电话": ("看电话",),
    "跟进": ("写跟进", "记录"),
    "释放": ("放弃", "退回公海"),
    "延期": ("申请延期",),
    "保护": ("锁定",),
    "取消保护": ("解锁",),
    "转移": ("转给", "移交"),
    "合并客户": ("合并",),
    "撤销合并": (),
    "为什么分给我": ("为什么", "分配原因"),
    "分配队列": ("分配排队",),
    "帮助": ("help", "?", "菜单", "怎么用"),
    "取消": ("退出", "算了", "返回"),
}
"""The other words for each command."""

COMMAND_WORDS: frozenset[str] = frozenset(ALSO) | frozenset(word for words in ALSO.values() for word in words)
