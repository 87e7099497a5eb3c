"""What a role may be called by who writes a people file or the company's YAML, besides its name in the program."""

from core.people.policy import Role

ROLE_WORDS: dict[str, Role] = {
    "客户经理": Role.OFFICER,
    "审批人": Role.APPROVER,
    "审批": Role.APPROVER,
    "风控": Role.RISK,
    "经理": Role.MANAGER,
    "财务": Role.FINANCE,
    "管理员": Role.ADMIN,
}
"""The manual's words."""
