"""Many processes at once: each kontrolltillfälle opens once, and each mail leaves once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx2
import pytest
from post import Post
from programs import DAY, PLAIN, Place, until

from icengine.clock import now
from icengine.domain.calendar import is_working_day, local_date

OPENS = 14
"""Occurrences of the example whose day has come."""
PEOPLE = ("controller", "dataskydd", "informationssakerhet")
OPENED = "SELECT count(*) FROM event WHERE kind = 'kontrolltillfällen öppnade'"
UNSENT = "SELECT count(*) FROM outbox WHERE state IN ('väntar', 'sänds')"


@pytest.fixture
def post() -> Post:
    return Post()


def once(place: Place, post: Post) -> None:
    """Everything has been done, and nothing twice."""
    assert place.rows("SELECT count(*) FROM task WHERE state = 'öppen'") == [[OPENS]]
    assert place.rows(OPENED) == [[1]]
    assert post.came
    assert set(post.names().values()) == {1}
    assert place.faults() == ()


def test_six_ticks_at_once_on_one_file(sqlite_place: Place, post: Post) -> None:
    post.used_by(sqlite_place)
    with post.open():
        ticks = [sqlite_place.start("tick", "--now", DAY) for _ in range(6)]
        for one in ticks:
            assert one.end() == 0, one.said
    once(sqlite_place, post)
    assert set(post.receivers().values()) == {1}


def by_day() -> str:
    """Ten o'clock on the next working day: mails leave by day."""
    day = local_date(now()) + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return f"{day}T10:00"


def logins(post: Post) -> list[str]:
    """Who has got a link to log in by; a page answers before it has seen whether anybody should."""
    return [str(mail["To"]) for mail in post.came if "Logga in" in str(mail["Subject"])]


def test_three_webs_three_workers_and_three_ticks_at_once(
    postgres_place: Place, post: Post
) -> None:
    place = postgres_place
    post.used_by(place)
    with post.open():
        workers = [place.start("worker") for _ in range(3)]
        sites = [place.serve() for _ in range(3)]
        ticks = [place.start("tick") for _ in range(3)]

        def ask(number: int) -> int:
            typed = {"e": f"{PEOPLE[number % 3]}@kommun.example"}
            return httpx2.post(f"{sites[number % 3]}/logga-in", data=typed, **PLAIN).status_code

        with ThreadPoolExecutor(9) as pool:
            assert set(pool.map(ask, [0, 1, 2])) <= {200, 303}
        for worker in workers:
            worker.says("tar jobb")
        assert until(lambda: len(logins(post)) >= len(PEOPLE))
        # Not before: by the clock of the next working day the links have expired, and none is sent.
        ticks += [place.start("tick", "--now", by_day()) for _ in range(3)]
        for one in ticks:
            assert one.end() == 0, one.said
        assert until(lambda: place.rows(UNSENT) == [[0]])
    once(place, post)
    assert len(logins(post)) == len(PEOPLE)
