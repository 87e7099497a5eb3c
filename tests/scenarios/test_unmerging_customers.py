"""撤销合并 in chat: what was said and kept on the lead that comes back comes back with it."""

from kit.company import Company
from kit.invariants import assert_kept

PHONE, OTHER = "13947100001", "13947100002"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 50


def test_comments_and_pictures_come_back(company: Company) -> None:
    first = company.lead(phone=PHONE, by="batu")
    company.clock.go(minutes=1)
    second = company.lead("刘志", phone=OTHER, by="zhangsan")
    lina, zhangsan = company.person("lina"), company.person("zhangsan")
    zhangsan.say(f"评论 L{second} 请看一下征信")
    zhangsan.after(lambda: company.platform.send_picture("zhangsan", PICTURE))
    zhangsan.say(f"存到 L{second}")
    assert "附件 1、评论 1 归到" in lina.say(f"合并客户 L{first} L{second}").text
    lina.say("确认")
    assert "请看一下征信" in company.person("batu").say(f"客户 L{first}").card.whole
    assert lina.say("撤销合并 M1").text.endswith(f"L{second} 重新打开，记录已归还。")
    again = zhangsan.say(f"客户 L{second}").card.whole
    assert "请看一下征信" in again
    assert f"附件 1 个，回复 附件 L{second} 查看" in again
    assert "请看一下征信" not in company.person("batu").say(f"客户 L{first}").card.whole
    company.settle()
    assert_kept(company.runtime.store, company.platform.journal)
