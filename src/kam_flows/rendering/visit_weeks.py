"""A week in words: whom to meet on which day, what is owed, what was missed."""

from collections.abc import Iterable, Iterator
from datetime import date

from kam_flows.domain.account_file import promise_code
from kam_flows.domain.visit_mails import VisitWeek
from kam_flows.domain.visit_weeks import OwedPromise, TeamMember, WeekVisit
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sections import Line, Section
from kam_flows.rendering.sentences import Action

NOTE = 90
SHOWN = 30
"""Lines of a part; the rest are counted (a body stays below 100 KB)."""

PHRASES = {
    "zh_CN": {
        "title": "本周触达",
        "span": "{first} – {last}",
        "subject": "本周触达：{visits} 次，未登记 {unrecorded} 次，到期承诺 {promises} 项",
        "subject_team": "本周触达：团队 {team} 次，上周错过 {missed} 次",
        "visits": "我的本周",
        "no_visits": "本周没有安排您的触达。",
        "visit": "{hours} {account}：{what}",
        "all_day": "全天",
        "of": "负责人 {owner}",
        "with": "同行 {others}",
        "briefed": "简报已发送",
        "brief_on": "简报 {day} 发送",
        "unrecorded": "尚未登记结果",
        "record": "登记",
        "promises": "到期的承诺",
        "promise": "{number} {account}：{text}",
        "due": "{day} 到期",
        "late": "逾期 {days} 天",
        "team": "团队本周",
        "member": "{name}：{visits} 次",
        "member_unrecorded": "未登记 {count} 次",
        "member_missed": "上周错过 {count} 次",
        "missed": "上周错过的触达",
        "missed_line": "{day} {account}：{what}（{owner}）",
        "more": "另有 {count} 项",
        "nobody": "暂无负责人",
        "why": "您收到此邮件，是因为本周有您或您下属的触达、承诺或待登记事项；每人每周一封。",
    },
    "en": {
        "title": "The week",
        "span": "{first} – {last}",
        "subject": "Your week: {visits} touchpoints, {unrecorded} to record, "
        "{promises} promises due",
        "subject_team": "The week: {team} touchpoints of your team, {missed} missed last "
        "week",
        "visits": "Your days",
        "no_visits": "No touchpoint of yours is planned this week.",
        "visit": "{hours} {account}: {what}",
        "all_day": "all day",
        "of": "of {owner}",
        "with": "with {others}",
        "briefed": "brief sent",
        "brief_on": "brief comes {day}",
        "unrecorded": "Not recorded yet",
        "record": "Record",
        "promises": "Promises due",
        "promise": "{number} {account}: {text}",
        "due": "due {day}",
        "late": "{days} days late",
        "team": "Your team",
        "member": "{name}, touchpoints: {visits}",
        "member_unrecorded": "{count} not recorded",
        "member_missed": "{count} missed last week",
        "missed": "Missed last week",
        "missed_line": "{day} {account}: {what} ({owner})",
        "more": "and {count} more",
        "nobody": "nobody yet",
        "why": "You get this because you or people below you meet accounts this week, owe "
        "a promise or have something to record; one a person and week.",
    },
}


class WeekPage(Phrasebook):
    def __init__(self, mail: VisitWeek) -> None:
        super().__init__(PHRASES, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail = mail

    @property
    def subject(self) -> str:
        """Of their own, or of the team where they have none."""
        mail = self.mail
        if mail.visits or mail.unrecorded or mail.promises:
            return self.say(
                "subject",
                visits=len(mail.visits),
                unrecorded=len(mail.unrecorded),
                promises=len(mail.promises),
            )
        team = sum(one.visits for one in mail.team)
        return self.say("subject_team", team=team, missed=len(mail.missed))

    @property
    def title(self) -> str:
        return self.say("title")

    @property
    def lead(self) -> str:
        first, last = self.on(self.mail.first), self.on(self.mail.last)
        return self.say("span", first=first, last=last)

    def days(self) -> Iterator[Section]:
        """A part for each day on which something is planned."""
        by_day: dict[date, list[WeekVisit]] = {}
        for visit in self.mail.visits[:SHOWN]:
            by_day.setdefault(visit.entry.on, []).append(visit)
        for day, visits in by_day.items():
            yield Section(self.on(day), tuple(map(self.visit, visits)))

    def sections(self) -> Iterator[Section]:
        mail = self.mail
        if not mail.visits:
            yield Section(self.say("visits"), (), self.say("no_visits"))
        yield from self.days()
        if more := self.more(len(mail.visits)):
            yield Section(self.say("visits"), (), more)
        yield from self.part("unrecorded", map(self.unrecorded, mail.unrecorded))
        yield from self.part("promises", map(self.promise, mail.promises))
        yield from self.part("team", map(self.member, mail.team))
        yield from self.part("missed", map(self.missed, mail.missed))

    def part(self, name: str, lines: Iterable[Line]) -> Iterator[Section]:
        """Left out if there is nothing in it."""
        if found := tuple(lines):
            more = self.more(len(found))
            yield Section(self.say(name), found[:SHOWN], more=more)

    def more(self, count: int) -> str:
        return self.say("more", count=count - SHOWN) if count > SHOWN else ""

    def visit(self, visit: WeekVisit) -> Line:
        entry, owner = visit.entry, self.owner(visit)
        hours = self.clock(entry.on, entry.starts, entry.minutes, entry.zone)
        line = self.say(
            "visit",
            hours=hours if entry.minutes else self.say("all_day"),
            account=self.short(entry.account_name),
            what=self.what(visit),
        )
        mine = visit.owner == self.mail.name
        others = [a.name for a in entry.ours if a.name != visit.owner] if mine else []
        along = self.joined(self.short(name) for name in others)
        notes = [
            self.say("with", others=along) if along else "",
            "" if mine else self.say("of", owner=owner),
            self.brief(visit),
        ]
        return Line(line, " · ".join(filter(None, notes)))

    def brief(self, visit: WeekVisit) -> str:
        if visit.is_briefed:
            return self.say("briefed")
        return (
            self.say("brief_on", day=self.on(visit.brief_on)) if visit.brief_on else ""
        )

    def what(self, visit: WeekVisit) -> str:
        return self.called(visit.entry.title, visit.entry.kind)

    def owner(self, visit: WeekVisit) -> str:
        return self.short(visit.owner) or self.say("nobody")

    def past(self, visit: WeekVisit) -> str:
        return self.say(
            "missed_line",
            day=self.on(visit.entry.on),
            account=self.short(visit.entry.account_name),
            what=self.what(visit),
            owner=self.owner(visit),
        )

    def unrecorded(self, visit: WeekVisit) -> Line:
        form = Action(self.say("record"), visit.record) if visit.record else None
        return Line(self.past(visit), action=form)

    def missed(self, visit: WeekVisit) -> Line:
        return Line(self.past(visit))

    def promise(self, owed: OwedPromise) -> Line:
        entry = owed.promise.entry
        due_on = entry.due_on or self.mail.last
        line = self.say(
            "promise",
            number=promise_code(entry.id),
            account=self.short(owed.account_name),
            text=self.short(entry.text, NOTE),
        )
        note = self.say("due", day=self.on(due_on))
        late = (self.today - due_on).days if owed.promise.is_late else 0
        return Line(line, note, self.say("late", days=late) if late > 0 else "")

    def member(self, member: TeamMember) -> Line:
        name = self.short(member.name)
        line = self.say("member", name=name, visits=member.visits)
        flags = [
            self.say(f"member_{what}", count=count)
            for what, count in (
                ("unrecorded", member.unrecorded),
                ("missed", member.missed),
            )
            if count
        ]
        return Line(line, flag=self.joined(flags))

    @property
    def why(self) -> str:
        return self.say("why")
