"""Our English sentences to staff, each with its Chinese, by what they are about."""

from kam_flows.rendering.chinese.account_files import ACCOUNT_FILES
from kam_flows.rendering.chinese.agreements import AGREEMENTS
from kam_flows.rendering.chinese.care import CARE
from kam_flows.rendering.chinese.care_forms import CARE_FORMS
from kam_flows.rendering.chinese.care_letters import CARE_LETTERS
from kam_flows.rendering.chinese.care_rules import CARE_RULES
from kam_flows.rendering.chinese.doors import DOORS
from kam_flows.rendering.chinese.events import EVENTS
from kam_flows.rendering.chinese.everywhere import EVERYWHERE
from kam_flows.rendering.chinese.guards import GUARDS
from kam_flows.rendering.chinese.handovers import HANDOVERS
from kam_flows.rendering.chinese.house import HOUSE
from kam_flows.rendering.chinese.mails import MAILS
from kam_flows.rendering.chinese.onboarding import ONBOARDING
from kam_flows.rendering.chinese.onboarding_watch import ONBOARDING_WATCH
from kam_flows.rendering.chinese.policies import POLICIES
from kam_flows.rendering.chinese.portfolio import PORTFOLIO
from kam_flows.rendering.chinese.records import RECORDS
from kam_flows.rendering.chinese.surveys import SURVEYS
from kam_flows.rendering.chinese.tickets import TICKETS
from kam_flows.rendering.chinese.visit_mails import VISIT_MAILS
from kam_flows.rendering.chinese.visit_plans import VISIT_PLANS
from kam_flows.rendering.chinese.visit_records import VISIT_RECORDS
from kam_flows.rendering.chinese.visit_reports import VISIT_REPORTS

PARTS = (
    EVERYWHERE,
    TICKETS,
    MAILS,
    PORTFOLIO,
    POLICIES,
    ONBOARDING,
    ONBOARDING_WATCH,
    HANDOVERS,
    SURVEYS,
    ACCOUNT_FILES,
    AGREEMENTS,
    CARE,
    CARE_RULES,
    CARE_FORMS,
    VISIT_MAILS,
    VISIT_PLANS,
    VISIT_RECORDS,
    VISIT_REPORTS,
    CARE_LETTERS,
    EVENTS,
    HOUSE,
    RECORDS,
    GUARDS,
    DOORS,
)
CHINESE = {english: told for part in PARTS for english, told in part.items()}
