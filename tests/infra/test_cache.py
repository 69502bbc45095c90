"""The bounded memory forgets what is old and what is too much."""

from pasarela.infra.cache import Recent


class Seconds:
    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def test_get_answers_what_was_put() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)

    assert recent.get("a") == 1
    assert recent.get("b") is None


def test_the_least_recently_used_goes_first() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")
    recent.put("c", 3)

    assert [recent.get(key) for key in "abc"] == [1, None, 3]
    assert len(recent) == 2


def test_entries_grow_old() -> None:
    seconds = Seconds()
    recent: Recent[str, int] = Recent(2, 3.0, monotonic=seconds)
    recent.put("a", 1)
    seconds.passed = 2.9
    assert recent.get("a") == 1

    seconds.passed = 3.0
    assert recent.get("a") is None
    assert len(recent) == 0


def test_a_look_does_not_keep_an_entry_young() -> None:
    seconds = Seconds()
    recent: Recent[str, int] = Recent(2, 3.0, monotonic=seconds)
    recent.put("a", 1)
    for passed in (1.0, 2.0, 2.9):
        seconds.passed = passed
        recent.get("a")
    seconds.passed = 3.1

    assert recent.get("a") is None


def test_forget_and_clear() -> None:
    recent: Recent[str, int] = Recent(3)
    for key in "abc":
        recent.put(key, 1)
    recent.forget("a")
    recent.forget("nothing")
    assert [recent.get(key) for key in "abc"] == [None, 1, 1]

    recent.clear()
    assert len(recent) == 0
