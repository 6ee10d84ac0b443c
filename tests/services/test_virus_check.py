"""The virus check of underlag against a clamd of our own on a real socket: it says what it finds, is
down, hangs up, keeps silent and refuses."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from municipality import at
from test_answers import GREEN, Owner, owner_of

from icengine.bootstrap import Engine, assemble
from icengine.config import Settings
from icengine.domain.access import Person, System
from icengine.domain.evidence import Scan
from icengine.errors import Closed, NotAllowed, NotFound
from icengine.intake.clamd import Clamd, ScanFailed
from icengine.jobs import scan
from icengine.services.controllers_day import controllers_day
from icengine.services.evidence import Sent, add_files, files_of, open_file
from icengine.services.people import current_organisation, import_organisation
from icengine.services.tasks import task_page
from icengine.store import evidence
from icengine.store.db import Database
from icengine.store.evidence import Given

NOW, TEST = at("2022-12-05"), System("test")
# The string that every virus check knows, in two parts so that this file is not taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

Answer = Callable[[bytes], bytes | None]
"""What a file's content is answered with; None hangs up."""


def honest(data: bytes) -> bytes:
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in data else b"stream: OK\0"


def _take(connection: socket.socket) -> bytes:
    """What is sent, by clamd's own protocol."""
    with connection.makefile("rb") as stream:
        assert stream.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        data = b""
        while True:
            (length,) = struct.unpack("!L", stream.read(4))
            if not length:
                return data
            data += stream.read(length)


@contextmanager
def clamd(answer: Answer = honest, path: Path | None = None) -> Iterator[str]:
    """The address of a clamd that answers so."""
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        address = f"unix:{path}"
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    listener.listen()
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                said = answer(_take(connection))
                if said:
                    connection.sendall(said)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield address
    stop.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


# -- the client --


def test_it_says_what_clamd_says_of_small_and_large_files(tmp_path: Path) -> None:
    large = b"x" * 3_000_000
    with clamd() as address, clamd(path=tmp_path / "clamd.sock") as own:
        for where in (address, own):
            assert not Clamd(where).is_infected(b"inget farligt")
            assert not Clamd(where).is_infected(large)
            assert Clamd(where).is_infected(large + EICAR)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda _: b"INSTREAM size limit exceeded. ERROR\0", "INSTREAM size limit exceeded. ERROR"),
        (lambda _: None, "ingenting"),
        (lambda _: b"stream: OK but not quite\0", "stream: OK but not quite"),
    ],
)
def test_anything_else_is_no_answer(answer: Answer, said: str) -> None:
    with clamd(answer) as address, pytest.raises(ScanFailed) as caught:
        Clamd(address).is_infected(b"x")
    assert said in str(caught.value)
    assert not caught.value.unreachable


def test_one_that_refuses_a_large_file_before_it_is_all_sent_is_no_answer_and_not_down() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def refuse() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        with pytest.raises(ScanFailed) as caught:
            Clamd(f"tcp://127.0.0.1:{listener.getsockname()[1]}").is_infected(b"x" * 20_000_000)
        thread.join(5)
    assert not caught.value.unreachable


def test_one_that_is_down_or_keeps_silent_says_so() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(ScanFailed) as caught:
        Clamd(gone).is_infected(b"x")
    assert caught.value.unreachable
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScanFailed) as caught:
            Clamd(address, seconds=0.2).is_infected(b"x")
    assert not caught.value.unreachable


# -- the round --


@pytest.fixture
def owner(adopted: Database) -> Owner:
    return owner_of(adopted, "K6", "2022-12-01")


def given(owner: Owner, *files: tuple[str, bytes]) -> list[int]:
    """Files that wait for the virus check; their numbers."""
    actor = owner.holder.actor
    with owner.database.unit_of_work(actor, NOW) as session:
        wrong = add_files(
            session, actor=actor, now=NOW, task_id=owner.task, answers_as=owner.holder.function,
            files=[Sent(name, data) for name, data in files], checked=True,
        )  # fmt: skip
    assert wrong == ()
    return [item.id for item in stored(owner)]


def leave(owner: Owner, last: date) -> None:
    """The holder's time in the function ends."""
    with owner.database.unit_of_work(TEST, NOW) as session:
        known = current_organisation(session, actor=TEST)
        functions = tuple(
            replace(
                f,
                holders=tuple(
                    replace(h, end=last) if h.email == owner.holder.actor.email else h
                    for h in f.holders
                ),
            )
            for f in known.functions
        )
        import_organisation(
            session, actor=TEST, now=NOW, organisation=replace(known, functions=functions)
        )


def stored(owner: Owner) -> Any:
    with owner.database.reading() as session:
        return evidence.of_task(session, owner.task)


def round_of(owner: Owner, address: str) -> None:
    scanner = Clamd(address, seconds=2)
    engine: Engine = replace(assemble(Settings()), database=owner.database, scanner=scanner)
    scan(engine, scanner, NOW)


def test_a_clean_file_opens_and_an_infected_one_is_gone(owner: Owner) -> None:
    clean, infected = given(owner, ("bra.txt", b"allt bra"), ("farlig.txt", EICAR))
    with clamd() as address:
        round_of(owner, address)
    assert [item.scan for item in stored(owner)] == [Scan.CLEAN, Scan.INFECTED]
    actor = owner.holder.actor
    with owner.database.unit_of_work(actor, NOW) as session:
        found = open_file(session, actor=actor, now=NOW, task_id=owner.task, number=clean)
        assert found.data == b"allt bra"
        assert evidence.content(session, infected) is None
        assert not stored(owner)[1].openable


def test_whoever_no_longer_has_the_task_opens_nothing_by_their_link(owner: Owner) -> None:
    [number] = given(owner, ("lista.txt", b"Lista"))
    with clamd() as address:
        round_of(owner, address)
    owner.save(GREEN, submit=True, now=NOW)
    actor = owner.holder.actor

    def opened(now: Any) -> bytes:
        with owner.database.unit_of_work(actor, now) as session:
            return open_file(session, actor=actor, now=now, task_id=owner.task, number=number).data

    assert opened(NOW) == b"Lista"
    with pytest.raises(Closed):
        opened(at("2023-03-01"))
    leave(owner, date(2022, 12, 10))
    with pytest.raises(NotFound):
        opened(at("2022-12-12"))


def test_whoever_reads_sees_the_files_that_were_there_at_the_hand_in(owner: Owner) -> None:
    given(owner, ("utan-svar.txt", b"ett"))
    reader = Person(77, "lasare@kommun.example", functions=frozenset({"HR-chefen"}))

    def seen() -> list[str]:
        with owner.database.reading() as session:
            page = task_page(session, actor=TEST, now=NOW, task_id=owner.task)
            control = replace(page.control, approver="HR-chefen")
            found = files_of(
                session, actor=reader, task=page.task, control=control, today=page.today
            )
        return [item.name for item in found.there]

    assert seen() == []
    owner.save(GREEN, submit=True, now=at("2022-12-06"))
    assert seen() == ["utan-svar.txt"]
    with owner.database.unit_of_work(TEST, NOW) as session:
        later = Given("senare.txt", "text/plain", b"tre", None)
        evidence.add(
            session, owner.task, later, by="x", person=0, now=at("2022-12-08"), scan=Scan.UNASKED
        )
        session.record("prov", "test")
    assert seen() == ["utan-svar.txt"]


def test_the_controller_is_told_of_a_file_that_was_stopped(owner: Owner) -> None:
    given(owner, ("farlig.txt", EICAR))
    with clamd() as address:
        round_of(owner, address)
    with owner.database.reading() as session:
        day = controllers_day(session, actor=TEST, now=NOW)
    assert [item.task.id for item in day.infected] == [owner.task]
    assert day.unscanned == 0


def test_while_it_is_down_files_wait_and_the_next_round_takes_them(owner: Owner) -> None:
    given(owner, ("a.txt", b"ett"), ("b.txt", b"tva"))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = f"tcp://127.0.0.1:{unused.getsockname()[1]}"
    round_of(owner, gone)
    assert {item.scan for item in stored(owner)} == {Scan.WAITS}
    with clamd() as address:
        round_of(owner, address)
    assert {item.scan for item in stored(owner)} == {Scan.CLEAN}


def test_one_file_that_it_cannot_judge_does_not_keep_the_others_waiting(owner: Owner) -> None:
    given(owner, ("svår.txt", b"svar"), *((f"{n}.txt", f"fil {n}".encode()) for n in range(25)))

    def answer(data: bytes) -> bytes | None:
        return None if data == b"svar" else honest(data)

    with clamd(answer) as address:
        round_of(owner, address)
    scans = [item.scan for item in stored(owner)]
    assert scans == [Scan.WAITS] + [Scan.CLEAN] * 25


def test_only_the_engine_runs_the_round(owner: Owner) -> None:
    from icengine.services.evidence import unscanned

    with owner.database.reading() as session, pytest.raises(NotAllowed):
        unscanned(session, actor=owner.holder.actor)
    with owner.database.reading() as session:
        assert unscanned(session, actor=System("prov")) == ()
