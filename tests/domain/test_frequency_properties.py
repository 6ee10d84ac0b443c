"""What holds for every frequency text."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from icengine.domain.calendar import MONTHS, is_working_day
from icengine.domain.frequency import Frequency, Kind, Unread, Window, read_frequency
from icengine.domain.timing import TimingRule, timed

DAY = timedelta(days=1)
YEARS = st.integers(2020, 2040)

EQUAL_PARTS = {
    1: ("1 gång per år", "årligen", "en gång under året"),
    2: ("2 gånger per år", "halvårsvis", "1/halvår", "var 6:e månad"),
    3: ("minst 3 ggr/år", "varje tertial", "var fjärde månad"),
    4: ("4 gånger om året", "kvartalsvis", "två gånger per halvår"),
    6: ("ca 6 gånger per år", "varannan månad", "2 ggr per tertial"),
    8: ("2 gånger per kvartal", "två ggr/kv"),
    12: ("12 gånger per år", "månadsvis", "I gång/mån", "tre gånger per kvartal"),
}
RHYTHM = st.sampled_from([(n, text) for n, texts in EQUAL_PARTS.items() for text in texts])

WORDS = st.sampled_from(
    """en två 2 3 6 12 31 gång gånger ggr per i om / år året kvartal månad tertial vecka varje var
    varannan tredje mars oktober februari jan jul – och , : ( ) . senast före under våren höst tidig
    slutet av 2025 2026 2027 efter löpande vid behov bokslut delår helår årsskiftet vintern med
    start vartannat Q2 T1 v. H2 2026-09-15 30/4 till från mellan minst ca samband nästa gång jämna
    årligen kvartalsvis mandatperiod redovisas enligt plan inte eller""".split()  # noqa: SIM905 - a list of 80 strings is no easier to read
)
SOUP = st.lists(WORDS, max_size=9).map(" ".join)

MONTH = st.sampled_from(MONTHS)
DATE = st.builds("{} {}".format, st.integers(1, 28), MONTH)
ITEM = st.one_of(
    MONTH,
    DATE,
    st.builds("senast {}".format, DATE),
    st.builds("{}–{}".format, MONTH, MONTH),
    st.builds("vecka {}".format, st.integers(1, 52)),
    st.builds("{} {}".format, st.sampled_from(["kvartal", "Q", "tertial"]), st.integers(1, 3)),
    st.sampled_from(
        ["våren", "hösten", "mellandagarna", "årsskiftet", "bokslut", "delår", "helår"]
    ),
    st.sampled_from(["tidig höst", "slutet av året", "före sommaren", "vintern 2026/2027"]),
)
DATED = st.builds("{}{}".format, ITEM, st.sampled_from(["", "", " 2026", " 2027", " året efter"]))
LISTING = st.lists(DATED, min_size=1, max_size=4).map(", ".join)


def read(text: str, year: int) -> Frequency:
    found = read_frequency(text, year)
    assert isinstance(found, Frequency), found
    return found


def check(found: Frequency, year: int) -> None:
    """What holds for all that is read."""
    windows = found.windows
    assert len({window.slot for window in windows}) == len(windows)
    for window in windows:
        assert date(year, 1, 1) <= window.start <= window.end <= date(year + 1, 12, 31)
    for earlier, later in pairwise(windows):
        assert earlier.end < later.start
    again = read(found.canonical, year)
    assert (again.windows, again.kind) == (windows, found.kind)
    assert again.canonical == found.canonical
    if found.kind is Kind.EVENT:
        assert windows == ()


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=60), year=st.integers())
def test_no_text_raises(text: str, year: int) -> None:
    found = read_frequency(text, year)
    assert found.text == text
    if isinstance(found, Unread):
        assert found.problem
        assert found.hint


@settings(max_examples=40, deadline=None)
@given(text=SOUP)
def test_words_in_any_order_are_read_well_or_not_at_all(text: str) -> None:
    found = read_frequency(text, 2026)
    if isinstance(found, Frequency):
        check(found, 2026)


@settings(max_examples=40, deadline=None)
@given(text=LISTING)
def test_lists_are_in_order_and_do_not_overlap(text: str) -> None:
    found = read_frequency(text, 2026)
    if isinstance(found, Frequency):
        check(found, 2026)
        assert len(found.windows) == text.count(",") + 1


@settings(max_examples=20, deadline=None)
@given(rhythm=RHYTHM, year=YEARS)
def test_n_times_are_n_windows_that_share_the_year(rhythm: tuple[int, str], year: int) -> None:
    count, text = rhythm
    found = read(text, year)
    check(found, year)
    windows = found.windows
    assert len(windows) == count
    assert (windows[0].start, windows[-1].end) == (date(year, 1, 1), date(year, 12, 31))
    for earlier, later in pairwise(windows):
        assert later.start == earlier.end + DAY


@settings(max_examples=20, deadline=None)
@given(year=YEARS)
def test_weeks_run_on_without_gaps(year: int) -> None:
    windows = read("varje vecka", year).windows
    assert len(windows) in (52, 53)
    assert all(b.start == a.end + DAY for a, b in pairwise(windows))
    assert all(window.end.weekday() == 6 for window in windows)


@settings(max_examples=20, deadline=None)
@given(
    text=st.one_of(LISTING, RHYTHM.map(lambda pair: pair[1])), gap=st.sampled_from(" \t\n\u00a0")
)
def test_case_and_white_space_do_not_matter(text: str, gap: str) -> None:
    found = read_frequency(text, 2026)
    for other in (text.upper(), text.title(), f"{gap}{text.replace(' ', gap * 2)}{gap}."):
        again = read_frequency(other, 2026)
        assert type(again) is type(found)
        if isinstance(found, Frequency) and isinstance(again, Frequency):
            assert again.windows == found.windows


@settings(max_examples=20, deadline=None)
@given(
    months=st.lists(st.sampled_from(MONTHS), min_size=1, max_size=6, unique=True),
    more=st.integers(0, 2),
)
def test_count_and_dates_must_agree(months: list[str], more: int) -> None:
    text = f"{len(months) + more} gånger per år: {', '.join(months)}"
    found = read_frequency(text, 2026)
    assert isinstance(found, Frequency) is (more == 0)


@settings(max_examples=20, deadline=None)
@given(text=LISTING)
def test_a_label_reads_back_to_its_period(text: str) -> None:
    found = read_frequency(text, 2026)
    if isinstance(found, Frequency):
        for window in found.windows:
            [again] = read(window.label, 2026).windows
            assert again.end == window.end
            assert again.label == window.label or again.label.startswith("helår")


@settings(max_examples=30, deadline=None)
@given(
    start=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    length=st.integers(0, 400),
    before=st.integers(0, 90),
    after=st.one_of(st.none(), st.integers(0, 20)),
)
def test_a_task_is_due_on_a_working_day_and_opens_before_it(
    start: date, length: int, before: int, after: int | None
) -> None:
    window = Window("slot", "label", start, start + timedelta(days=length))
    found = timed(window, TimingRule(before, after))
    assert found.opens <= found.due
    assert is_working_day(found.due)
    assert found.due > window.end if after else found.due <= window.end
    assert found.opens >= start or found.opens == found.due
