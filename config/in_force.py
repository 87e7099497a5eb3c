"""The company's configuration in force: the version that was applied last, alike in all processes, without a restart.

The folder is where it is edited; `tuoling config apply` checks the folder and stores it in the database as the next
version. Each process looks for a newer one at most once a second. Until a first version was applied (or while the
database is away) a process goes by the folder as it was when it started; a folder that is broken later on stops
nothing.
"""

import difflib
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from config.company import Company, company_of, load_company
from config.companyfolder import read_folder
from config.problems import CompanyError
from core.store import config_versions
from core.store.config_versions import Damaged
from core.store.database import Database
from core.store.unit import Unit

LOOK_SECONDS = 1.0
_OLDER = 20  # so many versions are tried by a process that has none yet

_log = structlog.get_logger(__name__)


class InForce:
    """What one process goes by. Safe to share between threads."""

    def __init__(self, database: Database, folder: Path, commands: Collection[str]) -> None:
        self._database = database
        self._commands = commands
        self._number = 0  # of the version that counts; 0: the folder's
        self._seen = 0  # the newest that was looked at
        self._looked_at = float("-inf")
        self._looking = threading.Lock()
        self._wrong: CompanyError | None = None
        self._company: Company | None = None
        try:
            self._company = load_company(folder, commands)
        except CompanyError as error:
            self._wrong = error

    @property
    def now(self) -> Company:
        """The configuration in force, as of the last look.

        Raises:
            CompanyError: no version was ever applied (or the database is away), and the folder cannot be used.
        """
        if self._company is None:
            raise self._wrong or CompanyError([])
        return self._company

    @property
    def version(self) -> str:
        """The version of its content (see `Company`); empty while there is nothing to go by."""
        return self._company.version if self._company else ""

    def look(self) -> None:
        """Go by a version that was applied meanwhile. Asked again within a second it does nothing; at the same time by
        another thread it waits for that one's look, for a second at most: what it goes by may be old by hours. A
        database that is away, or a version that this release cannot read, changes nothing."""
        if self._is_fresh() or not self._looking.acquire(timeout=LOOK_SECONDS):
            return
        if self._is_fresh():
            self._looking.release()
            return
        try:
            self._take_newest()
        except SQLAlchemyError as error:
            _log.warning("the configuration in force cannot be looked for", error=type(error).__name__)
        finally:
            self._looked_at = time.monotonic()
            self._looking.release()

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._looked_at < LOOK_SECONDS

    def _take_newest(self) -> None:
        """Go by the newest version; a process that has none yet by the newest that can be read, rather than by a folder
        that nobody applied."""
        with self._database.read() as session:
            newest = config_versions.newest_number(session)
            if newest == self._seen:
                return
            before, self._seen = self._seen, newest
            try:
                self._take(session, newest)
            except SQLAlchemyError:  # the database failed meanwhile: it is looked for again
                self._seen = before
                raise

    def _take(self, session: Session, newest: int) -> None:
        candidates = [newest] if self._number else config_versions.numbers(session, _OLDER)
        for number in candidates:
            company = self._read(session, number)
            if company is not None:
                self._company, self._number = company, number
                _log.info("another configuration is in force", version=number, digest=company.version[:12])
                return

    def _read(self, session: Session, number: int) -> Company | None:
        try:
            return company_of(config_versions.files_of(session, number), self._commands)
        except (CompanyError, Damaged) as error:
            why = str(error.problems[0]) if isinstance(error, CompanyError) and error.problems else str(error)
            _log.error("a version of the configuration cannot be read", version=number, why=why)
            return None

    def hold(self, company: Company) -> None:
        """Go by `company` until another version is applied: to try rules without applying them."""
        self._company = company


@dataclass(frozen=True, slots=True)
class InForceNow:
    """`number` is in force; it was so before if not `new`."""

    number: int
    new: bool


class Overtaken(Exception):
    """Another version was applied at the same moment, or the folder is another one than was agreed to."""


@dataclass(frozen=True, slots=True)
class Step:
    """What applying the folder would do: in place of the version `number` (0: none) these files by name count."""

    number: int
    files: Mapping[str, str]


def apply(
    unit: Unit,
    folder: Path,
    commands: Collection[str],
    by: str,
    *,
    first_only: bool = False,
    agreed: Step | None = None,
) -> InForceNow:
    """Check the folder and put it into force as the next version, if it means anything else than the one in force;
    `first_only`: only if none is in force yet; `agreed`: only if it is this step still. Audited. `by` is who did it.

    Raises:
        CompanyError: something in the folder is wrong; nothing was changed.
        Overtaken: as above.
    """
    newest = config_versions.newest_number(unit.session)
    if newest and first_only:
        return InForceNow(newest, new=False)
    company, files = load_company(folder, commands), texts_in(folder)
    if agreed is not None and agreed != Step(newest, files):
        raise Overtaken
    if newest and _stored(unit, newest) == files:
        return InForceNow(newest, new=False)
    number = config_versions.put_in_force(unit.session, files, company.version, by=by, now=unit.now, after=newest)
    if number is None:
        raise Overtaken
    unit.record(None, "config:apply", f"config:{number}", digest=company.version, by=by)
    return InForceNow(number, new=True)


def _stored(unit: Unit, number: int) -> dict[str, str] | None:
    try:
        return config_versions.files_of(unit.session, number)
    except Damaged:
        return None  # the next version mends it


def texts_in(folder: Path) -> dict[str, str]:
    """The files of the folder by name, as they are stored: without a byte order mark, lines ended alike."""
    return {
        name: raw.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        for name, raw in read_folder(folder, []).items()
    }


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, list[str]]:
    """The lines that went (`-`) and came (`+`) by file, as `diff -u` shows them; files that are alike are left out."""
    found = {}
    for name in sorted({*old, *new}):
        before, after = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
        if lines:
            found[name] = lines
    return found
