"""The company of the bench: its settings and its officers. Light to import: the load processes need no more."""

from pathlib import Path

HOST = "127.0.0.1"
CORP_ID, AGENT_ID = "wwbench000", 1000002
TOKEN, AES_KEY = "callbacktoken0123456789", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRET = "the-app-secret-of-the-bench-company-01234567"
OFFICERS = ("lina", "batu", "zhangsan", "naren", "sunli", "wangqiang", "surina", "eerdun", "chenwei", "siqin")


def environment(database_url: str, var_dir: Path, api_base: str = f"http://{HOST}:9") -> dict[str, str]:
    """The settings of a company at work on this database; without `api_base` its platform is not reachable."""
    return {
        "TUOLING_ENV": "test",
        "TUOLING_SECRET_KEY": "YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtMDE=",
        "TUOLING_DATABASE_URL": database_url,
        "TUOLING_REDIS_URL": "embedded",
        "TUOLING_VAR_DIR": str(var_dir),
        "TUOLING_LOG_LEVEL": "info",
        "WECOM_CORP_ID": CORP_ID,
        "WECOM_AGENT_ID": str(AGENT_ID),
        "WECOM_SECRET": SECRET,
        "WECOM_TOKEN": TOKEN,
        "WECOM_AES_KEY": AES_KEY,
        "WECOM_API_BASE": api_base,
    }
