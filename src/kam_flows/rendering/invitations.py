"""An invitation in words, beside the calendar file that says the same to a calendar."""

from collections.abc import Iterator, Sequence

from kam_flows.domain.invitations import Method
from kam_flows.domain.mails import CalendarPart
from kam_flows.domain.visit_mails import VisitInvitation
from kam_flows.rendering import words
from kam_flows.rendering.cleaning import one_line
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sentences import Action, Fact
from kam_flows.settings import settings

NOTE, PEOPLE = 200, 8

PHRASES = {
    "zh_CN": {
        "colon": "：",
        "new": "日程",
        "changed": "日程变更",
        "cancelled": "日程取消",
        "left_out": "不再需要您参加",
        "subject": "{what}：{name}，{when}",
        "when": "时间",
        "where": "地点",
        "ours": "我方",
        "theirs": "客户方",
        "why": "原因",
        "more": "等 {count} 人",
        "do_new": "附件是日历文件：接受后即记入您的日历，以后的变更会自动更新。",
        "do_changed": "附件是日历文件：接受后，您日历中的原日程即更新。",
        "do_cancelled": "附件是日历文件：打开后，您日历中的日程即删除。",
        "forward": "客户方的人列在日程中，但没有收到此邮件；需要时请您转发给他们。",
        "reschedule": "改期",
        "page": "客户页面",
        "why_you": "您收到此邮件，是因为您参加这次触达，或此前列为参加者。",
    },
    "en": {
        "colon": ": ",
        "new": "Calendar",
        "changed": "Calendar, changed",
        "cancelled": "Calendar, cancelled",
        "left_out": "Calendar, without you",
        "subject": "{what}: {name}, {when}",
        "when": "When",
        "where": "Where",
        "ours": "We",
        "theirs": "They",
        "why": "Why",
        "more": "{count} in all",
        "do_new": "The calendar file beside this puts it into your calendar once you "
        "accept it, and follows every change.",
        "do_changed": "The calendar file beside this changes the entry in your calendar.",
        "do_cancelled": "The calendar file beside this takes it out of your calendar.",
        "forward": "The account's people stand in it and were not written to: forward it "
        "to them if they are to have it.",
        "reschedule": "Reschedule",
        "page": "Account page",
        "why_you": "You get this because you take part, or were to.",
    },
}


class InvitationPage(Phrasebook):
    def __init__(self, mail: VisitInvitation) -> None:
        super().__init__(PHRASES, mail.language, mail.timezone, one_line, mail.as_of)
        self.mail, self.entry = mail, mail.entry

    @property
    def stage(self) -> str:
        if self.mail.left_out:
            return "left_out"
        if self.mail.method is Method.CANCEL:
            return "cancelled"
        return "changed" if self.entry.sequence else "new"

    @property
    def what(self) -> str:
        return self.say(self.stage)

    @property
    def name(self) -> str:
        entry = self.entry
        what = self.called(entry.title, entry.kind)
        return f"{self.short(entry.account_name)}{self.say('colon')}{what}"

    @property
    def when(self) -> str:
        entry = self.entry
        return self.hours(entry.on, entry.starts, entry.minutes, entry.zone)

    @property
    def subject(self) -> str:
        return self.say("subject", what=self.what, name=self.name, when=self.when)

    def facts(self) -> Iterator[Fact]:
        yield Fact(self.say("when"), self.when)
        if self.entry.city:
            yield Fact(self.say("where"), self.short(self.entry.city))
        yield Fact(self.say("ours"), self.people([a.name for a in self.entry.ours]))
        if self.entry.theirs:
            theirs = [attendee.name for attendee in self.entry.theirs]
            yield Fact(self.say("theirs"), self.people(theirs))
        if reason := self.mail.reason:
            note = self.short(reason.note, NOTE)
            parts = filter(None, (self.word(reason.why), note))
            yield Fact(self.say("why"), self.say("colon").join(parts))

    def people(self, names: Sequence[str]) -> str:
        shown = [self.short(name) for name in names[:PEOPLE]]
        if len(names) > PEOPLE:
            shown.append(self.say("more", count=len(names)))
        return words.listed(shown, self.language)

    def advice(self) -> Iterator[str]:
        """What the file beside it does, and what only the reader can do."""
        taken_out = self.mail.method is Method.CANCEL
        yield self.say("do_cancelled" if taken_out else f"do_{self.stage}")
        if self.entry.theirs and not self.mail.left_out:
            yield self.say("forward")

    def actions(self) -> list[Action]:
        links = self.mail.links
        forms = (("reschedule", links.reschedule), ("page", links.page))
        return [Action(self.say(label), url) for label, url in forms if url]

    @property
    def why(self) -> str:
        return self.say("why_you")


def calendar_part(mail: VisitInvitation) -> CalendarPart:
    # Most mails have none: what reads and writes calendars is loaded when one does.
    from kam_flows.rendering.calendars import calendar_file

    text = calendar_file(
        [mail.entry],
        mail.method,
        sender=settings().sender,
        language=mail.language,
        stamp=mail.as_of,
    )
    return CalendarPart(mail.method, text)
