"""A mail server that is away a day, and a sender that is killed while it hands over a mail."""

from __future__ import annotations

import signal

import pytest
from post import Post
from programs import Place

DAY = "2023-01-31"
"""Five people have something to do, and the controller has a week."""
NEXT = "2023-02-01"


@pytest.fixture
def post() -> Post:
    return Post()


def tick(place: Place, moment: str) -> str:
    code, said = place.run("tick", "--now", moment)
    assert code == 0, said
    assert "Traceback" not in said
    return said


def waiting(place: Place) -> int:
    [[count]] = place.rows("SELECT count(*) FROM outbox WHERE state IN ('väntar', 'sänds')")
    return int(count)


def test_after_a_day_without_a_mail_server_everybody_gets_one_mail_that_is_right(
    sqlite_place: Place, post: Post
) -> None:
    post.used_by(sqlite_place)
    for moment in (f"{DAY}T10:00", f"{DAY}T15:00", f"{NEXT}T08:00"):
        assert "försöks igen" in tick(sqlite_place, moment)
        assert waiting(sqlite_place)
    with post.open():
        tick(sqlite_place, f"{NEXT}T10:00")
    assert waiting(sqlite_place) == 0
    assert post.came
    assert set(post.names().values()) == {1}
    assert set(post.receivers().values()) == {1}
    for mail in post.came:
        assert "2023" in str(mail["Date"])
        assert str(mail["Date"]).startswith("Wed, 01 Feb 2023"), "the day on which it left"
    body = post.came[0].get_body(("plain",))
    assert body is not None
    owed = sqlite_place.rows("SELECT DISTINCT email FROM outbox WHERE state = 'sänd'")
    assert {address for [address] in owed} == set(post.receivers())
    with post.open():
        tick(sqlite_place, f"{NEXT}T11:00")
    assert set(post.names().values()) == {1}


@pytest.mark.parametrize("number", [1, 3])
def test_a_sender_killed_while_it_hands_over_a_mail_sends_at_most_that_one_again(
    sqlite_place: Place, post: Post, number: int
) -> None:
    post.used_by(sqlite_place)
    with post.open():
        post.kill_at, post.victim = number, sqlite_place.start("tick", "--now", f"{DAY}T10:00")
        assert post.victim.end() == -signal.SIGKILL
        assert len(post.came) == number
        tick(sqlite_place, f"{DAY}T10:05")
        assert len(post.came) == number, "it is not known yet that they are lost"
        tick(sqlite_place, f"{DAY}T10:16")
    assert waiting(sqlite_place) == 0
    times = post.names()
    assert sorted(times.values()) == [1] * (len(times) - number) + [2] * number
    assert set(post.receivers()) == {
        address for [address] in sqlite_place.rows("SELECT email FROM letter")
    }
    assert sqlite_place.faults() == ()
