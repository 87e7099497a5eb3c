"""The words people type: one table of commands (`bot/phrases/command_words.py` has their synonyms, `bot/grammar.py` how
they are matched, `bot/routing.py` what a message comes to). Help, routing and the nearest words for a typo are made
from it.
"""

from functools import partial
from itertools import groupby

from bot.call import Call, Reply
from bot.dialogs import QUESTIONS
from bot.grammar import (
    ANY,
    APPLICATION,
    BOARD,
    CUSTOMER,
    LEAD_AND_NAME,
    LEAD_AND_TEXT,
    LEADS,
    LEADS_AND_TEXT,
    LOAN,
    MAYBE_APPLICATION,
    MAYBE_NUMBER,
    NAME_AND_PAGE,
    NONE,
    ONE_LEAD,
    PICK,
    SOME,
    TASK_AND_TEXT,
    Command,
    begun,
)
from bot.handlers import (
    applying,
    approving,
    assigning,
    boards,
    caring,
    changing,
    comments,
    duplicates,
    entering,
    exports,
    handover,
    leads,
    marking,
    media,
    merging,
    morning,
    outside,
    papers,
    pausing,
    phones,
    pool,
    progress,
    recycling,
    reminders,
    repaying,
    reports,
    screening,
    segments,
    settings,
    standing_in,
    transferring,
)
from bot.phrases.application_numbers import APPLICATION_AND_TEXT, MAYBE_APPLICATION_AND_TEXT, ONE_APPLICATION
from bot.phrases.command_words import ALSO
from bot.phrases.numbers import (
    folded,
    lead_in,
)
from bot.suggestions import nearest
from cards import texts
from core.people.policy import Actor, Verb, may
from core.store import dialogs


def help_me(call: Call) -> Reply:
    """帮助: what this person may do, by group; with the word of a command, how that is used; with what is none of his,
    the nearest that are."""
    said, may_use = folded(call.text).casefold().strip(), allowed(call.actor)
    some = begun(said, may_use)
    alone = some[0] if len(some) == 1 else None
    useful = [command for command in may_use if command.has_use(call)]
    groups = [
        (title, [(command.word, command.form, command.about) for command in group])
        for title, group in groupby(useful, key=lambda command: command.group)
    ]
    named = next((group for group in groups if said == group[0]), None)
    own = next((command for command in may_use if said == command.word), None)
    if named is not None and own is None:  # 帮助 itself sends people to 帮助 报表, which is also another word for 看板
        return Reply(say=texts.help_group(*named))
    asked = own or next((command for command in may_use if said in command.words), alone)
    if asked is not None:
        return Reply(say=texts.help_about(asked.word, asked.form, f"{asked.about}。{asked.more}", asked.example))
    if said in texts.TO_COME:
        return to_come(said, call)
    if said and said not in _ALL:
        likely = nearest(said, may_use, some)
        return Reply(say=texts.no_such_help(call.text.strip(), [(command.word, command.about) for command in likely]))
    return Reply(say=texts.help_text(call.actor.name, groups, _IN_SHORT))


def to_come(word: str, call: Call) -> Reply:
    """A word of what is to come."""
    return Reply(say=texts.to_come(word, call.actor, lead_in(call.text)))


def cancel(call: Call) -> Reply:
    """取消: leave what was asked."""
    if not call.asked:
        return Reply(say=texts.NOTHING_OPEN)
    unit = call.unit
    left = dialogs.current(unit.connection, unit.vault, call.actor.id, unit.channel, unit.now)
    call.end_dialog()
    return Reply(say=QUESTIONS[left.kind].left(call) if left and left.kind in QUESTIONS else texts.CANCELLED)


COMMANDS: tuple[Command, ...] = (
    Command("公海", ALSO["公海"], NAME_AND_PAGE, Verb.SEE_POOL, pool.show_pool,
            "线索", "公海", "看等待领取的线索", "公海",
            "后面可以写公海的名字、第几页，如 公海 2。"),
    Command("领取", ALSO["领取"], LEADS, Verb.CLAIM, pool.claim_by_number,
            "线索", "领取 编号", "按编号领取", "领取 L1024 L1025",
            "一条、多条、连号都行，如 领取 L8 L10-L12。"),
    Command("录入", ALSO["录入"], SOME, Verb.ADD_LEAD, entering.add,
            "线索", "录入 姓名 手机号 需求", "新增客户和线索", "录入 巴特尔·孟和 13800001111 房抵50万",
            "需求可以不写；产品、金额、地区、渠道写在一起就能看懂。"),
    Command("查重", ALSO["查重"], SOME, Verb.CHECK, duplicates.check,
            "线索", "查重 手机号或身份证号", "看客户是不是已经有了", "查重 13800001111",
            "要完整的号码；每天次数有限，会留记录。"),
    Command("早报", ALSO["早报"], NONE, Verb.FOLLOW, morning.show,
            "名单", "早报", "今天要联系的、快收回的", "早报",
            "工作日早上自动发；这里随时可以再看。"),
    Command("我的客户", ALSO["我的客户"], PICK, Verb.FOLLOW, segments.mine,
            "名单", "我的客户", "名下客户，先看到期的", "我的客户",
            "后面可以写条件、第几页，如 我的客户 A 高意向 3天未跟进。"),
    Command("部门客户", ALSO["部门客户"], PICK, Verb.SEGMENT, segments.team,
            "名单", "部门客户 条件", "从您管的客户里挑一群", "部门客户 A 高意向 3天未跟进",
            "条件的写法和 我的客户 一样。"),
    Command("关怀", ALSO["关怀"], SOME, Verb.CARE, caring.plan,
            "名单", "关怀 条件：想说的话", "给归属人列任务单", "关怀 A 高意向：节日",
            "不会自己发给客户；先看有几位，确认了才列。"),
    Command("关怀任务", ALSO["关怀任务"], NONE, Verb.FOLLOW, caring.tasks,
            "名单", "关怀任务", "您还没做的关怀任务", "关怀任务"),
    Command("关怀进度", ALSO["关怀进度"], ANY, Verb.CARE, caring.progress,
            "名单", "关怀进度", "您发起的关怀做到哪了", "关怀进度"),
    Command("客户", ALSO["客户"], CUSTOMER, Verb.SEE_LEAD, leads.find,
            "客户", "客户 编号、手机号或姓名", "看一位客户的全貌", "客户 L1024"),
    Command("电话", ALSO["电话"], ONE_LEAD, Verb.REVEAL, leads.reveal,
            "客户", "电话 编号", "看完整手机号", "电话 L1024",
            "每天次数有限，会留记录。"),
    Command("跟进", ALSO["跟进"], LEAD_AND_TEXT, Verb.FOLLOW, leads.follow,
            "客户", "跟进 编号 内容", "记跟进和下次联系", "跟进 L1024 意向强，明天10点面谈",
            "会听懂 明天10点、下周三下午、3天后 这样的时间；没说几点会问您。"),
    Command("补手机", ALSO["补手机"], LEAD_AND_TEXT, Verb.ADD_PHONE, phones.add,
            "客户", "补手机 编号 手机号", "补上微信客户的手机号", "补手机 L1024 13800001111"),
    Command("评论", ALSO["评论"], LEAD_AND_TEXT, Verb.COMMENT, comments.say,
            "客户", "评论 编号 内容", "写一句话，@ 到的同事会收到", "评论 L1024 @李娜 请确认利率"),
    Command("附件", ALSO["附件"], LEAD_AND_TEXT, Verb.SEE_MEDIA, media.show,
            "客户", "附件 编号 序号", "看图片和文件", "附件 L1024 2",
            "写上序号就发给您，如 附件 L1024 2。"),
    Command("存到", ALSO["存到"], ONE_LEAD, Verb.ATTACH, media.attach,
            "客户", "存到 编号", "刚发的图片存到哪位客户", "存到 L1024"),
    Command("释放", ALSO["释放"], LEAD_AND_TEXT, Verb.RELEASE, leads.release,
            "去留", "释放 编号 原因", "放回公海", "释放 L1024 联系不上",
            "原因必填；只写编号会问您。"),
    Command("延期", ALSO["延期"], ONE_LEAD, Verb.PROTECT, recycling.ask,
            "去留", "延期 编号", "请主管多给几天", "延期 L1024",
            "快到期收回的才能申请。"),
    Command("保护", ALSO["保护"], ONE_LEAD, Verb.PROTECT, recycling.protect_lead,
            "去留", "保护 编号", "到期不收回", "保护 L1024",
            "条数和天数有限。"),
    Command("取消保护", ALSO["取消保护"], ONE_LEAD, Verb.PROTECT, recycling.unprotect_lead,
            "去留", "取消保护 编号", "让出保护的名额", "取消保护 L1024"),
    Command("转移", ALSO["转移"], LEAD_AND_NAME, Verb.TRANSFER, transferring.transfer,
            "去留", "转移 编号 姓名 原因", "转给同事", "转移 L1024 李娜",
            "编号可以写几个，原因可以不写；还想看一阵子，写 可查看至 12-31。"),
    Command("取消查看", ALSO["取消查看"], ONE_LEAD, Verb.TRANSFER, transferring.read_no_more,
            "去留", "取消查看 编号", "不让原归属人再看", "取消查看 L1024"),
    Command("等级", ALSO["等级"], LEADS_AND_TEXT, Verb.MARK, marking.grade,
            "整理", "等级 编号 等级", "评级", "等级 L1024 A",
            "多条一起也行；不写等级就看现在的。"),
    Command("标签", ALSO["标签"], LEADS_AND_TEXT, Verb.MARK, marking.tag,
            "整理", "标签 编号 +标签 -标签", "加、去标签", "标签 L1024 +高意向 -冷",
            "多条一起也行；不写标签就打勾选。"),
    Command("合并客户", ALSO["合并客户"], SOME, Verb.MERGE, merging.merge,
            "整理", "合并客户 编号 编号", "同一个人录了两次", "合并客户 L1024 L1031",
            "把后一位并入前一位；先看清单再确认，7 天内可撤销。"),
    Command("撤销合并", ALSO["撤销合并"], SOME, Verb.MERGE, merging.unmerge,
            "整理", "撤销合并 M3", "合并后恢复原样", "撤销合并 M3"),
    Command("为什么分给我", ALSO["为什么分给我"], ONE_LEAD, Verb.EXPLAIN, assigning.why,
            "分配", "为什么分给我 编号", "看分给谁、为什么", "为什么分给我 L1024"),
    Command("分配队列", ALSO["分配队列"], NONE, Verb.SEE_QUEUE, assigning.queue,
            "分配", "分配队列", "没人能接的线索", "分配队列", has_use=assigning.has_queue),
    Command("离职交接", ALSO["离职交接"], SOME, Verb.HAND_OVER, handover.hand_over,
            "人员", "离职交接 姓名 接收人", "停用账号，客户交出去", "离职交接 李四 李娜",
            "接收人可以是同事、公海 或 按规则；先看清单再确认。"),
    Command("撤销交接", ALSO["撤销交接"], ANY, Verb.HAND_OVER, handover.undo,
            "人员", "撤销交接 H3", "交接后 24 小时内退回", "撤销交接 H3"),
    Command("交接结果", ALSO["交接结果"], ANY, Verb.HAND_OVER, handover.result,
            "人员", "交接结果 H3", "看交接的每一条", "交接结果 H3"),
    Command("待办", ALSO["待办"], PICK, Verb.WORK_TASKS, approving.show_todo,
            "审批", "待办", "等您处理的进件", "待办",
            "后面可以写第几页；待办 T88 或 A203 打开一件；怎么批见 帮助 同意。"),
    Command("同意", ALSO["同意"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.agree,
            "审批", "同意 T88 意见", "同意，或办理完成", "同意 T88 资料齐全",
            "意见可以不写；T88 是待办的编号。", has_use=approving.has_to_decide),
    Command("放款", ALSO["放款"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.pay_out,
            "审批", "放款 A203 金额 日期", "记下放了多少、哪天放的", "放款 A203 50万 今天",
            "金额或日期没写，驼铃会问。", has_use=approving.has_to_pay_out),
    Command("驳回", ALSO["驳回"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.refuse,
            "审批", "驳回 T88 原因", "不同意，进件结束", "驳回 T88 负债过高", has_use=approving.has_to_decide),
    Command("退回", ALSO["退回"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.give_back,
            "审批", "退回 T88 节点 原因", "退回修改，再提交", "退回 T88 提交人 流水不清楚",
            "节点是走过的一步，如 初审；只能退给提交人时不用写。", has_use=approving.has_to_decide),
    Command("转交", ALSO["转交"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.hand_on,
            "审批", "转交 T88 姓名 原因", "交给同事，由他决定", "转交 T88 李娜 休假", has_use=approving.has_to_decide),
    Command("委派", ALSO["委派"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.delegate,
            "审批", "委派 T88 姓名", "请同事给意见，您来决定", "委派 T88 李娜", has_use=approving.has_to_decide),
    Command("加签", ALSO["加签"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.sign_before,
            "审批", "加签 T88 姓名", "请同事先审，再轮到您", "加签 T88 李娜、王强",
            "几位用、隔开；您同意后再请人审，用 后加签。", has_use=approving.has_to_decide),
    Command("后加签", ALSO["后加签"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.sign_after,
            "审批", "后加签 T88 姓名", "您同意，同事也要同意", "后加签 T88 李娜", has_use=approving.has_to_decide),
    Command("减签", ALSO["减签"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.drop_signer,
            "审批", "减签 T88 姓名", "不再等加签的同事", "减签 T88 李娜",
            "不写姓名就是都不等了。", has_use=approving.has_to_decide),
    Command("取回", ALSO["取回"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.take_back,
            "审批", "取回 T88", "收回您的同意", "取回 T88",
            "下一步还没有人处理才行；也可以写进件的编号，如 取回 A203。", has_use=approving.has_to_decide),
    Command("抄送", ALSO["抄送"], TASK_AND_TEXT, Verb.WORK_TASKS, approving.copy,
            "审批", "抄送 T88 姓名", "让同事知道", "抄送 T88 李娜", has_use=approving.has_to_decide),
    Command("催办", ALSO["催办"], APPLICATION, Verb.APPLY, approving.nudge,
            "审批", "催办 A203", "请处理的人快一点", "催办 A203",
            "2 个工作小时内催一次。", has_use=approving.has_to_wait),
    Command("代理", ALSO["代理"], ANY, Verb.WORK_TASKS, standing_in.stand_in,
            "审批", "代理 姓名 到 日期", "您不在时请人代办", "代理 李娜 到 12-31",
            "也可以写 代理 李娜 12-01 到 12-05；只发 代理 看现在谁代谁。"),
    Command("取消代理", ALSO["取消代理"], NONE, Verb.WORK_TASKS, standing_in.end,
            "审批", "取消代理", "您回来了", "取消代理", has_use=approving.has_to_decide),
    Command("进度", ALSO["进度"], ANY, Verb.SEE_APPLICATION, progress.show,
            "进件", "进度 编号", "进件走到哪了", "进度 A203",
            "谁在办、等了多久、接下来是什么；写线索编号、客户姓名也行，只发 进度 看您在办的。"),
    Command("瓶颈", ALSO["瓶颈"], ANY, Verb.SEE_WAITING, progress.bottlenecks,
            "进件", "瓶颈", "进件卡在哪", "瓶颈 房抵",
            "后面可以写部门、产品、节点，如 瓶颈 呼和浩特 初审；点一行看清单，等得最久的在前。"),
    Command("预审", ALSO["预审"], APPLICATION_AND_TEXT, Verb.SEE_APPLICATION, screening.show,
            "进件", "预审 A203", "风控规则查出什么", "预审 A203",
            "每条命中的规则、评分、怎样能通过；提交、退回再提交、内容改了都会自动重做。", has_use=screening.has_any),
    Command("重新评估", ALSO["重新评估"], APPLICATION_AND_TEXT, Verb.SEE_APPLICATION, screening.again,
            "进件", "重新评估 A203", "按现在的内容再预审一次", "重新评估 A203", has_use=screening.has_any),
    Command("报告", ALSO["报告"], APPLICATION_AND_TEXT, Verb.SEE_APPLICATION, reports.show,
            "进件", "报告 A203", "外部报告查到了没有", "报告 A203",
            "征信、大数据等；客户授权到哪天、多久以前查的。", has_use=reports.has_any),
    Command("补报告", ALSO["补报告"], APPLICATION_AND_TEXT, Verb.APPLY, reports.bring,
            "进件", "补报告 A203 名称", "录入手上的报告", "补报告 A203 征信报告",
            "先发图片或文件，再按报告填几个数。", has_use=reports.has_any),
    Command("撤回授权", ALSO["撤回授权"], APPLICATION_AND_TEXT, Verb.APPLY, reports.take_consent_back,
            "进件", "撤回授权 A203", "客户不再同意查询", "撤回授权 A203",
            "以后不再查，查过的也不再用。", has_use=reports.has_any),
    Command("暂停", ALSO["暂停"], APPLICATION_AND_TEXT, Verb.SEE_APPLICATION, pausing.pause_application,
            "进件", "暂停 A203 原因", "等客户、等银行时停表", "暂停 A203 待客户补件",
            "原因要是流程里写好的；期限停在那一刻，谁暂停的大家看得到。"),
    Command("继续", ALSO["继续"], ONE_APPLICATION, Verb.SEE_APPLICATION, pausing.resume_application,
            "进件", "继续 A203", "恢复计时", "继续 A203"),
    Command("进件", ALSO["进件"], LOAN, Verb.APPLY, applying.begin,
            "进件", "进件 编号 产品 金额 期限", "贷款申请，接着填或查看", "进件 L1024 房抵贷 50万 36期",
            "产品、金额、期限可以不写；随时停下，以后写 进件 A编号 接着填。"),
    Command("提交", ALSO["提交"], MAYBE_APPLICATION, Verb.APPLY, applying.submit,
            "进件", "提交 A编号", "填好的进件交去审批", "提交 A203", has_use=applying.has_one),
    Command("修改", ALSO["修改"], ANY, Verb.WORK_TASKS, changing.change,
            "进件", "修改 A编号 项", "改进件里填错的一项", "修改 A203 申请金额",
            "项不写就列出全部；已提交的先 撤回。待办里填的也能改：修改 T88 年利率。", has_use=applying.has_one),
    Command("补材料", ALSO["补材料"], MAYBE_APPLICATION_AND_TEXT, Verb.APPLY, papers.supply,
            "进件", "补材料 A编号 资料", "看缺哪些资料，发图片补上", "补材料 A203",
            "资料不写就列清单，写了就等那一份：补材料 A203 征信。", has_use=applying.has_one),
    Command("撤回", ALSO["撤回"], MAYBE_APPLICATION, Verb.APPLY, applying.withdraw,
            "进件", "撤回 A编号", "已提交的拿回来改", "撤回 A203", has_use=applying.has_one),
    Command("放弃进件", ALSO["放弃进件"], MAYBE_APPLICATION, Verb.APPLY, applying.drop,
            "进件", "放弃进件 A编号", "不做这笔了", "放弃进件 A203",
            "还会再问一次；客户不受影响。", has_use=applying.has_one),
    Command("收到", ALSO["收到"], SOME, Verb.APPLY, outside.came,
            "进件", "收到 编号 什么", "外面有了答复", "收到 A203 银行批复",
            "进件停在等待节点时用，说它等的那一件。"),
    Command("还款计划", ALSO["还款计划"], SOME, Verb.SEE_APPLICATION, repaying.plan,
            "贷后", "还款计划 编号", "看或定还款计划", "还款计划 A203",
            "定计划写 等额本息 36期 年利率4.9% 首期 2027-01-15。"),
    Command("还款", ALSO["还款"], SOME, Verb.REPAY, repaying.repay,
            "贷后", "还款 编号 金额 日期", "记客户的还款", "还款 A203 5000 12-15",
            "日期不写就是今天。"),
    Command("结清", ALSO["结清"], SOME, Verb.REPAY, repaying.settle,
            "贷后", "结清 编号 金额", "提前结清", "结清 A203 320000",
            "金额不写，就说今天结清大约要多少。"),
    Command("逾期", ALSO["逾期"], NAME_AND_PAGE, Verb.REPAY, repaying.late,
            "贷后", "逾期", "逾期的贷款，逾期久的在前", "逾期",
            "看到的是归您管的；点一行看那一笔。"),
    Command("取消还款", ALSO["取消还款"], SOME, Verb.REPAY, repaying.take_back,
            "贷后", "取消还款 编号", "最后一笔记错了", "取消还款 A203"),
    Command("延期还款", ALSO["延期还款"], SOME, Verb.REPAY, repaying.grace,
            "贷后", "延期还款 编号 日期", "这些天不算逾期", "延期还款 A203 12-01 到 12-20",
            "不算了发 延期还款 A203 取消。"),
    Command("日报", ALSO["日报"], BOARD, Verb.SEE_BOARD, boards.daily,
            "报表", "日报 日期", "一天的数，和前一天比", "日报",
            "不写日期就是今天；也可以写 日报 昨天、日报 11-24 呼和浩特。"),
    Command("周报", ALSO["周报"], NONE, Verb.SEE_BOARD, boards.weekly,
            "报表", "周报", "上一周的全部指标", "周报"),
    Command("月报", ALSO["月报"], NONE, Verb.SEE_BOARD, boards.monthly,
            "报表", "月报", "上个月的全部指标", "月报"),
    Command("排行", ALSO["排行"], BOARD, Verb.SEE_BOARD, boards.ranking,
            "报表", "排行 时间 指标", "龙虎榜：谁领先", "排行 本月 放款",
            "指标如 放款、跟进、进件；后面还可以写 按部门、按渠道、按产品、按地区，和部门、产品的名字。"),
    Command("看板", ALSO["看板"], BOARD, Verb.SEE_BOARD, boards.key_figures,
            "报表", "看板 时间", "全部指标，同比环比和目标", "看板 本月",
            "可以写部门、产品、渠道、地区，如 看板 上月 呼和浩特 房抵。"),
    Command("漏斗", ALSO["漏斗"], BOARD, Verb.SEE_BOARD, boards.funnel,
            "报表", "漏斗 时间", "从线索到放款，每步剩多少", "漏斗 本月",
            "累计：这段时间进来的线索，到现在走到了哪一步。"),
    Command("渠道", ALSO["渠道"], BOARD, Verb.SEE_BOARD, boards.sources,
            "报表", "渠道 时间", "各渠道的线索、放款、花费和回报", "渠道 本月",
            "放款按第一次来的渠道算；写 渠道 末次 就按最后一次来的算。"),
    Command("走势", ALSO["走势"], BOARD, Verb.SEE_BOARD, boards.trend,
            "报表", "走势 时间 指标", "一天一天的变化", "走势 本月 放款"),
    Command("明细", ALSO["明细"], MAYBE_NUMBER, Verb.SEE_BOARD, boards.details,
            "报表", "明细 编号", "图上一个数背后的清单", "明细 3",
            "编号是最近那张图上数字旁边的小号；点一行看那位客户、那笔进件。"),
    Command("导出", ALSO["导出"], ANY, Verb.EXPORT, exports.export,
            "报表", "导出 清单或看板", "存成 Excel 文件发给您", "导出 我的客户",
            "只发 导出 就是刚看的那张；也可以写 导出 公海、导出 看板 本月、导出 明细 3；行数多的要上级同意。"),
    Command("稍后提醒", ALSO["稍后提醒"], ANY, Verb.CHAT, reminders.put_off,
            "提醒", "稍后提醒 编号 时间", "过一会儿再提醒", "稍后提醒 L1024 3小时",
            "编号可以是线索、待办 T88、进件 A203；时间写 1小时、3小时 或 明早。"),
    Command("设置", ALSO["设置"], ANY, Verb.CHAT, settings.show,
            "提醒", "设置", "开关提醒、免打扰时间", "设置",
            "也可以直接写：设置 免打扰 21:00-8:00、设置 早报 关；企业微信和钉钉都用的，设置 发到 钉钉。"),
    Command("帮助", ALSO["帮助"], ANY, Verb.CHAT, help_me,
            "其他", "帮助", "看能做什么；帮助 转移 细看一个", "帮助",
            "后面写一个命令，就说它怎么用。"),
    Command("取消", ALSO["取消"], NONE, Verb.CHAT, cancel,
            "其他", "取消", "退出正在进行的操作", "取消"),
)  # fmt: skip

_IN_SHORT = frozenset(
    {"名单", "整理", "人员", "审批", "贷后", "报表", "去留", "提醒"}
)  # groups that 帮助 names in one line: they have a 帮助 of their own
_ALL = ("全部", "所有", "大全", "列表", "命令")

TO_COME = tuple(Command(word, (), ANY, Verb.CHAT, partial(to_come, word)) for word in texts.TO_COME)


def allowed(actor: Actor) -> list[Command]:
    """The commands that `actor` may use, in the table's order."""
    return [command for command in COMMANDS if may(actor, command.verb)]
