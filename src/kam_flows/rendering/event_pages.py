"""An event as one page: its steps, its guests and what they replied, the record."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kam_flows.domain.event_pages import EventPage, OnRecord, StepOnPage
from kam_flows.domain.events import Guest, Reply, replies
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import cell
from kam_flows.rendering.pages import table
from kam_flows.rendering.phrasebook import Phrasebook

NOTE = 300

PHRASES: Mapping[str, Mapping[str, str]] = {
    "zh_CN": {
        "colon": "：",
        "cancelled": "已取消（{when}）",
        "when": "时间",
        "where": "地点",
        "organiser": "组织者",
        "why": "最近一次变动的原因",
        "steps": "筹备步骤",
        "steps_heads": "步骤|负责人|截止|状态|完成|备注",
        "days_late": "逾期 {days} 天",
        "settled": "{who} {when}",
        "guests": "嘉宾",
        "guests_heads": "客户|嘉宾|邮箱|邀请函|回复|备注|登记",
        "not_invited": "未邀请",
        "counts": "回复",
        "no_reply": "尚未回复",
        "waiting": "{count} 封邀请函等待放行",
        "count": "{what} {count}",
        "trail": "记录",
        "trail_heads": "时间|何人|何事|原因",
        "as_of": "截至 {when}，时间均为{zone}。",
    },
    "en": {
        "colon": ": ",
        "cancelled": "Cancelled ({when})",
        "when": "When",
        "where": "Where",
        "organiser": "Organiser",
        "why": "Why it changed last",
        "steps": "Steps",
        "steps_heads": "Step|Owner|Due|State|Settled|Note",
        "days_late": "{days} days late",
        "settled": "{who}, {when}",
        "guests": "Guests",
        "guests_heads": "Account|Guest|Address|Invitation|Reply|Note|Recorded",
        "not_invited": "Not invited",
        "counts": "Replies",
        "no_reply": "no reply yet",
        "waiting": "{count} invitations wait to be released",
        "count": "{what} {count}",
        "trail": "The record",
        "trail_heads": "When|Who|What|Why",
        "as_of": "As of {when}. All times are {zone}.",
    },
}


def event_markdown(page: EventPage, language: str, timezone: str) -> str:
    return "\n".join(Page(page, language, timezone).lines())


class Page(Phrasebook):
    def __init__(self, page: EventPage, language: str, timezone: str) -> None:
        super().__init__(PHRASES, language, timezone, cell, page.as_of)
        self.page, self.event = page, page.event

    def lines(self) -> Iterator[str]:
        page, event = self.page, self.event
        yield f"# {event.number} · {self.typed(event.name)}"
        yield ""
        yield from self.facts()
        yield from self.section("steps", map(self.step, page.steps))
        yield from self.section("guests", map(self.guest, page.guests))
        yield from self.section("trail", map(self.on_record, page.trail))
        yield ""
        zone = words.zone(self.timezone, self.language)
        yield self.say("as_of", when=self.at(page.as_of), zone=zone)

    def facts(self) -> Iterator[str]:
        page, event = self.page, self.event
        if page.cancelled_at:
            yield f"- {self.bold(self.say('cancelled', when=self.at(page.cancelled_at)))}"
        when = self.hours(event.on, event.starts, event.minutes, event.zone)
        yield self.fact("when", f"{when} · {self.typed(page.kind)}")
        if event.place:
            yield self.fact("where", self.typed(event.place))
        yield self.fact("organiser", self.typed(event.organiser))
        if page.reason:
            yield self.fact("why", self.short(page.reason, NOTE))
        if page.guests:
            yield self.fact("counts", self.joined(self.counted()))

    def fact(self, label: str, value: str) -> str:
        return f"- {self.say(label)}{self.say('colon')}{value}"

    def counted(self) -> Iterator[str]:
        counts = replies(self.page.guests)
        for reply in (*Reply, None):
            what = self.word(reply) if reply else self.say("no_reply")
            if counts[reply]:
                yield self.say("count", what=what, count=counts[reply])
        if waiting := sum(guest.waits for guest in self.page.guests):
            yield self.say("waiting", count=waiting)

    def section(self, title: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
        """A table; without rows it is left out."""
        body = list(rows)
        if body:
            heads = self.say(f"{title}_heads").split("|")
            yield from ("", f"## {self.say(title)}", "", *table(heads, body))

    def step(self, step: StepOnPage) -> Sequence[str]:
        state = self.word(step.state)
        if step.days_late:
            state = self.bold(self.say("days_late", days=step.days_late))
        settled = ""
        if step.settled_at:
            who, when = self.typed(step.settled_by), self.at(step.settled_at)
            settled = self.say("settled", who=who, when=when)
        return (
            self.typed(step.title),
            self.typed(step.owner),
            self.on(step.due_on),
            state,
            settled,
            self.short(step.note, NOTE),
        )

    def guest(self, guest: Guest) -> Sequence[str]:
        fate = None if guest.is_left_out else guest.fate
        return (
            self.short(guest.account_name),
            f"{self.short(guest.name)} {self.typed(guest.contact)}",
            self.typed(guest.address),
            self.word(fate) if fate else self.say("not_invited"),
            self.word(guest.reply) if guest.reply else "",
            self.short(guest.note, NOTE),
            self.at(guest.replied_at) if guest.replied_at else "",
        )

    def on_record(self, one: OnRecord) -> Sequence[str]:
        who, why = self.typed(one.who), self.short(one.why, NOTE)
        return (self.at(one.at), who, self.word(one.act), why)
