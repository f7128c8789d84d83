"""The needs survey: twelve dimensions, answered by form or by questionnaire."""

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed
from pydantic import AwareDatetime

from flows.edges import moment, named, plainly, say, sentence
from kam_flows.domain.portfolio import BadFile
from kam_flows.domain.survey import Dimension
from kam_flows.rendering.answers import local, refusal
from kam_flows.settings import settings
from tasks.inbox import inbox_file
from tasks.surveys import Surveyed, import_questionnaire_file, record_answers


@flow(
    name="Record survey answers",
    flow_run_name=named("record survey answers of {account}, by {by}"),
)
@plainly
async def record_survey_answers(
    account: str,
    by: str,
    pain_points: str = "",
    goals: str = "",
    decision_chain: str = "",
    collaboration: str = "",
    communication: str = "",
    purchasing: str = "",
    environment: str = "",
    delivery: str = "",
    quality: str = "",
    red_lines: str = "",
    competitors: str = "",
    growth_plans: str = "",
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Record what an account answered, as far as you got; it adds and never erases.

    Args:
        account: Code, name, or the choice shown.
        by: Your staff code or email.
        pain_points: What costs them time, money or sleep.
        goals: What they want to reach, and by when.
        decision_chain: Who decides, who advises, who pays.
        collaboration: How they like to work with us.
        communication: By what means, when, and how often.
        purchasing: How they buy, and when budgets are made.
        environment: What they use today, and what it must fit.
        delivery: When, where and how they need things delivered.
        quality: What good service is to them.
        red_lines: What must never happen.
        competitors: Who else serves them.
        growth_plans: Where they will be in three years.
        as_of: When they said so; empty: now.
        dry_run: Show what would be added, and keep nothing of it.
    """
    given = {
        Dimension.PAIN_POINTS: pain_points,
        Dimension.GOALS: goals,
        Dimension.DECISION_CHAIN: decision_chain,
        Dimension.COLLABORATION: collaboration,
        Dimension.COMMUNICATION: communication,
        Dimension.PURCHASING: purchasing,
        Dimension.ENVIRONMENT: environment,
        Dimension.DELIVERY: delivery,
        Dimension.QUALITY: quality,
        Dimension.RED_LINES: red_lines,
        Dimension.COMPETITORS: competitors,
        Dimension.GROWTH_PLANS: growth_plans,
    }
    surveyed = record_answers(
        account=account,
        by=by,
        given=given,
        at=moment(as_of, dry_run=dry_run),
        now=moment(None),
        dry_run=dry_run,
    )
    return said(surveyed, as_of, dry_run)


@flow(
    name="Import questionnaire",
    flow_run_name=named("import questionnaire {file}, by {by}"),
)
@plainly
async def import_questionnaire(
    file: str,
    by: str,
    as_of: AwareDatetime | None = None,
    dry_run: bool = False,
) -> State[None]:
    """Take in a filled-in questionnaire, all of it or nothing; twice changes nothing.

    Args:
        file: Name of an XLSX file in the folder var/inbox, or its whole path.
        by: Your staff code or email.
        as_of: When the account said so; empty: now.
        dry_run: Show what would be added, and keep nothing of it.
    """
    path, language = inbox_file(file), settings().language
    try:
        surveyed = import_questionnaire_file(
            path,
            by=by,
            at=moment(as_of, dry_run=dry_run),
            now=moment(None),
            dry_run=dry_run,
        )
    except BadFile as error:
        from kam_flows.rendering.imports import problem_rows

        await acreate_table_artifact(
            key="questionnaire-import",
            table=problem_rows(error.problems, language),
            description=refusal(error, language),
        )
        raise
    return said(surveyed, as_of, dry_run)


def said(surveyed: Surveyed, as_of: AwareDatetime | None, dry_run: bool) -> State[None]:
    """What was added, what is still missing, and whether the onboarding is complete."""
    account = f"{surveyed.account.name} ({surveyed.account.code})"
    if surveyed.added:
        parts = [
            say(
                "{account}: added {dimensions}",
                account=account,
                dimensions=surveyed.added,
            )
        ]
    else:
        parts = [say("{account}: nothing new was said", account=account)]
    if surveyed.missing:
        parts.append(say("still missing: {dimensions}", dimensions=surveyed.missing))
    else:
        parts.append(say("every dimension is answered"))
    if surveyed.completed:
        parts.append(say("the onboarding is complete"))
    if as_of is not None:
        parts.append(say("as of {moment}", moment=local(as_of, settings().timezone)))
    if dry_run:
        parts.append(say("Dry run: nothing was kept"))
    return Completed(message=sentence(parts))
