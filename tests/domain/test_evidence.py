"""Underlag: what a file is by its content, and which are taken."""

from __future__ import annotations

import io
import zipfile

import pytest

from icengine.domain import evidence
from icengine.domain.evidence import LARGEST, file_fault, file_name, kind_of, size_words

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def packed(**parts: bytes) -> bytes:
    """A zip file; `__` in a name is a slash, `_dot_` a full stop."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


def office(main: str, **more: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(main, b"<x/>")
        for name, content in more.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, evidence.PDF),
        (PNG, evidence.PNG),
        (b"\xff\xd8\xff\xe0rest", evidence.JPEG),
        (b"\0\0\0\x18ftypheic\0\0", evidence.HEIC),
        (b"RIFF\x10\0\0\0WEBPVP8 ", evidence.WEBP),
        (office("word/document.xml"), evidence.WORD),
        (office("xl/workbook.xml"), evidence.EXCEL),
        (office("ppt/presentation.xml"), evidence.POWERPOINT),
        (packed(mimetype=b"application/vnd.oasis.opendocument.text"), evidence.ODT),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), evidence.ODS),
        ("Löpnr;Belopp\n1;200\n".encode(), evidence.TEXT),
        ("Löpnr;Belopp\r\n1;200\r\n".encode("cp1252"), evidence.TEXT),
        ("\ufeffÅtgärd".encode(), evidence.TEXT),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, kind: object) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    "data",
    [
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01\0",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><x/>",
        b"a\0b",
        b"   ",
        office("word/document.xml", word__vbaProject_dot_bin=b"x"),
        packed(
            Basic__Standard__x_dot_xml=b"x", mimetype=b"application/vnd.oasis.opendocument.text"
        ),
        packed(readme_dot_txt=b"x"),
        office("xl/workbook.xml", xl__macrosheets__sheet1_dot_xml=b"x"),
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50,
        b"GIF89a\0\0",
    ],
)
def test_programs_markup_macros_and_what_is_not_known_are_not_taken(data: bytes) -> None:
    assert kind_of(data) is None


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("tom.pdf", b"", "är tom"),
        ("stor.txt", b"x" * (LARGEST + 1), "En fil får vara högst 25 MB"),
        ("lista.pdf", b"MZ\x90\0", "Det som går är PDF, bilder"),
        ("lista.docm", office("word/document.xml", word__vbaProject_dot_bin=b"x"), "har makron"),
        ("lista.zip", packed(readme_dot_txt=b"x"), "är en packad fil. Packa upp den"),
        ("sida.txt", b"<html><script>", "Skriv ut den till PDF"),
        ("lista.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "gammalt Office-format"),
        ("lista.exe", PDF, "Ge den ett namn som slutar på .pdf"),
        ("foto", b"\xff\xd8\xff", "slutar på .jpg eller .jpeg"),
        ("bild.png", PDF, "är till innehållet PDF"),
    ],
)
def test_what_is_not_taken_says_why_and_what_to_do(name: str, data: bytes, part: str) -> None:
    assert part in file_fault(name, data)
    assert f"”{name}”" in file_fault(name, data)


def test_an_office_file_that_calls_itself_macro_enabled_is_not_taken() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", b"application/vnd.ms-excel.sheet.macroEnabled.main")
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert kind_of(data.getvalue()) is None


def test_a_packed_file_with_endless_parts_is_not_looked_into() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for n in range(evidence.ENTRIES):
            archive.writestr(f"word/{n}.xml", b"")
        archive.writestr("word/document.xml", b"<x/>")
    assert kind_of(data.getvalue()) is None


def test_a_file_of_the_largest_size_is_taken_whatever_the_case_of_its_end() -> None:
    assert file_fault("Lista.TXT", b"x" * LARGEST) == ""
    assert file_fault("Rapport.Pdf", PDF) == ""


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\x\\rapport.pdf", "rapport.pdf"),
        ("../../etc/rapport.pdf", "rapport.pdf"),
        ("gpj\u202efdp.exe\n.pdf", "gpjfdp.exe.pdf"),
        ("  ", "fil"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_a_name_has_no_folders_and_no_marks_that_are_not_seen(name: str, kept: str) -> None:
    assert file_name(name) == kept


@pytest.mark.parametrize(
    ("size", "said"),
    [(1, "1 kB"), (340 * 1024, "340 kB"), (1258291, "1,2 MB"), (25 * 1024 * 1024, "25 MB")],
)
def test_a_size_as_people_say_it(size: int, said: str) -> None:
    assert size_words(size).replace("\u00a0", " ") == said
