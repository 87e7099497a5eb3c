"""`tuoling schedule`: when jobs have their next turns and what came of the last ones; one of them done by hand, tried
on one person, or only asked who would get it."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.account import account
from bot.explain import Unready
from bot.runtime import Runtime, build
from cards.texts import schedule as texts
from config.problems import likely
from config.schedulefile import JOB_WORDS, job_word
from config.settings import Settings
from core.moments import day_of
from core.people import queries as people
from core.people.policy import Actor
from core.schedule import Slot, runs
from jobs.timed_job import GroupJob, Job

BY_HAND_LASTS = timedelta(hours=2)  # after the last turn of a run that somebody asked for


def list_schedule(settings: Settings, limit: int) -> Iterator[str]:
    """`tuoling schedule list`: by the configuration in force, when each job has its next turn; and the last `limit`
    turns, the newest first."""
    runtime = _runtime(settings)
    company, now = runtime.company, runtime.store.clock()
    if not company.schedule.timed:
        yield "schedule.yaml 里没有定时任务。"
    else:
        yield "接下来："
        for timed in company.schedule.timed:
            slot = timed.next_slot(company.recycling.calendar, now)
            yield f"  {texts.next_line(job_word(timed.job), slot)}" if slot else f"  {job_word(timed.job)}  一年内没有"
    damaged: dict[tuple[str, str], None] = {}  # each once, as they were found

    def note(job: str, slot: str) -> None:
        damaged[job, slot] = None

    with runtime.store.read() as session:
        waiting = [run for run in runs.to_do(session, now, note) if run.state is runs.State.DUE]
        past = [*reversed(waiting), *runs.latest(session, limit, note)][:limit]
    yield "上次："
    yield from (f"  {texts.run_line(job_word(run.slot.job), run, now)}" for run in past)
    yield from (f"  {job_word(job)}  {slot}  这一行坏了，读不出来" for job, slot in damaged)
    if not past and not damaged:
        yield "  还没有做过。"


def run_job(settings: Settings, word: str, *, to: str = "", dry: bool = False) -> Iterator[str]:
    """`tuoling schedule run JOB`: today's turn of the job is done by the scheduler, now; also if it was skipped, but
    not twice. `dry`: only who would get it. `to`: only this account gets one, to look at, which counts for nothing.

    Raises:
        Unready: there is no such job; or nobody with this account, or one who does not get it.
    """
    job_name = _named(word)
    runtime = _runtime(settings)
    job, now = runtime.timetable.jobs[job_name], runtime.store.clock()
    with runtime.store.read() as session:
        ids = frozenset(job.recipients(session, runtime.company, now))
        everybody = people.actors(session)
    timed = runtime.company.schedule.of(job_name)
    spread = timedelta(minutes=timed.spread_minutes) if timed else timedelta(0)
    slot = Slot(job_name, day_of(now), now, now + spread + BY_HAND_LASTS, spread)
    if to:
        yield _tried(runtime, job, slot, _receiver(everybody, to, ids, word), word)
    elif dry:
        groups = job.groups(runtime.company) if isinstance(job, GroupJob) else ()
        called = [group.name for group in runtime.company.groups.groups if group.key in groups]
        yield texts.would_get(word, [_shown(person) for person in everybody if person.id in ids], called, spread)
    else:
        yield _asked(runtime, slot, word, len(ids))


def _runtime(settings: Settings) -> Runtime:
    runtime = build(settings)
    runtime.in_force.look()
    return runtime


def _named(word: str) -> str:
    if word in JOB_WORDS:
        return JOB_WORDS[word]
    near = likely(word, JOB_WORDS)
    hint = f"是不是「{near}」？" if near else f"有这些：{'、'.join(JOB_WORDS)}"
    raise Unready(f"没有叫「{word}」的定时任务。{hint}")


def _receiver(everybody: Sequence[Actor], to: str, ids: frozenset[int], word: str) -> Actor:
    one = next((person for person in everybody if person.account == to.strip().casefold()), None)
    if one is None:
        raise Unready(f"没有账号是「{to}」的在职同事。")
    if one.id not in ids:
        raise Unready(texts.gets_none(word, _shown(one)))
    return one


def _tried(runtime: Runtime, job: Job, slot: Slot, person: Actor, word: str) -> str:
    origin = f"{job.name}:{slot.key}:try:{uuid.uuid4().hex[:16]}"
    with runtime.store.unit(request_id="cli", channel="cli", origin=origin) as unit:
        sent = job.send(unit, runtime.company, person.id, slot)
        if sent:
            unit.record(None, "schedule:try", f"person:{person.id}", job=job.name, by=account())
    return texts.tried(word, _shown(person)) if sent else texts.nothing_for(word, _shown(person))


def _asked(runtime: Runtime, slot: Slot, word: str, count: int) -> str:
    with runtime.store.unit(request_id="cli", channel="cli") as unit:
        before = runs.ask(unit.session, slot)
        if before is None:
            unit.record(None, "schedule:run", f"job:{slot.job}", slot=slot.key, by=account())
    return texts.asked(word, count) if before is None else texts.asked_before(word, before, slot.due_at)


def _shown(person: Actor) -> str:
    return f"{person.name}（{person.account}）"
