"""What a mail says about a ticket: what is promised when, and what to do about it."""

from datetime import datetime
from typing import NamedTuple

from kam_flows.domain.mails import DUTY
from kam_flows.domain.notices import Cause, Links, TicketFacts
from kam_flows.domain.policy import Target
from kam_flows.domain.tickets import TicketState
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import clipped
from kam_flows.rendering.speech import Speech


class Fact(NamedTuple):
    """A labelled line; of a promised time also how near it is, or how long past."""

    label: str
    value: str
    nearness: str = ""
    overdue: bool = False


class Facts(NamedTuple):
    """A ticket in words."""

    title: str
    about: str
    """`上海海岚精密仪器 · 战略级 · T-1024`."""
    rows: tuple[Fact, ...]

    @property
    def overdue(self) -> bool:
        return any(row.overdue for row in self.rows)


class Action(NamedTuple):
    label: str
    url: str


class Sentences(Speech):
    """What every mail about a ticket can say."""

    def hello(self, name: str, recipient: str) -> str:
        """How the mail greets; the duty mailbox has no name of its own."""
        if recipient == DUTY or not name:
            return self.texts.gettext("Hello colleague on duty,")
        return self.texts.gettext("Hello %(name)s,") % {"name": name}

    def facts(self, ticket: TicketFacts) -> Facts:
        """Who is concerned, who works on it, and the promises still open."""
        _, number = self.texts.gettext, clipped(ticket.number, 40)
        name, owner = clipped(ticket.account_name, 80), clipped(ticket.owner, 60)
        nobody = _("nobody yet")
        scene = f"{clipped(ticket.scene, 60)} · {self.word(ticket.priority)}"
        owner = f"{owner or nobody} · {self.word(ticket.state)}"
        promised = (
            (Target.RESPOND, ticket.respond_by, ticket.responded),
            (Target.PLAN, ticket.plan_by, ticket.planned),
            (Target.RESOLVE, ticket.resolve_by, False),
        )
        return Facts(
            title=clipped(ticket.title, 120),
            about=f"{name} · {self.word(ticket.tier)} · {number}",
            rows=(
                Fact(_("Scene"), scene),
                Fact(_("Owner"), owner),
                *(
                    self._due(target, at, ticket.provisional)
                    for target, at, met in promised
                    if at is not None and not met
                ),
            ),
        )

    def _due(self, target: Target, at: datetime, provisional: bool) -> Fact:
        overdue = at < self.as_of
        if overdue:
            nearness = self.texts.gettext("%(time)s late")
        else:
            nearness = self.texts.gettext("%(time)s left")
        nearness %= {"time": self.lapse(abs(at - self.as_of))}
        when = self.at(at)
        if provisional:
            when += self.texts.gettext(" (provisional)")
        return Fact(self.word(target), when, nearness, overdue)

    def promise(self, ticket: TicketFacts) -> str:
        """The times promised, as the service standard has them; empty: not known."""
        times = (
            (Target.RESPOND, ticket.respond_in),
            (Target.PLAN, ticket.plan_in),
            (Target.RESOLVE, ticket.resolve_in),
        )
        said = {
            Target.RESPOND: self.texts.gettext("respond within %(time)s"),
            Target.PLAN: self.texts.gettext("plan within %(time)s"),
            Target.RESOLVE: self.texts.gettext("resolve within %(time)s"),
        }
        told = (
            said[target] % {"time": words.span(time, self.language)}
            for target, time in times
            if time
        )
        return words.listed(told, self.language)

    def actions(self, links: Links, first: str) -> list[Action]:
        """Forms to open; `first` names the link that this reader needs most."""
        labels = {
            "take_up": (self.texts.gettext("Take up"), links.take_up),
            "assign": (self.texts.gettext("Assign"), links.assign),
            "resolve": (self.texts.gettext("Resolve"), links.resolve),
        }
        ordered = sorted(labels.items(), key=lambda item: item[0] != first)
        return [Action(label, url) for _, (label, url) in ordered if url]

    def owner_actions(self, links: Links, ticket: TicketFacts) -> list[Action]:
        pending = ticket.state is TicketState.PENDING
        return self.actions(links, "take_up" if pending else "resolve")

    def why_yours(self, cause: Cause, by: str) -> str:
        """How the ticket became this reader's."""
        if cause is Cause.OPENED:
            said = self.texts.gettext("A new ticket is yours.")
            named = self.texts.gettext("A new ticket is yours; %(by)s opened it.")
        elif cause is Cause.ASSIGNED:
            said = self.texts.gettext("A ticket was assigned to you.")
            named = self.texts.gettext("%(by)s assigned this ticket to you.")
        else:
            said = self.texts.gettext("Your ticket is open again.")
            named = self.texts.gettext(
                "Your ticket is open again; %(by)s re-opened it."
            )
        return named % {"by": by} if by else said
