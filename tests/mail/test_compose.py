"""The mail's words: what an owner is told, what is never told, and that no text breaks out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icengine.domain.notice import (
    ActionNotice,
    AnyNotice,
    HeadNotice,
    LoginNotice,
    Notice,
    NoticeKind,
    ReportNotice,
    WeeklyNotice,
    read_notice,
)
from icengine.domain.week import Line, Week
from icengine.mail.colours import contrast, palette
from icengine.mail.compose import compose, due_in_words
from icengine.mail.mailer import Email
from icengine.mail.weekly import compose_week

LINK = "https://internkontroll.alvhamra.example/svar/Zk3fJx0-2hQm_Q9wXh1cYVb7"
SENDER = "ik@alvhamra.example"
NOW = datetime(2022, 10, 3, 6, 0, tzinfo=UTC)

NOTICE = Notice(
    kind=NoticeKind.OPENED,
    email="ekonomi@alvhamra.example",
    function="Ekonomichefen",
    task_key="ks-2022/K3/ks/2022-09--10",
    version=1,
    organisation="Älvhamra kommun",
    unit="Kommunstyrelsen",
    year=2022,
    title="Klassning av it-komponenter",
    what="Att it-komponenter i drift har en giltig klassning.",
    method="Ta fram listan.\nRäkna hur många som är klassade.\nJämför med målet.",
    sample="Alla komponenter i drift",
    period="september–oktober 2022",
    due=date(2022, 10, 28),
    contact="Kommuncontrollern",
    contact_email="controller@alvhamra.example",
    accent="#0B5A67",
)

LOGIN = LoginNotice(
    email=NOTICE.email,
    person=1,
    target="",
    asked_at=NOW,
    organisation=NOTICE.organisation,
    contact=NOTICE.contact,
    contact_email=NOTICE.contact_email,
    accent=NOTICE.accent,
)


class _Reader(HTMLParser):
    """What a reader of the HTML meets: words, links and list points."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str | None] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data: str) -> None:
        self.words += data


def made(notice: AnyNotice = NOTICE, today: date = date(2022, 10, 3)) -> Email:
    if isinstance(notice, WeeklyNotice):
        return compose_week(notice, WEEK, link=LINK, today=today, sender=SENDER)
    return compose(notice, link=LINK, today=today, sender=SENDER)


def both(email: Email) -> tuple[str, str]:
    """The words of the text part and of the HTML part, each on one line."""
    return " ".join(email.text.split()), " ".join(_Reader(email.html).words.split())


@pytest.mark.parametrize(
    "words",
    [
        "Att it-komponenter i drift har en giltig klassning.",
        "Räkna hur många som är klassade.",
        "Alla komponenter i drift",
        "fredag 28 oktober 2022",
        "september–oktober 2022",
        "Internkontrollplan 2022, Kommunstyrelsen",
        "Du får mejlet som Ekonomichefen.",
        "samordnas av Kommuncontrollern",
        "behöver varken konto eller lösenord",
        "Länken är din egen. Skicka den inte vidare.",
        "Kan du inte svara i tid eller är det inte du som ska svara? Svara på mejlet så når du",
    ],
)
def test_text_and_html_both_say(words: str) -> None:
    text, html = both(made())
    assert words in text
    assert words in html


HEAD = HeadNotice(
    email="revisor@revision.example",
    day=date(2026, 3, 2),
    number=412,
    hash="5f" * 32,
    organisation=NOTICE.organisation,
    contact=NOTICE.contact,
    contact_email=NOTICE.contact_email,
    accent=NOTICE.accent,
)


ACTION = ActionNotice(
    kind=NoticeKind.ACTION_NEW,
    email=NOTICE.email,
    function=NOTICE.function,
    action=3,
    action_key="ks-2022/Å3",
    organisation=NOTICE.organisation,
    unit="Kommunstyrelsen",
    year=2022,
    text="Boka klassningsmöten med tio objektägare.",
    about=NOTICE.title,
    responsible="It-chefen",
    due=date(2022, 10, 28),
    contact=NOTICE.contact,
    contact_email=NOTICE.contact_email,
    accent=NOTICE.accent,
    stage="1",
)
WEEKLY = WeeklyNotice(
    email=NOTICE.email,
    week="2022-W40",
    organisation=NOTICE.organisation,
    contact=NOTICE.contact,
    contact_email=NOTICE.contact_email,
    accent=NOTICE.accent,
)
WEEK = Week(
    late=(Line("Klassning", "Kommunstyrelsen", "It-chefen", date(2022, 9, 30)),),
    unheld=("ingen är It-chefen",),
    actions=2,
)
REPORT = ReportNotice(
    email="ekonomi@kommun.example",
    function="Ekonomichefen",
    plan="ks-2022",
    number=1,
    title="Slutrapport internkontroll 2022",
    unit="Kommunstyrelsen",
    decided_on=date(2023, 3, 7),
    paragraph="§ 45",
    dnr="KS 2023/12",
    reads=True,
    organisation=NOTICE.organisation,
    contact=NOTICE.contact,
    contact_email=NOTICE.contact_email,
    accent=NOTICE.accent,
)
EVERY: dict[NoticeKind, AnyNotice] = {
    notice.kind: notice
    for notice in (
        LOGIN,
        HEAD,
        WEEKLY,
        REPORT,
        *(replace(ACTION, kind=kind) for kind in NoticeKind if kind.name.startswith("ACTION")),
        *(
            replace(NOTICE, kind=kind, owner="It-chefen", said="Du kan det här.")
            for kind in NoticeKind
            if not kind.name.startswith(("ACTION", "LOGIN", "HEAD", "WEEKLY", "REPORT"))
        ),
    )
}


def test_a_notice_is_the_same_after_the_outbox() -> None:
    assert read_notice(HEAD.to_json()) == HEAD


def test_the_mail_with_the_logs_sum_says_how_it_is_used_and_has_no_link() -> None:
    mail = compose(HEAD, link="", today=HEAD.day, sender="ik@kommun.example")
    assert mail.subject == "Händelseloggens summa 2 mars 2026: händelse 412"
    assert f"\n412:{'5f' * 32}\n" in mail.text
    assert "audit verify" in " ".join(mail.text.split())
    assert "http" not in mail.text
    assert "href" not in mail.html


def test_the_mail_about_an_adopted_report_says_what_was_decided_and_never_what_it_says() -> None:
    mail = made(REPORT)
    assert mail.subject == "Antagen: Slutrapport internkontroll 2022, Kommunstyrelsen"
    for words in both(mail):
        assert "7 mars 2023, § 45" in words
        assert "KS 2023/12" in words
        assert (
            "Du får mejlet som Ekonomichefen, för att ditt arbete finns med i rapporten." in words
        )
        assert "Logga in och läs rapporten" in words
    assert _Reader(mail.html).links == [LINK]
    without = compose(replace(REPORT, reads=False), link="", today=NOW.date(), sender=SENDER)
    for words in both(without):
        assert "Den är en allmän handling" in words or "Rapporten är en allmän handling" in words
        assert "http" not in words
    assert _Reader(without.html).links == []


def test_every_kind_of_notice_has_a_mail() -> None:
    assert set(EVERY) == set(NoticeKind)
    for notice in EVERY.values():
        assert read_notice(notice.to_json()) == notice
        for today in (date(2022, 10, 3), date(2022, 10, 28), date(2023, 2, 1)):
            email = made(notice, today)
            assert email.subject
            assert "  " not in email.subject
            text, html = both(email)
            assert email.subject.isprintable()
            assert text
            assert html


@pytest.mark.parametrize(
    "kind", [kind for kind in EVERY if isinstance(EVERY[kind], Notice | ActionNotice)]
)
def test_no_mail_about_a_protected_control_says_what_it_is_about(kind: NoticeKind) -> None:
    email = made(replace(EVERY[kind], protected=True))
    for part in (email.subject, *both(email)):
        for said in ("it-komponenter", "lassning", "september", "listan", "Kommunstyrelsen"):
            assert said not in part


def test_the_subject_says_what_and_by_when() -> None:
    assert made().subject == "Att göra senast 28 oktober: Klassning av it-komponenter"


def test_there_is_exactly_one_link_in_each_part() -> None:
    email = made()
    assert email.text.count("://") == 1
    assert f"\n{LINK}\n" in email.text
    assert _Reader(email.html).links == [LINK]


def test_a_masked_copy_is_the_same_mail_with_another_link() -> None:
    masked = compose(NOTICE, link="https://x.example/svar/•••", today=NOW.date(), sender=SENDER)
    assert masked.text == made().text.replace(LINK, "https://x.example/svar/•••")
    assert "Zk3f" not in masked.html


def test_nothing_promises_what_does_not_exist() -> None:
    for words in both(made()):
        assert not re.search(r"kalender|lämna över|mer tid|bifoga", words, re.IGNORECASE)


def test_several_lines_of_method_are_a_numbered_list_without_the_authors_own_numbers() -> None:
    email = made(replace(NOTICE, method="1. Ta fram listan.\n2. Räkna.\n10) Jämför."))
    assert "Så gör du:\n1. Ta fram listan.\n2. Räkna.\n3. Jämför.\n" in email.text
    assert _Reader(email.html).tags.count("li") == 3
    assert "10)" not in email.html


def test_figures_that_begin_a_step_are_kept_when_they_are_not_its_number() -> None:
    email = made(replace(NOTICE, method="20 fakturor väljs.\n5 av dem granskas."))
    assert "1. 20 fakturor väljs." in email.text


def test_one_line_of_method_is_no_list() -> None:
    email = made(replace(NOTICE, method="Gå igenom loggarna."))
    assert "Så gör du:        Gå igenom loggarna." in email.text
    assert "li" not in _Reader(email.html).tags


def test_without_urval_nothing_is_said_about_it() -> None:
    for part in both(made(replace(NOTICE, sample=""))):
        assert "Omfattning" not in part


@pytest.mark.parametrize(
    ("today", "subject", "lead"),
    [
        (date(2022, 10, 26), "Att göra senast 28 oktober: ", "Det är dags för en kontroll. Du"),
        (date(2022, 10, 27), "Att göra senast i morgon, 28 oktober: ", "lämnas in redan i morgon."),
        (date(2022, 10, 28), "Att göra senast i dag, 28 oktober: ", "lämnas in redan i dag."),
        (
            date(2022, 10, 29),
            "Skulle ha lämnats in 28 oktober: ",
            "Svaret skulle ha lämnats in fredag 28 oktober. Lämna in det så snart du kan.",
        ),
        (date(2023, 1, 2), "Skulle ha lämnats in 28 oktober 2022: ", "fredag 28 oktober 2022."),
    ],
)
def test_the_words_fit_the_day_the_mail_leaves(today: date, subject: str, lead: str) -> None:
    email = made(today=today)
    assert email.subject.startswith(subject)
    for part in both(email):
        assert lead in part
    assert ("Försenad" in email.html) == (today > NOTICE.due)


def test_a_date_has_its_year_only_where_it_is_another() -> None:
    due = due_in_words(date(2023, 1, 31), date(2022, 12, 30))
    assert (due.full, due.short) == ("tisdag 31 januari 2023", "31 januari 2023")
    assert due_in_words(date(2023, 1, 31), date(2023, 1, 2)).short == "31 januari"


@pytest.mark.parametrize("today", [date(2022, 10, 3), date(2022, 10, 28), date(2022, 11, 1)])
def test_a_protected_control_says_only_that_there_is_a_task(today: date) -> None:
    secret = {
        name: f"hemlig{at}"
        for at, name in enumerate(["title", "what", "method", "sample", "period", "unit"])
    }
    email = made(replace(NOTICE, protected=True, year=1999, **secret), today=today)
    assert email.subject == "Du har en uppgift i internkontrollen"
    whole = email.as_message(NOW).as_string() + email.text + email.html + email.subject
    assert "hemlig" not in whole
    assert "1999" not in whole
    assert "K3" not in whole
    for part in both(email):
        assert "Du har en uppgift" in part or "DU HAR EN UPPGIFT" in part
        assert "28 oktober" in part
    assert _Reader(email.html).links == [LINK]


def test_without_a_controller_to_answer_nobody_is_asked_to_reply() -> None:
    email = made(replace(NOTICE, contact_email=""))
    assert email.reply_to == ""
    assert "Reply-To" not in email.as_message(NOW)
    for part in both(email):
        assert "Svara på mejlet" not in part
        assert "Kontakta Kommuncontrollern." in part
    for part in both(made(replace(NOTICE, contact="", contact_email=""))):
        assert "Kontakta den som samordnar internkontrollen hos er." in part
        assert "samordnas av" not in part


def test_a_faulty_contact_address_does_not_stop_the_mail() -> None:
    email = made(replace(NOTICE, contact_email="inte en adress"))
    assert email.reply_to == ""
    assert email.as_message(NOW)["To"] == NOTICE.email


def test_texts_cannot_become_markup_and_plain_text_is_not_escaped() -> None:
    evil = '<script>alert(1)</script> & "citat" <a href="https://ond.example">här</a>'
    email = made(replace(NOTICE, title=evil, what=evil, method=evil, organisation=evil))
    reader = _Reader(email.html)
    assert "script" not in reader.tags
    assert reader.links == [LINK]
    assert '<script>alert(1)</script> & "citat"' in email.text


def test_a_link_cannot_leave_its_attribute() -> None:
    email = compose(NOTICE, link='https://x.example/"><b>', today=NOW.date(), sender=SENDER)
    assert _Reader(email.html).links == ['https://x.example/"><b>']


def test_a_mail_is_the_same_however_often_it_is_made() -> None:
    first = made().as_message(NOW).as_bytes()
    assert made().as_message(NOW).as_bytes() == first
    assert made(today=date(2022, 11, 5)).message_id == made().message_id


def test_mails_about_one_task_share_a_thread_and_have_ids_of_their_own() -> None:
    other = made(replace(NOTICE, email="bo.ek@alvhamra.example"))
    assert other.message_id != made().message_id
    assert other.references == made().references
    assert made(replace(NOTICE, task_key="ks-2022/K4")).references != made().references
    assert made().message_id.endswith("@alvhamra.example>")


def test_the_sender_has_the_organisations_name_unless_the_settings_name_one() -> None:
    assert made().sender == "Internkontroll Älvhamra kommun <ik@alvhamra.example>"
    named = compose(NOTICE, link=LINK, today=NOW.date(), sender="IK-stödet <ik@x.example>")
    assert named.sender == "IK-stödet <ik@x.example>"


def test_html_is_a_whole_document_in_swedish_without_anything_fetched() -> None:
    html = made().html
    assert html.startswith('<!doctype html>\n<html lang="sv">')
    assert "<img" not in html
    assert "url(" not in html
    assert html.count("http") == 1


def test_lines_of_the_text_part_are_short_except_the_link() -> None:
    email = made(replace(NOTICE, what="Kontrollen visar att det är gjort. " * 12))
    assert max(len(line) for line in email.text.splitlines() if "://" not in line) <= 72
    assert "\n\n\n" not in email.text


TEXTS = ["title", "function", "organisation", "contact", "period"]
HOSTILE = "Rubrik\r\nBcc: ond@x.example\n\nX-Evil: 1\u2028Y: 2\x0bZ: 3\x00 =?utf-8?q?a=0ABcc:b?="


@pytest.mark.parametrize("field", TEXTS)
def test_no_text_can_add_a_header(field: str) -> None:
    email = made(replace(NOTICE, **{field: HOSTILE}))
    assert headers(email) == headers(made())
    for value in (email.subject, email.sender):
        assert value.isprintable()


@settings(max_examples=60, deadline=None)
@given(field=st.sampled_from(TEXTS), text=st.text(max_size=120))
def test_no_text_whatever_can_add_a_header(field: str, text: str) -> None:
    assert headers(made(replace(NOTICE, **{field: text}))) == headers(made())


def headers(email: Email) -> list[str]:
    """Names of the headers as another program reads the bytes; each line of them is ASCII."""
    raw = email.as_message(NOW).as_bytes()
    head = raw.split(b"\r\n\r\n", 1)[0]
    assert head.isascii()
    assert b"\n" not in head.replace(b"\r\n", b"")
    return list(message_from_bytes(raw, policy=policy.default).keys())


SWEDISH = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzåäöÅÄÖé0123456789–”§%()\",.:;'&", min_size=1, max_size=45),
    min_size=1,
    max_size=40,
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=SWEDISH)
def test_swedish_subjects_of_any_length_are_folded_and_read_back_whole(title: str) -> None:
    email = made(replace(NOTICE, title=title))
    raw = email.as_message(NOW).as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["Subject"] == email.subject
    assert all(len(line) <= 78 for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n"))


@pytest.mark.parametrize("accent", ["#FFFFFF", "#FFDD00", "#000000", "#E30613"])
def test_every_accent_gives_readable_colours(accent: str) -> None:
    email = made(replace(NOTICE, accent=accent))
    assert palette(accent).brand in email.html
    assert palette(accent).deep in email.html


def test_what_is_no_colour_counts_as_the_standard_one() -> None:
    assert palette("red;}</style>") == palette("#0B5A67")


@settings(max_examples=100, deadline=None)
@given(accent=st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}"))
def test_contrast_holds_for_any_accent(accent: str) -> None:
    colours = palette(accent)
    for under_white in (colours.brand, colours.deep):
        assert contrast(under_white, "#ffffff") >= 7
    assert contrast(colours.dark_brand, "#0e1416") >= 7
    assert contrast(colours.tint, "#16202a") >= 7
    assert contrast(colours.dark_tint, "#eef2f4") >= 7
