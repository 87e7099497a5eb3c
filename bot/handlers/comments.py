"""评论: what colleagues say about a lead, with @ for who is to hear it."""

from collections.abc import Sequence

from bot.call import Call, Reply
from bot.phrases.answers import gives_up
from bot.phrases.named_people import Named, Somebody, named_people
from cards import texts
from cards.lead_actions import AnswerComment
from core.leads.comments import author_of, comment, may_comment
from core.leads.contact_outcomes import Commented
from core.people import queries as people
from core.people.models import Person
from core.people.policy import Actor


def say(call: Call) -> Reply:
    """评论 L1024 @李娜 请确认利率; without a content it is asked for."""
    number, content = call.numbered()
    if not content:
        refused = may_comment(call.unit, call.actor, number)
        return call.ask_about("comment", number, refused, texts.ask_comment)
    call.end_dialog_about(number)
    return _say(call, number, content)


def answer_tapped(call: Call, action: AnswerComment) -> Reply:
    """回复 on a comment: the next message goes to who wrote it."""
    written = author_of(call.unit.session, action.comment)
    if written is None:
        return Reply(refresh=True)
    lead_id, author = written
    refused = may_comment(call.unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=call.refusal(refused), refresh=True)
    call.ask("comment", lead=lead_id, to=author)
    who = people.names(call.unit.session, [author]).get(author, "同事")
    return Reply(say=texts.ask_answer(lead_id, who), asks=True)


def content_given(call: Call) -> Reply:
    """The answer to either question. Where somebody is named whom nobody can find, or nothing is said, it is asked
    on."""
    if gives_up(call.text):
        call.end_dialog()
        return Reply(say=texts.NOT_COMMENTED)
    to, names = call.asked.get("to"), str(call.asked.get("names", ""))
    content = f"{names} {call.text}".strip()
    reply = _say(call, call.asked_lead, content, to=int(str(to)) if to is not None else None)
    if not reply.asks:
        call.end_dialog()
    return reply


def _say(call: Call, lead_id: int, content: str, *, to: int | None = None) -> Reply:
    refused = may_comment(call.unit, call.actor, lead_id)
    if refused is not None:
        return Reply(say=call.refusal(refused))
    everybody = people.everybody(call.unit.session)
    named = named_people(content, [Somebody(each.id, each.name, _account(each)) for each in everybody])
    staff = {each.id: each for each in everybody}
    unclear = _unclear(named, staff)
    if unclear:
        return Reply(say=unclear, asks=bool(call.asked.get("lead") == lead_id))
    if not named.speaks:
        return _ask_on(call, lead_id, content if named.people else "", to, [staff[each].name for each in named.people])
    wanted = [_actor(call, number) for number in {*named.people, *([to] if to is not None else [])}]
    outcome = comment(call.unit, call.actor, lead_id, content, [one for one in wanted if one is not None])
    if not isinstance(outcome, Commented):
        return Reply(say=call.refusal(outcome))
    return Reply(say=texts.commented(outcome, call.words(*outcome.told, *outcome.unseen)))


def _ask_on(call: Call, lead_id: int, names: str, to: int | None, called: Sequence[str]) -> Reply:
    """Somebody is named and nothing is said: what it is to be comes with the next message, to the same people."""
    kept = {"names": names} if names else {}
    call.ask("comment", lead=lead_id, **kept, **({"to": to} if to is not None else {}))
    return Reply(say=texts.ask_comment(lead_id, call.customer(lead_id), called), asks=True)


def _actor(call: Call, person_id: int) -> Actor | None:
    return people.by_id(call.unit.session, call.unit.channel, person_id)


def _unclear(named: Named, staff: dict[int, Person]) -> str:
    if named.unknown:
        return texts.nobody_named(named.unknown)
    for name, somebody in named.several:
        return texts.several_named(name, [(each.account, staff[each.id].department.path) for each in somebody])
    return ""


def _account(person: Person) -> str:
    return person.wecom_userid or person.dingtalk_userid or ""
