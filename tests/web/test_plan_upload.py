"""A plan as a file in the browser: downloaded, handed in with what it would change, and read in."""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from municipality import REASONS
from plan_lives import done, drafted, plan_of, sent
from test_next_year_pages import MANAGER, manager, with_protected
from web_site import ACTOR, CONTROLLER, Form, Site

from icengine.domain.draft import Document
from icengine.domain.plan import Plan
from icengine.domain.plan_document import plan_document
from icengine.intake.planfile import plan_text
from icengine.intake.workbook import write_workbook
from icengine.services.drafts import begin_draft, draft_of, save_draft
from icengine.services.planfiles import stored_plan
from icengine.services.plans import adopt_plan
from icengine.web.security import BODY_LIMIT

__all__ = ["manager"]
PAGE = "/planer/ks-2022/utkast/fil"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stored(site: Site, key: str = "ks-2022", adopted: bool = False) -> Any:
    with site.database.reading() as session:
        return stored_plan(session, actor=ACTOR, key=key, adopted=adopted)


def draft(site: Site, key: str = "ks-2022") -> Any:
    with site.database.reading() as session:
        return draft_of(session, actor=ACTOR, key=key)


def hand_in(browser: Any, data: bytes, name: str = "ks-2022.xlsx", page: str = PAGE, **fields: str) -> Any:  # fmt: skip
    return browser.post(page, files={"fil": (name, data)}, data=fields)


def carried(page: str) -> dict[str, str]:
    """What the button below the difference sends."""
    fields = Form(re.search(r'<form class="card" method.*?</form>', page, re.DOTALL)[0]).fields  # type: ignore[index]
    # A browser sends every line end as two signs.
    return {
        name: html.unescape(text).replace("\n", "\r\n") for name, text in fields.items() if name
    } | {"gor": "las-in"}


def retitled(document: Document, title: str) -> Document:
    first, *rest = document["risker"]
    return document | {"risker": [first | {"titel": title}, *rest]}


def workbook(site: Site, title: str, **more: Any) -> bytes:
    """The stored plan as a workbook with another title on its first risk."""
    found = stored(site)
    values = {"basis": found.basis} | more
    return write_workbook(retitled(found.document, title), found.organisation, **values)


def protect(site: Site) -> None:
    adopt(site, with_protected(plan_of(site), "K7"))


def adopt(site: Site, plan: Plan) -> None:
    done(
        site, adopt_plan, plan=plan, dnr="1", decided=date(plan.year, 1, 2), paragraph="§ 1",
        reasons=REASONS,
    )  # fmt: skip


# -- out --


def test_the_plan_is_downloaded_as_a_workbook_and_as_a_text_file(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    book = browser.get("/planer/ks-2022/plan.xlsx")
    assert book.status_code == 200
    assert book.headers["content-type"] == XLSX
    assert book.headers["content-disposition"] == "attachment; filename*=UTF-8''ks-2022.xlsx"
    assert book.headers["x-content-type-options"] == "nosniff"
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book.content)).namelist()
    text = browser.get("/planer/ks-2022/plan.yaml")
    found = stored(site)
    assert text.text == plan_text(found.document, found.basis)
    assert "# hämtad från: ks-2022, version 1" in text.text
    assert text.headers["content-disposition"].startswith("attachment")


def test_the_draft_is_downloaded_where_there_is_one_unless_the_adopted_is_asked_for(
    site: Site,
) -> None:
    drafted(site, lambda document: retitled(document, "Ett utkast"))
    browser = site.log_in(CONTROLLER)
    assert "Ett utkast" in browser.get("/planer/ks-2022/plan.yaml").text
    assert "Ett utkast" not in browser.get("/planer/ks-2022/plan.yaml?antagen=1").text
    page = browser.get("/planer/ks-2022/utkast").text
    assert 'href="/planer/ks-2022/plan.xlsx"' in page
    assert f'href="{PAGE}"' in page
    assert 'href="/planer/ks-2022/plan.xlsx?antagen=1"' in browser.get("/planer/ks-2022").text


def test_a_plan_with_protected_controls_is_no_file_for_those_who_may_not_read_them(
    site: Site, manager: str
) -> None:
    chef = site.log_in(manager)
    for suffix in ("xlsx", "yaml"):
        assert chef.get(f"/planer/ks-2022/plan.{suffix}").status_code == 200
    assert "plan.xlsx" in chef.get("/planer/ks-2022").text
    protect(site)
    for address in ("plan.xlsx", "plan.yaml", "plan.xlsx?antagen=1"):
        refused = chef.get(f"/planer/ks-2022/{address}")
        assert refused.status_code == 403
        assert "skyddade kontroller som du inte får läsa" in refused.text
    assert "plan.xlsx" not in chef.get("/planer/ks-2022").text
    drafted(site)
    assert chef.get("/planer/ks-2022/plan.xlsx").status_code == 403
    assert "plan.xlsx" not in chef.get("/planer/ks-2022/utkast").text


def test_that_protected_controls_were_downloaded_is_kept_in_the_log(site: Site) -> None:
    protect(site)
    browser = site.log_in(CONTROLLER)
    events = site.count("event")
    assert browser.get("/planer/ks-2022/plan.xlsx").status_code == 200
    assert site.count("event") == events + 1
    assert "Läste skyddat innehåll" in browser.get("/handelser?plan=ks-2022").text


def test_a_draft_that_no_workbook_can_hold_says_so_and_comes_as_text(site: Site) -> None:
    drafted(site, lambda document: document | {"risker": [*document["risker"], "inte en risk"]})
    browser = site.log_in(CONTROLLER)
    refused = browser.get("/planer/ks-2022/plan.xlsx")
    assert refused.status_code == 422
    assert "Planen ryms inte i en Excelfil" in refused.text
    assert "inte en risk" in browser.get("/planer/ks-2022/plan.yaml").text


# -- in: the way that works --


def test_a_workbook_shows_what_it_would_change_and_is_then_read_in_without_being_sent_again(
    site: Site,
) -> None:
    browser = site.log_in(CONTROLLER)
    assert browser.get(PAGE).status_code == 200
    seen = hand_in(browser, workbook(site, "Nytt namn"))
    assert seen.status_code == 200
    assert "<del>Digital tillgänglighet</del>" in seen.text
    assert "<ins>Nytt namn</ins>" in seen.text
    assert "Ingenting är sparat än." in seen.text
    assert site.count("plan_draft") == 0
    stored_now = browser.post(PAGE, data=carried(seen.text), files={"fil": ("", b"")})
    assert stored_now.status_code == 303
    assert stored_now.headers["location"] == "/planer/ks-2022/utkast?klart=inlast"
    assert "Filen är inläst." in browser.get(stored_now.headers["location"]).text
    found = draft(site)
    assert (found.number, found.document["risker"][0]["titel"]) == (2, "Nytt namn")


@pytest.mark.parametrize("name", ["ks-2022.yaml", "KS-2022.YML"])
def test_a_text_file_is_taken_in_as_well(site: Site, name: str) -> None:
    browser = site.log_in(CONTROLLER)
    found = stored(site)
    text = plan_text(retitled(found.document, "Nytt namn"), found.basis)
    seen = hand_in(browser, text.encode(), name)
    assert seen.status_code == 200
    assert browser.post(PAGE, data=carried(seen.text)).status_code == 303
    assert draft(site).document["risker"][0]["titel"] == "Nytt namn"


def test_what_is_downloaded_and_handed_in_again_changes_nothing(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    assert hand_in(browser, workbook(site, "Nytt namn"), gor="las-in").status_code == 303
    for suffix in ("xlsx", "yaml"):
        data = browser.get(f"/planer/ks-2022/plan.{suffix}").content
        events = site.count("event")
        seen = hand_in(browser, data, f"plan.{suffix}")
        assert "Ingenting skiljer filen från utkastet." in seen.text
        assert "Läs in</button>" not in seen.text
        again = hand_in(browser, data, f"plan.{suffix}", gor="las-in")
        assert again.headers["location"].endswith("?klart=samma")
    assert site.count("event") == events


def test_everything_in_the_plan_survives_the_way_through_the_page(site: Site) -> None:
    """Texts of several lines, signs that mean something to HTML, and spaces."""
    browser = site.log_in(CONTROLLER)
    title = 'Två "ord" & <b>fler</b>'
    text = "En rad\n\n  en till, indragen\n- och en: punkt\ttabb"
    document = retitled(stored(site).document, title)
    document["risker"][0]["risken att"] = text
    document["risker"][0]["kontroller"][0]["metod"] = text
    data = plan_text(document, stored(site).basis).encode()
    seen = hand_in(browser, data, "a.yaml")
    assert browser.post(PAGE, data=carried(seen.text)).status_code == 303
    direct = draft(site)
    assert hand_in(browser, plan_text(document, stored(site).basis).encode(), "a.yaml",
                   gor="las-in").headers["location"].endswith("samma")  # fmt: skip
    assert direct.document["risker"][0]["titel"] == title


def test_a_plan_that_is_not_begun_begins_with_a_file_even_where_the_draft_is_empty(
    site: Site,
) -> None:
    browser = site.log_in(CONTROLLER)
    plan = replace(plan_of(site), year=2024, title="", carry_to=2025)
    document = plan_document(plan, site.organisation())
    document["risker"] = document["risker"][7:]
    document["risker"][0]["kontroller"][0]["frekvens"] = "oktober"
    data = write_workbook(document, site.organisation())
    page = "/planer/ks-2024/utkast/fil"
    seen = hand_in(browser, data, page=page)
    assert seen.status_code == 200
    assert "Filen innehåller en risk och ett kontrollmoment." in seen.text
    done(site, begin_draft, unit="ks", year=2024)
    assert browser.post(page, data=carried(seen.text)).status_code == 303
    assert len(draft(site, "ks-2024").document["risker"]) == 1


def test_a_table_of_ones_own_needs_not_say_unit_or_year(site: Site) -> None:
    rows = (
        "Processområde;Risk;S;K;Kontrollmoment;Kontrollmetod;Tidpunkt;Kontrollansvarig\n"
        "Ekonomi;Risk att fakturor betalas två gånger;3;3;Dubbla fakturor;Kör rapporten;oktober;Ekonomichefen\n"
    )
    browser = site.log_in(CONTROLLER)
    page = "/planer/ks-2024/utkast/fil"
    seen = hand_in(browser, rows.encode(), "ik.csv", page)
    assert seen.status_code == 200
    assert "Så är filen läst" in seen.text
    assert browser.post(page, data=carried(seen.text)).status_code == 303
    assert draft(site, "ks-2024").unit == "ks"


# -- in: what is wrong with a file --


def test_every_problem_is_said_with_its_cell_and_nothing_is_stored(site: Site) -> None:
    document = stored(site).document
    document["risker"][0]["kontroller"][0]["frekvens"] = "då och då"
    document["risker"][3]["sannolikhet"] = 9
    refused = hand_in(site.log_in(CONTROLLER), write_workbook(document, site.organisation()))
    assert refused.status_code == 422
    assert re.search(
        r'<th scope="row">Kontroller![A-Z]+2</th><td>.*då” kan inte läsas', refused.text
    )
    assert re.search(r'<th scope="row">Risker![A-Z]+5</th><td>.*9', refused.text)
    assert "<title>Fel: " in refused.text
    assert site.count("plan_draft") == 0


def test_a_text_file_with_faults_names_the_row(site: Site) -> None:
    refused = hand_in(site.log_in(CONTROLLER), b"enhet: ks\n\tfel: ja\n", "plan.yaml")
    assert refused.status_code == 422
    assert re.search(r'<th scope="row">rad \d', refused.text)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Välj en fil."),
        ([("fil", ("", b""))], "Välj en fil."),
        ([("fil", ("a.xlsx", b"x")), ("fil", ("b.xlsx", b"x"))], "Välj en fil i taget."),
        ([("fil", ("a.xlsx", b"x")), ("annan", ("b.xlsx", b"x"))], "Välj en fil i taget."),
        ([("fil", ("plan.pdf", b"%PDF"))], "Filen ska sluta på .xlsx, .ods, .csv eller .yaml."),
        ([("fil", ("plan", b"enhet: ks"))], "Filen ska sluta på .xlsx, .ods, .csv eller .yaml."),
        ([("fil", ("plan.xls", b"x"))], "Spara om den som .xlsx."),
        ([("fil", ("plan.xlsx", b""))], "Filen är tom."),
    ],
)
def test_what_is_no_file_to_read_is_said_at_the_field(
    site: Site, files: list[Any], said: str
) -> None:
    browser = site.log_in(CONTROLLER)
    sent: dict[str, Any] = {"files": files} if files else {"data": {"gor": ""}}
    refused = browser.post(PAGE, **sent)
    assert refused.status_code == 422
    assert f'<a href="#fil">{said}' in refused.text or said in refused.text
    assert 'aria-invalid="true"' in refused.text


@pytest.mark.parametrize("data", [b"inget kalkylblad", b"PK\x03\x04trasig", bytes(range(256)) * 50])
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "csv", "yaml"])
def test_a_file_that_is_not_what_it_says_is_refused_and_never_a_fault_of_ours(
    site: Site, data: bytes, suffix: str
) -> None:
    refused = hand_in(site.log_in(CONTROLLER), data, f"plan.{suffix}")
    assert refused.status_code == 422
    assert 'id="problem"' in refused.text


def test_a_file_about_another_plan_is_not_read_in_here(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    document = plan_document(plan_of(site), site.organisation())
    for key, said in (("år", "2023"), ("enhet", "son")):
        other = document | {key: said}
        for data, name in (
            (plan_text(other).encode(), "annan.yaml"),
            (write_workbook(other, site.organisation()), "annan.xlsx"),
        ):
            refused = hand_in(browser, data, name, gor="las-in")
            assert refused.status_code == 422, (name, said)
    assert site.count("plan_draft") == 0


def test_a_unit_under_its_name_is_the_same_unit(site: Site) -> None:
    document = plan_document(plan_of(site), site.organisation())
    data = write_workbook(document | {"enhet": "Kommunstyrelsen"}, site.organisation())
    assert hand_in(site.log_in(CONTROLLER), data).status_code == 200


# -- in: what is no form --


def test_a_body_that_is_too_large_is_turned_away(site: Site) -> None:
    refused = hand_in(site.log_in(CONTROLLER), b"x" * BODY_LIMIT)
    assert refused.status_code == 413
    assert "större än vad vi tar emot" in refused.text


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b"{}"),
        ("text/plain", b"x"),
        ("", b"x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"inget alls"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--\r\n"),
        ("multipart/form-data; boundary=a; charset=punycode", b"--a--\r\n"),
        ("multipart/form-data; boundary=a", b"".join(
            b'--a\r\nContent-Disposition: form-data; name="f"\r\n\r\nx\r\n' for _ in range(30)
        ) + b"--a--\r\n"),
    ],
)  # fmt: skip
def test_what_no_form_of_ours_sends_is_refused(site: Site, kind: str, content: bytes) -> None:
    browser = site.log_in(CONTROLLER)
    headers = {"content-type": kind} if kind else {}
    refused = browser.post(PAGE, content=content, headers=headers)
    assert refused.status_code == 422


# -- in: with others --


def test_a_file_from_an_older_draft_is_a_conflict_that_shows_what_differs(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    drafted(site)
    mine = workbook(site, "Min titel")
    save(site, retitled(draft(site).document, "En annans"))
    seen = hand_in(browser, mine)
    assert seen.status_code == 409
    assert "Någon annan har sparat utkastet sedan filen hämtades." in seen.text
    assert "--force" not in seen.text
    assert re.search(r"<del>En annans\s*</del>", seen.text)
    assert hand_in(browser, mine, gor="las-in").status_code == 409
    assert draft(site).document["risker"][0]["titel"] == "En annans"
    assert browser.post(PAGE, data=carried(seen.text)).status_code == 303
    assert draft(site).document["risker"][0]["titel"] == "Min titel"


def test_only_the_draft_that_was_seen_is_replaced(site: Site) -> None:
    browser = site.log_in(CONTROLLER)
    drafted(site)
    mine = workbook(site, "Min titel")
    save(site, retitled(draft(site).document, "En annans"))
    seen = hand_in(browser, mine)
    save(site, retitled(draft(site).document, "En tredjes"))
    again = browser.post(PAGE, data=carried(seen.text))
    assert again.status_code == 409
    assert "En tredjes" in again.text
    assert draft(site).document["risker"][0]["titel"] == "En tredjes"


def test_what_somebody_saved_while_the_difference_was_looked_at_is_not_overwritten(
    site: Site,
) -> None:
    browser = site.log_in(CONTROLLER)
    drafted(site)
    seen = hand_in(browser, workbook(site, "Min titel"))
    assert seen.status_code == 200
    save(site, retitled(draft(site).document, "En annans"))
    assert browser.post(PAGE, data=carried(seen.text)).status_code == 409
    assert draft(site).document["risker"][0]["titel"] == "En annans"


def save(site: Site, document: Document) -> None:
    done(site, save_draft, unit="ks", year=2022, document=document)


def test_a_plan_that_is_sent_to_the_decision_takes_no_file(site: Site) -> None:
    sent(site)
    browser = site.log_in(CONTROLLER)
    for answer in (browser.get(PAGE), hand_in(browser, b"x")):
        assert answer.status_code == 422
        assert "skickad till beslut" in answer.text


# -- who may --


def test_whoever_only_reads_hands_nothing_in(site: Site, manager: str) -> None:
    chef = site.log_in(manager)
    assert chef.get(PAGE).status_code == 403
    assert hand_in(chef, b"x").status_code == 403
    assert manager == MANAGER
    for page in ("/planer/son-2022/utkast/fil", "/planer/ks/utkast/fil", "/planer/ks-22/utkast/fil",
                 "/planer/ks-1999/utkast/fil", "/planer/-2022/utkast/fil"):  # fmt: skip
        assert chef.get(page).status_code == 404


def test_a_controller_who_may_not_read_what_is_protected_does_not_replace_it(site: Site) -> None:
    from icengine.domain.access import Permit, Person
    from icengine.errors import NotAllowed
    from icengine.services.planfiles import import_plan, preview_plan
    from icengine.services.planupload import counter

    plan = plan_of(site)
    protect(site)
    held = (Permit.READ, Permit.FOLLOW, Permit.CONTROL)
    half = Person(9, "x@kommun.example", frozenset((permit, "ks") for permit in held))
    with site.database.unit_of_work(half, site.now) as session:
        for service, values in (
            (counter, {"key": "ks-2022"}),
            (preview_plan, {"plan": plan}),
            (import_plan, {"plan": plan, "now": site.now, "force": True}),
            (stored_plan, {"key": "ks-2022"}),
        ):
            with pytest.raises(NotAllowed, match="skyddade"):
                service(session, actor=half, **values)
