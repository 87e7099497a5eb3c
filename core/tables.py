"""All tables in one place: importing this fills `metadata` for migrations and tests."""

import core.automation.models
import core.exports.models
import core.groups.models
import core.handover.models
import core.leads.assigned
import core.leads.cared
import core.leads.commented
import core.leads.duplicates
import core.leads.external
import core.leads.follow_tasks
import core.leads.imported
import core.leads.kept
import core.leads.merged
import core.leads.models
import core.leads.readers
import core.loans.deadline_models
import core.loans.models
import core.loans.repaid
import core.manners.models
import core.people.hints
import core.people.models
import core.reports.models
import core.risk.models
import core.schedule.runs
import core.store.answers
import core.store.audit
import core.store.calls
import core.store.cardcodes
import core.store.config_versions
import core.store.dialogs
import core.store.inbox
import core.store.issued
import core.store.outbox
import core.store.rates
import core.store.shared
import core.store.slots  # noqa: F401  imported for their tables
from core.store.base import Base

metadata = Base.metadata
