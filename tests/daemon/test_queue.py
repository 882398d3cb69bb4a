"""Work that waits: once per key, never twice at a time, in a fair order."""

import time
from threading import Thread

import pytest

from reconciler.daemon.queue import MemoryQueue


@pytest.fixture
def queue() -> MemoryQueue:
    return MemoryQueue(first="look")


def test_asking_twice_is_asking_once_with_both_reasons(queue: MemoryQueue) -> None:
    for reason in ("tick", "push: main", "tick"):
        queue.ask("a", reason)
    assert queue.take(0) == ("a", "tick; push: main")
    assert queue.take(0) is None


def test_keys_come_in_the_order_in_which_they_were_asked_for(queue: MemoryQueue) -> None:
    for key in ("b", "a", "c", "b"):
        queue.ask(key, "tick")
    assert [queue.take(0), queue.take(0), queue.take(0)] == [("b", "tick"), ("a", "tick"), ("c", "tick")]


def test_a_key_that_is_held_is_not_handed_out_again_until_it_is_done(queue: MemoryQueue) -> None:
    queue.ask("a", "tick")
    queue.take(0)
    queue.ask("a", "push")
    assert queue.take(0) is None
    queue.done("a")
    assert queue.take(0) == ("a", "push")


def test_a_look_goes_first(queue: MemoryQueue) -> None:
    queue.ask("a", "tick")
    queue.ask("look", "push")
    assert queue.take(0) == ("look", "push")


def test_looks_without_end_do_not_starve_the_environments(queue: MemoryQueue) -> None:
    taken = []
    queue.ask("a", "tick")
    queue.ask("b", "tick")
    for _ in range(4):
        queue.ask("look", "push")
        found = queue.take(0)
        assert found is not None
        taken.append(found[0])
        queue.done(found[0])
    assert taken == ["look", "a", "look", "b"]


def test_a_closed_queue_hands_out_nothing_and_takes_nothing(queue: MemoryQueue) -> None:
    queue.ask("a", "tick")
    queue.close()
    queue.ask("b", "tick")
    assert queue.take(5) is None


def test_whoever_waits_is_woken_by_work_and_by_the_end(queue: MemoryQueue) -> None:
    taken: list[tuple[str, str] | None] = []
    waiters = [Thread(target=lambda: taken.append(queue.take(10))) for _ in range(2)]
    began = time.monotonic()
    for waiter in waiters:
        waiter.start()
    queue.ask("a", "tick")
    while not taken:
        time.sleep(0.001)
    queue.close()
    for waiter in waiters:
        waiter.join()
    assert taken == [("a", "tick"), None]
    assert time.monotonic() - began < 5


def test_many_threads_never_hold_one_key_at_a_time() -> None:
    queue, held, clashes, taken = MemoryQueue(), set[str](), list[str](), list[str]()

    def work() -> None:
        while (found := queue.take(0.05)) is not None:
            key, _ = found
            clashes.extend([key] if key in held else [])
            held.add(key)
            time.sleep(0.0005)
            taken.append(key)
            held.discard(key)
            queue.done(key)

    for number in range(100):
        queue.ask(f"k{number % 7}", str(number))
    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for number in range(200):
        queue.ask(f"k{number % 7}", str(number))
        time.sleep(0.0002)
    for worker in workers:
        worker.join()
    assert clashes == []
    assert set(taken) == {f"k{number}" for number in range(7)}
