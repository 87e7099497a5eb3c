"""`tuoling keys reseal`: from an old key to a new one, and the old one retired."""

from collections.abc import Callable

import pytest
from click.testing import Result
from kit.company import SECRETS
from sqlalchemy import select, update

from bot.sandbox.seed import PEOPLE_FILE
from core.leads.intake import NewLead, customer_of
from core.privacy import Vault, resealing
from core.store.audit import AuditRow
from core.store.database import Database
from core.store.unit import Store

Tuoling = Callable[..., Result]
NEW_KEY = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXctbmV3LW5ldzE="
ROTATING = {"TUOLING_SECRET_KEY": NEW_KEY, "TUOLING_SECRET_KEY_OLD": SECRETS["TUOLING_SECRET_KEY"]}
RETIRED = {"TUOLING_SECRET_KEY": NEW_KEY}
DONE = "没有用旧密钥加密的数据了。\n"


@pytest.fixture
def database(environ: dict[str, str], tuoling: Tuoling) -> Database:
    """With one customer, entered with the key that is to be retired."""
    tuoling("people", "import", str(PEOPLE_FILE))
    database = Database(environ["TUOLING_DATABASE_URL"])
    with Store(database, Vault(b"secret-secret-secret-secret-0001")).unit(request_id="test") as unit:
        customer_of(unit, NewLead("王小明", "13947100001", "抖音"))
    return database


def test_from_the_old_key_to_the_new(tuoling: Tuoling, database: Database) -> None:
    values = "customer.name 1、customer.phone 1、shared_secret.value 1"
    waiting = f"用旧密钥加密的还有 3 个值（{values}）。\n"
    assert "tuoling keys reseal" in tuoling("doctor", **ROTATING).stdout
    for _ in range(2):
        assert tuoling("keys", "reseal", "--dry-run", **ROTATING).stdout == waiting
    said = tuoling("keys", "reseal", **ROTATING)
    assert said.stdout == f"已用新密钥重新加密 3 个值（{values}）。\n{DONE}"
    assert tuoling("keys", "reseal", **ROTATING).stdout == f"已用新密钥重新加密 0 个值。\n{DONE}"
    assert tuoling("keys", "reseal", "--dry-run", **RETIRED).stdout == DONE
    with database.read() as session:
        entries = session.execute(select(AuditRow.action, AuditRow.details)).all()
    assert [details for action, details in entries if action == "keys:reseal"] == ['{"values":3}']


def test_the_log_of_before_is_verified_with_the_old_key_until_it_is_retired(
    tuoling: Tuoling, database: Database
) -> None:
    result = tuoling("audit", "verify", **RETIRED)
    assert result.exit_code == 1
    assert "TUOLING_SECRET_KEY_OLD=旧密钥 tuoling audit verify" in result.stderr
    assert "日志完整" in tuoling("audit", "verify", **ROTATING).stdout
    tuoling("keys", "reseal", **ROTATING)
    assert "日志完整" in tuoling("audit", "verify", **RETIRED).stdout


def test_the_log_is_verified_whole_after_a_second_rotation(tuoling: Tuoling, database: Database) -> None:
    third = {"TUOLING_SECRET_KEY": "dGhpcmQtdGhpcmQtdGhpcmQtdGhpcmQtdGhpcmQtdGg="}
    tuoling("keys", "reseal", **ROTATING)
    said = tuoling("keys", "reseal", **third, TUOLING_SECRET_KEY_OLD=NEW_KEY)
    assert "shared_secret.value 2" in said.stdout, "the first one's key for the log too is sealed anew"
    assert said.stdout.endswith(DONE)
    assert "日志完整" in tuoling("audit", "verify", **third).stdout
    with database.write() as session:
        session.execute(update(AuditRow).where(AuditRow.seq == 1).values(subject="lead:9"))
    assert "第 1 条记录被改动" in tuoling("audit", "verify", **third).stderr


def test_an_old_key_that_was_retired_too_early_is_told(tuoling: Tuoling, database: Database) -> None:
    for more in ((), ("--dry-run",)):
        result = tuoling("keys", "reseal", *more, **RETIRED)
        assert result.exit_code == 1
        assert "有 3 个值解不开（customer.name 1、customer.phone 1、shared_secret.value 1）" in result.stderr
        assert "TUOLING_SECRET_KEY_OLD" in result.stderr
    assert tuoling("keys", "reseal", **ROTATING).exit_code == 0


def test_a_customer_entered_twice_is_told(tuoling: Tuoling, database: Database) -> None:
    with Store(database, Vault(b"secret-secret-secret-secret-0001")).unit(request_id="test") as unit:
        unit.vault = Vault(b"new-new-new-new-new-new-new-new1")
        customer_of(unit, NewLead("王小明", "13947100001", "抖音"))  # it does not see the other: it has one key only
    result = tuoling("keys", "reseal", **ROTATING)
    assert result.exit_code == 1
    assert "有 1 个值与别的客户重复（customer.phone 1）" in result.stderr


def test_a_process_that_still_writes_with_the_old_key_is_told(
    tuoling: Tuoling, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beside_an_old_process(store: Store) -> resealing.Tally:
        tally = real(store)
        with old.unit(request_id="test") as unit:
            customer_of(unit, NewLead("李小红", "13947100002", "抖音"))
        return tally

    real, old = resealing.reseal, Store(database, Vault(b"secret-secret-secret-secret-0001"))
    old.check_key()
    with monkeypatch.context() as patched:
        patched.setattr(resealing, "reseal", beside_an_old_process)
        result = tuoling("keys", "reseal", **ROTATING)
    assert result.exit_code == 1
    assert "用旧密钥加密的还有 2 个值" in result.stdout
    assert "请重启全部进程" in result.stderr
    assert tuoling("keys", "reseal", **ROTATING).exit_code == 0
