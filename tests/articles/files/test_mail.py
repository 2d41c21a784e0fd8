"""Mails: the text, who wrote it and when; what is forwarded goes before who forwards it."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from articles.pages import SENTENCES

from bot.articles.article import Article, Origin
from bot.articles.parse import parse
from bot.articles.source import Source
from bot.articles.unreadable import Reason, UnreadableError

TEXT = "\n\n".join(SENTENCES)


def read(message: EmailMessage | bytes, name: str = "mail.eml") -> Article:
    return parse(Source(message if isinstance(message, bytes) else message.as_bytes(), name=name)).article


def mail(text: str = TEXT, subject: str = "Old bridge closes", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.get("sender", "Ann Lee <ann@news.example>")
    message["To"] = "desk@news.example"
    message["Subject"] = subject
    message["Date"] = "Tue, 05 Mar 2024 23:15:00 -0800"
    message.set_content(text)
    return message


def test_a_mail_has_subject_sender_and_the_sender_s_day() -> None:
    article = read(mail(subject="Fwd: Re: Old bridge closes"))
    assert article.text.strip() == TEXT
    assert (article.title, article.authors, article.published) == ("Old bridge closes", ("Ann Lee",), date(2024, 3, 5))
    assert article.origins.published is Origin.MAIL


def test_a_mail_is_known_by_its_beginning() -> None:
    assert read(mail(), name="").title == "Old bridge closes"


def test_html_is_read_where_there_is_nothing_else() -> None:
    message = mail()
    message.set_content("<html><body>" + "".join(f"<p>{s}</p>" for s in SENTENCES) + "</body></html>", subtype="html")
    assert SENTENCES[3] in read(message).text
    assert "<p>" not in read(message).text


def test_charsets_of_mails() -> None:
    message = mail()
    message.set_content("Bürgermeisterin Käthe Çelik sagte: Die Brücke schließt für ein Jahr.", charset="iso-8859-1")
    assert "Käthe Çelik" in read(message).text


def test_attachments_are_named_and_not_read() -> None:
    message = mail()
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../girders.pdf")
    message.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="bridge.jpg")
    assert read(message).notes == ("I did not read what is attached to the mail: ../../girders.pdf, bridge.jpg.",)


def test_a_forwarded_mail_is_the_article() -> None:
    head = (
        "FYI, worth checking?\n\n---------- Forwarded message ---------\nFrom: Bo Ek <bo@agency.example>\n"
        "Date: Mon, 4 March 2024 at 08:15\nSubject: Cracks in the bridge\nTo: <ann@news.example>\n\n"
    )
    article = read(mail(head + TEXT, subject="Fwd: Cracks in the bridge"))
    assert article.text == TEXT
    assert (article.title, article.authors) == ("Cracks in the bridge", ("Bo Ek",))
    assert article.published == date(2024, 3, 4)


def test_a_mail_attached_to_a_mail_is_the_article() -> None:
    outer = mail("See below.", subject="Fwd")
    outer.add_attachment(mail(sender="Bo Ek <bo@agency.example>"))
    article = read(outer)
    assert article.text.strip() == TEXT
    assert article.authors == ("Bo Ek",)


def test_quoted_and_wrapped_lines_are_whole_again() -> None:
    wrapped = (
        "> The council voted on Tuesday to close the old bridge for a year, the\n"
        "> mayor's office said in a statement. Traffic will use the northern\n"
        "> tunnel, which carried 14,000 vehicles a day in 2023, according to the\n"
        "> ministry. Opponents of the plan said that they would appeal against\n"
        "> the decision before the regional court in March, as they had said\n"
        "> before.\n>\n> The repair is to cost 12 million euros.\n"
    )
    text = read(mail(wrapped)).text
    assert "close the old bridge for a year, the mayor's office said" in text
    assert text.endswith("before.\n\nThe repair is to cost 12 million euros.")


@pytest.mark.parametrize(
    "data", [b"From: x\nSubject: y\n\n", b"From: x\nSubject: y\nContent-Type: multipart/mixed\n\n"]
)
def test_a_mail_without_words_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableError) as error:
        read(data)
    assert error.value.reason is Reason.NO_TEXT_IN_FILE


def test_an_endless_subject_costs_no_time() -> None:
    article = read(b"From: Ann Lee <a@news.example>\nSubject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\n" + TEXT.encode())
    assert (article.title, article.authors) == ("", ("Ann Lee",))
    assert SENTENCES[2] in article.text
