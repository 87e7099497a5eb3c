"""What a flow does by itself (a node of kind 动作): the lead's grade and tags, a word to its officer."""

from typing import assert_never

from core.leads.events import OwnerTold
from core.leads.marking import ByRule, Wanted, set_grade, set_tags
from core.loans.flows import Act
from core.loans.run import Run


def act(run: Run, node: Act) -> None:
    """Do all of it, in its order. What cannot be done to the lead as it is now (a grade the company no longer has) is
    left: the application goes on, by conditions that see what was done."""
    unit, lead_id, tagging = run.unit, run.row.lead_id, run.rules.tagging
    by = ByRule(f"流程 {run.flow.name}")
    for one in node.does:
        match one.does:
            case "grade":
                set_grade(unit, by, lead_id, one.value, tagging)
            case "tag":
                set_tags(unit, by, lead_id, Wanted(on=(one.value,)), tagging)
            case "untag":
                set_tags(unit, by, lead_id, Wanted(off=(one.value,)), tagging)
            case "tell":
                unit.happened(OwnerTold(lead_id, run.owner_id, one.value, run.id))
            case _:
                assert_never(one.does)
    run.forget_lead()
