"""The names that every policy may speak of beside those of the form: what is reckoned from it, and what is known of the
customer here. Where they come from stands in `core/loans/risk_facts.py`."""

from core.expressions import Kind, Names
from core.risk.policy import Named, Unit

AGE, AGE_AT_END = "age", "age_at_end"
HOME_REGION, COMPANY_REGION = "home_region", "company_region"
INSTALMENT, COST_A_YEAR = "instalment", "cost_a_year"
APPLIED_90D, REFUSED_180D, BLACKLISTED = "applied_90d", "refused_180d", "blacklisted"

BUILT_IN: tuple[Named, ...] = (
    Named(AGE, Kind.NUMBER, "年龄", Unit.YEARS),
    Named(AGE_AT_END, Kind.NUMBER, "到期时年龄", Unit.YEARS),
    Named(HOME_REGION, Kind.TEXT, "户籍地"),
    Named(COMPANY_REGION, Kind.TEXT, "企业登记地"),
    Named(INSTALMENT, Kind.NUMBER, "本笔月供", Unit.YUAN),
    Named(COST_A_YEAR, Kind.NUMBER, "综合融资成本", Unit.SHARE),
    Named(APPLIED_90D, Kind.NUMBER, "近90天其他进件", Unit.TIMES),
    Named(REFUSED_180D, Kind.NUMBER, "近180天未通过", Unit.TIMES),
    Named(BLACKLISTED, Kind.YES_NO, "黑名单"),
)
"""By the ID number of the form: how old he is, will be when the loan ends, and the region code it begins with; by the
company's code the region where it is registered. By amount, term, rate and fees: an instalment, and what the loan costs
a year. By the customer: how many other applications of his were handed in within 90 days, how many were refused within
180, and whether he is on the blacklist."""

RISK, RISK_SCORE, RISK_GRADE, RISK_WORSE = "risk", "risk_score", "risk_grade", "risk_worse"
SAID: Names = {RISK: Kind.TEXT, RISK_SCORE: Kind.NUMBER, RISK_GRADE: Kind.TEXT, RISK_WORSE: Kind.YES_NO}
"""What conditions of flows and papers may name of what the rules said last: the suggestion (通过, 复核, 拒绝), points
and grade, and whether that suggestion is worse than the one by which it was handed in. The rules themselves do not
speak of it."""

_YEARS = "_years"


def years_since(key: str) -> str:
    """The name of how many years ago the day of this field was."""
    return f"{key}{_YEARS}"
