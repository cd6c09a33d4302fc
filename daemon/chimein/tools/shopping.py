"""The family `shopping`: one list, kept in the store."""

from typing import Annotated

from pydantic import Field

from chimein.core.kitchen.tools import Arguments, Outcome, Tool, tool
from chimein.flow.kitchen.shopping import ShoppingList

FAMILY = "shopping"

Items = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=100)]],
    Field(min_length=1, max_length=30, description="Such as milk, six eggs."),
]


class AddToShoppingList(Arguments):
    """Puts things on the shopping list."""

    items: Items


class RemoveFromShoppingList(Arguments):
    """Takes things off the shopping list."""

    items: Items


class ReadShoppingList(Arguments):
    """Tells what is on the shopping list."""


class ClearShoppingList(Arguments):
    """Takes everything off the shopping list."""


def shopping_tools(shopping: ShoppingList) -> list[Tool]:
    """The tools of this family."""

    def add(asked: AddToShoppingList) -> Outcome:
        added = shopping.add(asked.items)
        return Outcome(f"On the list now: {', '.join(added)}." if added else "It is on the list already.")

    def remove(asked: RemoveFromShoppingList) -> Outcome:
        return Outcome(f"Off the list: {', '.join(shopping.remove(asked.items))}.")

    def read(asked: ReadShoppingList) -> Outcome:
        return Outcome(f"On the shopping list: {', '.join(shopping.items)}." if shopping.items else "It is empty.")

    def clear(asked: ClearShoppingList) -> Outcome:
        shopping.clear()
        return Outcome("The shopping list is empty.")

    return [
        tool(FAMILY, AddToShoppingList, add),
        tool(FAMILY, RemoveFromShoppingList, remove),
        tool(FAMILY, ReadShoppingList, read),
        tool(FAMILY, ClearShoppingList, clear),
    ]
