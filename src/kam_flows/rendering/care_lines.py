"""What mails and pages of care say alike: which occasion, whose, why it is kept back."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from kam_flows.domain.care_mails import CareLine, CareMail, waiting
from kam_flows.domain.cares import Care
from kam_flows.domain.errors import Phrase
from kam_flows.rendering.answers import told
from kam_flows.rendering.care_mail_words import COMMON
from kam_flows.rendering.cleaning import clipped, one_line
from kam_flows.rendering.phrasebook import Phrasebook
from kam_flows.rendering.sentences import Action, Fact

IN_SUBJECT = 30
"""Letters shown of a name in a subject."""
LONG = 400
"""Letters shown of a sentence that says what is wrong."""


class CareWords(Phrasebook):
    """Phrases of its own, and those that all about care have."""

    def __init__(
        self,
        phrases: Mapping[str, Mapping[str, str]],
        language: str,
        timezone: str,
        as_of: datetime,
        typed: Callable[[str], str] = one_line,
    ) -> None:
        both = {spoken: {**COMMON[spoken], **phrases[spoken]} for spoken in COMMON}
        super().__init__(both, language, timezone, typed, as_of)

    def counted(self, phrase: str, count: int, **values: object) -> str:
        """English has a phrase of its own for one."""
        return self.say(
            f"{phrase}_one" if count == 1 else phrase, count=count, **values
        )

    def occasion(self, title: str, about: str, years: int | None) -> str:
        """`合作周年（满 3 年）`, `Product launch “Xinghe 3”`."""
        said = self.short(title)
        if about:
            said = self.say("named", what=said, about=self.short(about))
        return self.counted("aged", years, what=said) if years else said

    def whose(self, account_name: str, contact: str) -> str:
        """Account and person; an event of ours has neither."""
        names = (self.short(account_name), self.short(contact))
        return self.say("apart").join(filter(None, names))

    def distance(self, days: int) -> str:
        if not days:
            return self.say("today")
        return self.counted("ahead" if days > 0 else "past", abs(days))

    def standing(self, line: CareLine) -> str:
        """How far it is: that it waits for an approval says more than its state."""
        if line.state is None:
            return self.say("not_begun")
        if waiting([line]):
            return self.say("waits")
        why = f"{self.say('colon')}{self.word(line.skip)}" if line.skip else ""
        return self.word(line.state) + why

    def overdue(self, due_on: date) -> str:
        """How late it is by now; empty: it is not."""
        late = (self.today - due_on).days
        return self.counted("overdue", late) if late > 0 else ""

    def amount(self, value: Decimal, currency: str) -> str:
        """`CNY 1,280.50`, without cents where there are none."""
        return f"{currency} {value:,.2f}".removesuffix(".00")

    def kept_back(self, care: Care) -> str:
        """Why its letter does not leave, in words; empty: nothing is on record."""
        why = care.trouble or Phrase(care.held_because)
        return self.short(told(why, self.language), LONG)


class CareMailWords(CareWords):
    """What the mails about one care have in common."""

    def __init__(
        self, phrases: Mapping[str, Mapping[str, str]], mail: CareMail
    ) -> None:
        super().__init__(phrases, mail.language, mail.timezone, mail.as_of)
        self.care, self.links, self.addressee = mail.care, mail.links, mail.addressee
        self.account_name, self.letter = mail.account_name, mail.care.letter
        self.what = self.occasion(mail.title, mail.care.about, mail.care.years)
        self.called_in_subject = clipped(
            self.occasion(mail.title, mail.care.about, None), IN_SUBJECT
        )

    @property
    def concerned(self) -> str:
        """Of whom a subject speaks: the account, the person, the occasion."""
        names = (self.account_name, self.care.contact, self.called_in_subject)
        shown = (clipped(name, IN_SUBJECT) for name in names if name)
        return self.say("apart").join(shown)

    @property
    def heading(self) -> str:
        parts = (self.whose(self.account_name, self.care.contact), self.what)
        return self.say("colon").join(filter(None, parts))

    def occasion_facts(self) -> Iterator[Fact]:
        care = self.care
        yield Fact(self.say("occasion"), self.what)
        days = (care.on - self.today).days
        yield Fact(self.say("day"), self.on(care.on), self.distance(days), days < 0)
        if self.account_name:
            person = self.short(care.contact) or self.say("account_itself")
            yield Fact(self.say("whose"), f"{self.short(self.account_name)} · {person}")
        if care.wants_letter:
            yield self.addressed()

    def addressed(self) -> Fact:
        if self.addressee:
            return Fact(self.say("to"), self.short(self.addressee, 2 * IN_SUBJECT))
        return Fact(self.say("to"), self.say("nobody"), self.say("no_address"), True)

    @property
    def letter_subject(self) -> str:
        subject = self.letter.subject if self.letter else ""
        return self.say("letter_subject", subject=subject)

    def leaving(self) -> str:
        """The morning on which the letter leaves."""
        return self.say("morning", day=self.on(self.care.deliver_on))

    def buttons(self, *names: str) -> list[Action]:
        """Those that have a form, in this order."""
        forms = ((name, getattr(self.links, name)) for name in names)
        return [Action(self.say(f"do_{name}"), url) for name, url in forms if url]
