"""One mail for all that waits for one person, and the controller's week."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from icalendar import Calendar
from test_compose import ACTION, NOTICE, NOW, SENDER, WEEK, WEEKLY, made
from test_mailer import read

from icengine.domain.notice import ActionNotice, Notice, NoticeKind
from icengine.domain.week import Week
from icengine.mail.compose import compose
from icengine.mail.digest import Entry, compose_digest
from icengine.mail.mailer import Email
from icengine.mail.weekly import compose_week

HOME = "https://ik.kommun.example"
LINK = f"{HOME}/svar/hemlig"
TODAY = date(2022, 10, 31)


def digest(*notices: Notice | ActionNotice, link: str = LINK) -> Email:
    entries = [Entry(notice, f"{link}/uppgift/{n}") for n, notice in enumerate(notices)]
    return compose_digest(entries, link=link, login=f"{HOME}/", today=TODAY, sender=SENDER)


def task(kind: NoticeKind = NoticeKind.OPENED, **changes: object) -> Notice:
    return replace(NOTICE, kind=kind, **changes)  # type: ignore[arg-type]


def test_it_counts_what_waits_and_puts_the_most_urgent_first() -> None:
    mail = digest(
        task(title="Senare", due=date(2022, 11, 30)), ACTION,
        task(title="Redan sen", due=date(2022, 10, 28)),
    )  # fmt: skip
    assert mail.subject == "Två kontroller och en åtgärd väntar på dig, en försenad"
    assert mail.text.index("Redan sen") < mail.text.index("Senare")
    assert "* Försenad: Redan sen\n  Skulle ha lämnats in fredag 28 oktober." in mail.text


def test_its_text_has_one_link_and_each_thing_of_its_html_its_own() -> None:
    mail = digest(task(title="Ena"), task(title="Andra"))
    assert mail.text.count("http") == 1
    assert f'href="{LINK}/uppgift/0"' in mail.html
    assert f'href="{LINK}/uppgift/1"' in mail.html


def test_what_is_protected_is_not_said() -> None:
    mail = digest(task(protected=True, title="Hemlig"), replace(ACTION, protected=True), task())
    for hidden in ("Hemlig", ACTION.text):
        assert hidden not in mail.text + mail.html + mail.subject


def test_it_says_who_sends_it_and_why() -> None:
    words = " ".join(digest(task(), task(function="It-chefen")).text.split())
    assert "Du får mejlet som Ekonomichefen och It-chefen." in words
    assert "samordnas av Kommuncontrollern" in words
    assert "Länken är din egen" in words


def test_what_is_for_those_who_log_in_has_no_secret() -> None:
    late = task(NoticeKind.ESCALATED, owner="It-chefen", function="chef", due=date(2022, 10, 3))
    mail = digest(late, late, link=f"{HOME}/")
    assert mail.subject == "Två svar är försenade"
    assert "/svar/" not in mail.text
    assert "Länken är din egen" not in mail.text
    both = digest(task(), late)
    assert f"loggat in på\n{HOME}/" in both.text


def test_it_continues_the_threads_of_all_that_it_tells_of() -> None:
    one, other = task(), task(task_key="ks-2022/K4/ks/2022-09")
    alone = compose(one, link=LINK, today=TODAY, sender=SENDER)
    assert alone.references[0] in digest(one, other).references
    assert len(digest(one, other).references) == 2


def test_it_has_the_same_message_id_in_whichever_order() -> None:
    one, other = task(), task(task_key="ks-2022/K4/ks/2022-09")
    assert digest(one, other).message_id == digest(other, one).message_id
    assert digest(one, other).message_id != digest(one, task(task_key="x/y/z/w")).message_id


def test_the_week_tells_what_waits_and_leaves_out_what_does_not() -> None:
    mail = made(WEEKLY)
    assert mail.subject == "Internkontrollen vecka 40: ett försenat svar och två försenade åtgärder"
    assert "FÖRSENADE SVAR: 1\n* Klassning\n  It-chefen, Kommunstyrelsen, 30 september" in mail.text
    assert "Ingen är It-chefen." in mail.text
    assert "Mejl som inte kom fram" not in mail.html
    assert "Du får mejlet som controller" in mail.text


def test_a_long_week_says_how_much_is_left_out() -> None:
    week = Week(late=WEEK.late * 25)
    mail = compose_week(WEEKLY, week, link=HOME, today=TODAY, sender=SENDER)
    assert mail.text.count("* Klassning") == 10
    assert "Och 15 till." in mail.text


def test_the_dates_to_come_are_a_calendar_file_without_the_link() -> None:
    later, protected = task(due=date(2022, 11, 30)), task(due=date(2022, 11, 1), protected=True)
    mail = digest(later, protected, task(due=date(2022, 10, 3)))
    message = read(mail.as_message(NOW).as_bytes())
    (file,) = message.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "datum.ics")
    events = Calendar.from_ical(file.get_payload(decode=True)).walk("VEVENT")
    assert {str(event["summary"]): event.decoded("dtstart") for event in events} == {
        "Lämna in senast: Klassning av it-komponenter": date(2022, 11, 30),
        "Du har en uppgift i internkontrollen": date(2022, 11, 1),
    }
    assert "hemlig" not in mail.calendar.decode()
    body = message.get_body(("plain",))
    assert body is not None
    assert "VÄNTAR PÅ DIG" in body.get_content()
    assert mail.as_message(NOW).as_bytes() == mail.as_message(NOW).as_bytes()


def test_what_is_late_or_only_told_of_has_no_calendar_file() -> None:
    late = task(NoticeKind.LATE, due=date(2022, 10, 3))
    told = task(NoticeKind.APPROVED, due=date(2022, 11, 30))
    assert digest(late, told).calendar == b""
    assert compose(late, link=LINK, today=TODAY, sender=SENDER).calendar == b""


def test_a_date_that_moves_is_the_same_event_in_a_later_version() -> None:
    def event(today: date, due: date) -> Any:
        mail = compose(task(due=due), link=LINK, today=today, sender=SENDER)
        (found,) = Calendar.from_ical(mail.calendar).walk("VEVENT")
        return found

    first = event(date(2022, 10, 3), date(2022, 10, 28))
    moved = event(date(2022, 10, 5), date(2022, 10, 14))
    assert first["uid"] == moved["uid"]
    assert int(moved["sequence"]) > int(first["sequence"])
