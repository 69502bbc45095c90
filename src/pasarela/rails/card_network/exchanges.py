"""Requests in flight: which trace number waits for which answer, until when, and what came too late.

Every request that began ends exactly once: by its answer, by its time-out, or with the connection. One timer
serves all of them, since all wait equally long and so run out in the order in which they began. It sends
nothing itself.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from pasarela.kernel.money import Money
from pasarela.rails.card_network.settings import CardNetworkSettings
from pasarela.rails.contract import Trace
from pasarela.rails.iso8583 import fields as f
from pasarela.rails.iso8583.message import Message


class Exchange:
    """One request and the wait for its answer. `amount` is `None` for network management."""

    __slots__ = ("amount", "answer_mti", "deadline", "reply", "trace")

    def __init__(
        self,
        trace: Trace,
        answer_mti: str,
        amount: Money | None,
        reply: asyncio.Future[Message | None],
        deadline: float,
    ) -> None:
        self.trace = trace
        self.answer_mti = answer_mti
        self.amount = amount
        self.reply = reply
        """The answer; `None` when time ran out or the connection broke."""
        self.deadline = deadline


LateReply = Callable[[Exchange, Message], None]


@dataclass(slots=True)
class ExchangeCounts:
    """How often answers failed to come, came late, or came uncalled-for (repeated, unknown or of another
    type)."""

    timed_out: int = 0
    late: int = 0
    ignored: int = 0


class Exchanges:
    """The table of requests in flight, by trace number. Used from one event loop only."""

    def __init__(self, settings: CardNetworkSettings, on_late: LateReply) -> None:
        self._settings = settings
        self._on_late = on_late
        self._waiting: OrderedDict[str, Exchange] = OrderedDict()  # finds its first in constant time
        self._overdue: OrderedDict[str, Exchange] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self.counts = ExchangeCounts()

    def __len__(self) -> int:
        return len(self._waiting)

    def in_use(self, stan: str) -> bool:
        """Whether an answer with this trace number would still mean something."""
        return stan in self._waiting or stan in self._overdue

    def begin(self, trace: Trace, answer_mti: str, amount: Money | None) -> Exchange | None:
        """Starts waiting; `None` when the trace number is in flight already or too many are."""
        waiting = self._waiting
        if trace.stan in waiting or len(waiting) >= self._settings.in_flight_max:
            return None
        self._overdue.pop(trace.stan, None)  # a repeated request takes the answer to its first sending, too
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._settings.timeout_s
        exchange = Exchange(trace, answer_mti, amount, loop.create_future(), deadline)
        waiting[trace.stan] = exchange
        if self._timer is None:
            self._timer = loop.call_at(deadline, self._expire)
        return exchange

    def answered(self, message: Message) -> None:
        """Takes an answer from the network to whoever waits for it."""
        stan = message.get(f.STAN) or ""
        exchange = self._waiting.get(stan) or self._overdue.get(stan)
        if exchange is None or not _answers(message, exchange):
            self.counts.ignored += 1
        elif stan in self._overdue:
            del self._overdue[stan]
            self.late(exchange, message)
        else:
            del self._waiting[stan]
            if exchange.reply.done():
                self.late(exchange, message)  # its caller was cancelled: nobody has heard this answer
            else:
                exchange.reply.set_result(message)

    def late(self, exchange: Exchange, message: Message) -> None:
        """Passes on an answer whose caller has gone."""
        self.counts.late += 1
        self._on_late(exchange, message)

    def abandon(self) -> None:
        """The connection broke: nobody need wait any longer, but an answer may still come by the next one."""
        while self._waiting:
            self._give_up(next(iter(self._waiting.values())))

    def close(self) -> None:
        """Ends all waits and the timer."""
        self.abandon()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._timer = None
        while self._waiting:
            exchange = next(iter(self._waiting.values()))
            if exchange.deadline > now:
                self._timer = loop.call_at(exchange.deadline, self._expire)
                break
            self.counts.timed_out += 1
            self._give_up(exchange)

    def _give_up(self, exchange: Exchange) -> None:
        stan = exchange.trace.stan
        del self._waiting[stan]
        self._overdue[stan] = exchange
        if len(self._overdue) > self._settings.late_max:
            self._overdue.popitem(last=False)
        if not exchange.reply.done():
            exchange.reply.set_result(None)


def _answers(message: Message, exchange: Exchange) -> bool:
    # Trace numbers come round again; the reference doesn't. Network management has no reference.
    return message.mti == exchange.answer_mti and (exchange.amount is None or message.get(f.RRN) == exchange.trace.rrn)
