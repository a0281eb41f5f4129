"""The page of `verify --html` in a real browser: the failing cell first, its reason in one click, keys, no network."""

from __future__ import annotations

import psycopg
import pytest
from browser import Browser, chromium
from saasdb.contract import load
from saasdb.report.verify_html import page
from saasdb.settings import find_project
from saasdb.verify.run import verify

pytestmark = pytest.mark.browser
BREAK = 'alter policy "members read their own payments" on public.payments using (true)'


@pytest.fixture(scope="module")
def broken_page(server, project_template, tmp_path_factory):
    """The page of a database in which members read everybody's payments."""
    contract = load(find_project().room("policies", "access.toml"))
    with server.database(project_template) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(BREAK)
        verdict = verify(connection, contract)
    file = tmp_path_factory.mktemp("page") / "access.html"
    file.write_text(page(verdict), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def opened(chrome: Browser, broken_page) -> Browser:
    chrome.requests.clear()
    chrome.dark(False)
    chrome.open("about:blank")
    chrome.open(broken_page.as_uri())
    return chrome


def shown(browser: Browser) -> str:
    return browser.evaluate("document.getElementById('detail').open ? document.getElementById('detail').innerText : ''")


def focused(browser: Browser) -> str:
    return browser.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_reader_sees_the_failing_cell_first_and_its_reason_in_one_click(opened: Browser, broken_page) -> None:
    first = opened.evaluate("document.querySelector('main button').innerText")
    assert "public.payments · member · select" in first
    assert opened.evaluate("document.querySelector('#matrix tr[data-kind] th').innerText") == "public.payments"
    top = opened.evaluate("document.querySelector('main button').getBoundingClientRect().bottom")
    assert top < opened.evaluate("innerHeight")
    opened.click("main button")
    said = shown(opened)
    assert 'policy "members read their own payments"' in said
    assert "select" in said and "reaches" in said
    assert "policies/payments.sql" in said or "access.toml" in said


def test_a_reader_opens_a_sound_cell_and_sees_what_was_tried_and_what_decides(opened: Browser) -> None:
    opened.click('[aria-label^="public.profiles, member, select"]')
    said = shown(opened)
    assert "own" in said and "from public.profiles" in said and 'policy "members read their own profile"' in said


def test_a_reader_filters_by_text_by_persona_and_by_difference(opened: Browser) -> None:
    rows = "[...document.querySelectorAll('#matrix tr[data-kind]')].filter(r => !r.hidden).map(r => r.dataset.name)"
    everything = opened.evaluate(rows)
    assert len(everything) > 20
    opened.click("#text")
    opened.type("subscription")
    some = opened.evaluate(rows)
    assert some and all("subscription" in name for name in some) and len(some) < len(everything)
    opened.evaluate("document.getElementById('text').value = ''")
    opened.click("#wrong")
    assert opened.evaluate(rows) == ["public.payments"]
    opened.click("#wrong")
    choose = "(p => { p.value = 'visitor'; p.dispatchEvent(new Event('input', {bubbles: true})); })"
    opened.evaluate(f"{choose}(document.getElementById('persona'))")
    assert "storage.objects" in opened.evaluate(rows)
    assert "public.payments" not in opened.evaluate(rows)
    opened.click("#denied")
    assert opened.evaluate(rows) and "public.payments" in opened.evaluate(rows)


def test_a_reader_needs_no_mouse(opened: Browser) -> None:
    opened.evaluate("document.querySelector('.cell:not(.denied)').focus()")
    start = focused(opened)
    opened.press("ArrowRight")
    assert focused(opened) != start
    opened.press("ArrowDown")
    below = focused(opened)
    assert below and below.split(",")[0] != start.split(",")[0]
    opened.press("Enter")
    assert below.split(",")[0] in shown(opened)
    opened.press("Escape")
    assert shown(opened) == ""
    assert focused(opened) == below


def test_a_reader_needs_no_colour(opened: Browser) -> None:
    wrong = opened.evaluate("[...document.querySelectorAll('.cell.wrong')].map(c => [c.innerText, c.ariaLabel])")
    assert wrong and all("!" in text and "differs" in label for text, label in wrong)
    denied = opened.evaluate("[...document.querySelectorAll('.cell.denied')].map(c => c.ariaLabel)")
    assert denied and all("denied" in label for label in denied)


@pytest.mark.parametrize("dark", [False, True])
def test_a_reader_has_contrast_by_day_and_by_night(opened: Browser, dark: bool) -> None:
    opened.dark(dark)
    light = """(c => { const n = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
            .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * n[0] + .7152 * n[1] + .0722 * n[2]; })"""
    for selector in ("body", ".cell.wrong", ".cell.allowed", ".finding"):
        ink, ground = (
            opened.evaluate(f"{light}(getComputedStyle(document.querySelector({selector!r})).{name})")
            for name in ("color", "backgroundColor")
        )
        assert (max(ink, ground) + 0.05) / (min(ink, ground) + 0.05) > 4.5, f"{selector}: {ink} on {ground}"


def test_the_page_asks_no_network_for_anything(opened: Browser, broken_page) -> None:
    opened.click("main button")
    assert [url for url in opened.requests if not url.startswith((broken_page.as_uri(), "about:", "data:"))] == []
