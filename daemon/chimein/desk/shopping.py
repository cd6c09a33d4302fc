"""`list`, `list add`, `list remove` and `list clear`: the shopping list."""

from chimein.core.errors import UsageError
from chimein.desk import Answer, Family, Request
from chimein.flow.kitchen.shopping import ShoppingList


def shopping_list(shopping: ShoppingList) -> Family:
    """The commands of this family."""

    def told() -> Answer:
        return {"items": list(shopping.items)}

    async def read(request: Request) -> Answer:
        return told()

    async def add(request: Request) -> Answer:
        shopping.add(_items(request))
        return told()

    async def remove(request: Request) -> Answer:
        shopping.remove(_items(request))
        return told()

    async def clear(request: Request) -> Answer:
        shopping.clear()
        return told()

    return {"list": read, "list-add": add, "list-remove": remove, "list-clear": clear}


def _items(request: Request) -> list[str]:
    items = request.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item.strip() for item in items):
        raise UsageError("say which things")
    return items
