"""What a card can show: each screen loads the state of now, as the viewer may see it, and makes a card of it.

An issued card names its screen and its arguments; whoever renders it (a relay, minutes later) gets today's truth, not
the truth of when it was decided. A screen that is no longer true answers `Superseded`, and nothing is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cards import saying, texts
from cards.model import Card
from cards.views import lead as lead_views
from cards.views import news, own
from cards.views import pool as pool_views
from core.calendar import day_start
from core.leads import outcomes, pooled, queries, readers, reveals, whole
from core.leads.access import may_claim_from, may_see, pools_to_claim_from, pools_to_see
from core.leads.care_queries import tasks_among
from core.leads.cared import subject_of, tasks_subject
from core.leads.models import How, subject
from core.leads.pools import Pool
from core.leads.segments import Segment, pack_segment
from core.leads.tagged import marks_of
from core.people import queries as people
from core.people.policy import Verb, may
from core.privacy import mask_colleague
from core.store.issued import Face
from core.store.post import DISOWNED
from jobs.application_screens import APPLICATION_SCREENS, live_line
from jobs.assignment_screens import ASSIGNMENT_SCREENS
from jobs.board_screens import BOARD_SCREENS
from jobs.care_screens import CARE_SCREENS
from jobs.contact_screens import CONTACT_SCREENS
from jobs.deadline_screens import DEADLINE_SCREENS
from jobs.digest_screens import digest_screens
from jobs.export_screens import EXPORT_SCREENS
from jobs.fall_screens import FALL_SCREENS, falls
from jobs.follow_task_screens import FOLLOW_TASK_SCREENS
from jobs.follow_up_screens import FOLLOW_UP_SCREENS
from jobs.handover_screens import HANDOVER_SCREENS
from jobs.mark_screens import MARK_SCREENS
from jobs.media_screens import MEDIA_SCREENS
from jobs.morning_screens import MORNING_SCREENS
from jobs.progress_screens import PROGRESS_SCREENS
from jobs.repayment_screens import REPAYMENT_SCREENS
from jobs.report_screens import REPORT_SCREENS
from jobs.screening_screens import SCREENING_SCREENS
from jobs.segment_screens import SEGMENT_SCREENS
from jobs.settings_screens import SETTINGS_SCREENS
from jobs.snooze_screens import snooze_screens
from jobs.stage import Args, Screen, Stage, Superseded, brief_of, briefs, legible, name_of, whole_of
from jobs.task_screens import TASK_SCREENS
from jobs.transfer_screens import TRANSFER_SCREENS


class UnknownScreen(Exception):
    """A face whose screen this release does not know."""


def _pool(stage: Stage, args: Args) -> Card | Superseded:
    visible, look = pools_to_see(stage.viewer, stage.company.pools), stage.look()
    pool = next((pool for pool in visible if pool.key == args["pool"]), None)
    if pool is None:
        return Superseded()
    page = pooled.pool_page(stage.session, stage.vault, look, pool, args["page"])
    page = replace(page, leads=tuple(legible(lead) for lead in page.leads))
    others = pooled.count_waiting(stage.session, look, [other for other in visible if other is not pool])
    view = pool_views.pool_card if may_claim_from(stage.viewer, pool) else pool_views.watched_pool_card
    return view(page, others, stage.now)


def _claimed(stage: Stage, args: Args) -> Card | Superseded:
    """What was claimed, as far as it is still the viewer's: numbers of a lead that went elsewhere disappear."""
    results = [outcomes.unpack_outcome(packed) for packed in args["outcomes"]]
    claimed = [result.lead_id for result in results if isinstance(result, outcomes.Claimed)]
    found = briefs(stage, claimed)
    won = [found[number] for number in claimed if number in found and found[number].mine]
    words = stage.words(*[result.owner_id for result in results if isinstance(result, outcomes.TakenBy)])
    kept = {brief.id for brief in won}
    reasons = [f"L{number} 已不在您名下" for number in claimed if number not in kept]
    reasons += texts.reasons(results, words)
    if claimed and not won and len(results) == 1:
        return _lead(stage, {"lead": claimed[0]})
    again = _try_again(stage, args.get("pool", ""), results)
    cares = tasks_among(stage.session, stage.viewer, kept, stage.now)
    at = datetime.fromisoformat(args["at"])
    return pool_views.claimed_card(won, reasons, again, at, had=bool(claimed), cares=cares)


def _try_again(stage: Stage, key: str, results: Sequence[outcomes.ClaimOutcome]) -> Pool | None:
    """The pool where another try makes sense: that of the card, else the first that is open; none at the limit."""
    if all(isinstance(result, outcomes.LimitReached) for result in results):
        return None
    pools = pools_to_see(stage.viewer, stage.company.pools)
    return next((pool for pool in pools if pool.key == key), next(iter(pools), None))


def _mine(stage: Stage, args: Args) -> Card | Superseded:
    tomorrow = day_start(stage.now) + timedelta(days=1)
    tagging = stage.company.tagging
    page = queries.own_page(stage.session, stage.vault, stage.viewer, args["page"], stage.now, tomorrow)
    marks = marks_of(stage.session, [lead.id for lead in page.leads], tagging, stage.now)
    page = replace(
        page, leads=tuple(replace(lead, tags=tuple(mark.tag for mark in marks[lead.id])) for lead in page.leads)
    )
    page = replace(page, leads=tuple(legible(lead) for lead in page.leads))
    first = next(iter(pools_to_claim_from(stage.viewer, stage.company.pools)), None)
    return own.own_card(page, first, stage.now)


def _lead(stage: Stage, args: Args) -> Card | Superseded:
    lead = _whole(stage, args["lead"])
    if lead is None:
        return _gone(stage, args["lead"])
    return lead_views.lead_card(legible(lead), stage.now, falls(stage, lead), loan=live_line(stage, lead.id))


def _whole(stage: Stage, lead_id: int) -> whole.Lead360 | None:
    return whole_of(stage, lead_id)


def _grab(stage: Stage, args: Args) -> Card | Superseded:
    """抢单: a lead that its owner left waiting, to his colleagues: as long as it waits."""
    lead = _whole(stage, args["lead"])
    if lead is None or lead.owner_id is not None:
        return _lead(stage, args)
    return lead_views.lead_card(legible(lead), stage.now, None, title=f"抢单 L{lead.id}")


def _phone(stage: Stage, args: Args) -> Card | Superseded:
    """The full number, as long as it may be shown: tomorrow, and once the lead is somebody else's, it is the lead's
    card."""
    pools, lead = stage.company.pools, args["lead"]
    phone = reveals.phone_shown(stage.session, stage.vault, stage.viewer, lead, pools, stage.now)
    return lead_views.phone_card(legible(phone)) if phone else _lead(stage, args)


def _gone(stage: Stage, lead_id: int) -> Card:
    history = whole.owner_history(stage.session, stage.vault, lead_id, stage.company.pools)
    *_, had, last = (None, None, *history)
    went = replace(last, who=mask_colleague(last.who) if last.who else None) if last else None
    own = had is not None and had.owner_id == stage.viewer.id
    told = went if own or _was_offered(stage, went) else None
    return lead_views.gone_card(lead_id, told, stage.now, owns_leads=may(stage.viewer, Verb.FOLLOW))


def _was_offered(stage: Stage, went: whole.Step | None) -> bool:
    """Was the lead claimed where the viewer could have claimed it? Then he is told who was faster, as by 领取."""
    if went is None or went.how != How.CLAIM or went.pool is None:
        return False
    return may_claim_from(stage.viewer, went.pool)


def _found(stage: Stage, args: Args) -> Card | Superseded:
    """Those of the found leads that the viewer may still see."""
    pools = stage.company.pools
    seen = [number for number in args["leads"] if may_see(stage.session, stage.viewer, number, pools, stage.now)]
    found = briefs(stage, seen)
    leads = [found[number] for number in seen if number in found]
    names = people.names(stage.session, [lead.owner_id for lead in leads])
    return own.found_card(leads, names, more=args["more"]) if leads else Superseded()


def _received(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = brief_of(stage, args["lead"])
    if brief is None or last is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    by = name_of(stage, args["by"])
    cares = tasks_among(stage.session, stage.viewer, [brief.id], stage.now)
    loan = live_line(stage, brief.id)
    return news.received_card(brief, by, last.how, last.reason, stage.now, rule=last.rule, cares=cares, loan=loan)


def _lost(stage: Stage, args: Args) -> Card | Superseded:
    brief, last = brief_of(stage, args["lead"])
    if brief is None or last is None or brief.owner_id == stage.viewer.id:
        return Superseded()
    to = mask_colleague(last.who) if last.who else saying.pool_name(last.pool)
    reads = readers.reads_until(stage.session, stage.viewer, brief.id, stage.now)
    by, how = name_of(stage, args["by"]), How(args["how"])
    return news.lost_card(brief, by, to, how, last.reason, stage.now, reads, rule=last.rule)


def _contact_due(stage: Stage, args: Args) -> Card | Superseded:
    """What was agreed is due; once he has written it down it is the lead's card."""
    lead = _whole(stage, args["lead"])
    if lead is None or not lead.mine:
        return Superseded()
    due = lead.next_contact_at
    if due is None or due > stage.now:
        return _lead(stage, args)
    return news.contact_due_card(legible(lead), due, stage.now)


def _came_again(stage: Stage, args: Args) -> Card | Superseded:
    brief, _ = brief_of(stage, args["lead"])
    if brief is None or brief.owner_id != stage.viewer.id:
        return Superseded()
    lead = _whole(stage, args["lead"])
    if lead is not None and not lead.open:
        return _lead(stage, args)  # nothing can be written on it any more
    return news.came_again_card(brief, args["channel"], stage.now)


def _together(*tables: Mapping[str, Screen]) -> dict[str, Screen]:
    """One table of all. Raises ValueError if two screens have one name: a card would show another's."""
    together: dict[str, Screen] = {}
    for table in tables:
        if doubled := together.keys() & table.keys():
            raise ValueError(f"two screens are called {', '.join(sorted(doubled))}")
        together |= table
    return together


def _drawn(stage: Stage, face: Face) -> Card | Superseded:
    """Any screen, for those that show others."""
    return draw(stage, face)


SCREENS = _together(
    APPLICATION_SCREENS,
    ASSIGNMENT_SCREENS,
    BOARD_SCREENS,
    CARE_SCREENS,
    CONTACT_SCREENS,
    DEADLINE_SCREENS,
    EXPORT_SCREENS,
    FALL_SCREENS,
    FOLLOW_UP_SCREENS,
    HANDOVER_SCREENS,
    MARK_SCREENS,
    MEDIA_SCREENS,
    MORNING_SCREENS,
    PROGRESS_SCREENS,
    SCREENING_SCREENS,
    REPORT_SCREENS,
    SEGMENT_SCREENS,
    SETTINGS_SCREENS,
    digest_screens(_drawn),
    snooze_screens(_drawn),
    REPAYMENT_SCREENS,
    TRANSFER_SCREENS,
    TASK_SCREENS,
    FOLLOW_TASK_SCREENS,
    {
        "pool": _pool,
        "claimed": _claimed,
        "mine": _mine,
        "lead": _lead,
        "phone": _phone,
        "grab": _grab,
        "found": _found,
        "received": _received,
        "lost": _lost,
        "came_again": _came_again,
        "contact_due": _contact_due,
        DISOWNED: lambda _stage, _args: own.disowned_card(),
    },
)


def pool_face(pool: str, page: int = 1) -> Face:
    """公海."""
    return Face("pool", {"pool": pool, "page": page}, (f"pool:{pool}",))


def claimed_face(results: list[outcomes.ClaimOutcome], now: datetime, pool: str = "") -> Face:
    """The result of a claim, from the card of `pool` where it was one. A single lead's is found when that changes."""
    packed = [outcomes.pack_outcome(result) for result in results]
    won = [result.lead_id for result in results if isinstance(result, outcomes.Claimed)]
    about = tuple(subject(number) for number in won)
    return Face("claimed", {"outcomes": packed, "at": now.isoformat(), "pool": pool}, about)


def mine_face(page: int = 1) -> Face:
    """我的客户."""
    return Face("mine", {"page": page})


def segment_face(segment: Segment, page: int = 1) -> Face:
    """我的客户 with words, 部门客户."""
    return Face("segment", {"segment": pack_segment(segment), "page": page})


def care_face(number: int) -> Face:
    """关怀: the draft, and what has come of it."""
    return Face("care", {"care": number}, (subject_of(number),))


def care_tasks_face(number: int, owner_id: int) -> Face:
    """关怀任务 of this owner."""
    return Face("care_tasks", {"care": number}, (tasks_subject(number, owner_id),))


def lead_face(lead_id: int) -> Face:
    """客户360."""
    return Face("lead", {"lead": lead_id}, (subject(lead_id),))


def marks_face(lead_id: int) -> Face:
    """等级标签."""
    return Face("marks", {"lead": lead_id}, (subject(lead_id),))


def tags_face(lead_id: int) -> Face:
    """标签, with a box for each."""
    return Face("tags", {"lead": lead_id}, (subject(lead_id),))


def phone_face(lead_id: int) -> Face:
    """看电话."""
    return Face("phone", {"lead": lead_id}, (subject(lead_id),))


def found_face(leads: Sequence[int], *, more: bool) -> Face:
    """Several leads that fit a search; `more` if there are others beside them."""
    return Face("found", {"leads": list(leads), "more": more})


def draw(stage: Stage, face: Face) -> Card | Superseded:
    """The card of `face` as it is now.

    Raises:
        UnknownScreen: a face of another release; the relay reports the row as dead.
    """
    screen = SCREENS.get(face.screen)
    if screen is None:
        raise UnknownScreen(face.screen)
    return screen(stage, face.args)
