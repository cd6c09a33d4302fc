"""`usage`: what each day has cost, the latest minutes included."""

from typing import Protocol

from chimein.core.errors import UsageError
from chimein.core.money.days import MOST_DAYS, Json, days_json, first_day
from chimein.core.money.ledger import Tally
from chimein.desk import Answer, Family, Request
from chimein.flow.money.account import Account


class Memory(Protocol):
    """What this needs of the store."""

    def tallies(self, first: str, last: str) -> dict[str, Tally]: ...


def money(account: Account, memory: Memory) -> Family:
    """The commands of this family."""

    async def usage(request: Request) -> Answer:
        number = request.get("days", 1)
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_DAYS:
            raise UsageError(f"days is a number from 1 to {MOST_DAYS}")
        last = account.day
        first = first_day(last, number)
        days = memory.tallies(first, last)
        for day, more in account.unwritten().items():
            if first <= day <= last:
                days[day] = days.get(day, Tally()) + more
        answer: Json = {"first": first, "last": last, "days": days_json(days), "doubt": account.doubt()}
        return answer

    return {"usage": usage}
