"""The objects in a JSON document, one at a time: a list of any length is never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final, TextIO, cast

from pricing_core.listings.ingestion.typed_rows import Number

_BLOCK: Final = 1 << 16
_LONGEST_VALUE: Final = 4 << 20
_DEEPEST: Final = 20
_DECODER: Final = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=lambda _name: None)
_BLANKS: Final = " \t\r\n"
Objects = Iterator[tuple[str, dict[str, object]]]


class NotJson(Exception):  # noqa: N818 - told to the reader's caller, who words it
    """The text is no JSON document, or none whose parts can be held in memory."""


def decode(text: str) -> object:
    """One JSON document; numbers stay the text that they are written in.

    Raises
    ------
    NotJson
        When it is none.
    """
    try:
        value, end = _DECODER.raw_decode(text, _blanks(text, 0))
    except (ValueError, RecursionError):
        raise NotJson from None
    if text[end:].strip(_BLANKS):
        raise NotJson
    return cast(object, value)


def objects_in(text: TextIO) -> Objects:
    """Each object of each list of objects in a document, with the name of the list (``""`` for the document itself).

    Raises
    ------
    NotJson
        Where it stops to be one.
    """
    scanner = _Scanner(text)
    yield from scanner.objects("", _DEEPEST)
    if scanner.peek():
        raise NotJson


def _blanks(text: str, place: int) -> int:
    while place < len(text) and text[place] in _BLANKS:
        place += 1
    return place


class _Scanner:
    """A window that moves over the text; lists of objects are walked, everything else is decoded and let go."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._window, self._place = text, "", 0

    def peek(self) -> str:
        """The next character that is not blank; nothing at the end."""
        while True:
            self._place = _blanks(self._window, self._place)
            if self._place < len(self._window):
                return self._window[self._place]
            self._window, self._place = self._text.read(_BLOCK), 0
            if not self._window:
                return ""

    def _take(self, expected: str) -> str:
        found = self.peek()
        if not found or found not in expected:
            raise NotJson
        self._place += 1
        return found

    def _value(self) -> object:
        """Decode the next value, reading on until it is whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._window, self._place)
            except RecursionError:
                raise NotJson from None
            except ValueError:
                end, value = len(self._window), None
                if not self._more():
                    raise NotJson from None
                continue
            # At the very end of the window a number may go on.
            if end == len(self._window) and self._more():
                continue
            self._place = end
            return cast(object, value)

    def _more(self) -> bool:
        left = self._window[self._place :]
        if len(left) > _LONGEST_VALUE:
            raise NotJson
        # Twice as much each time, so that a long value is not decoded again and again.
        more = self._text.read(max(_BLOCK, len(left)))
        self._window, self._place = left + more, 0
        return bool(more)

    def objects(self, name: str, deepest: int) -> Objects:
        """The objects of the lists in the value that begins here."""
        begins = self.peek()
        if begins == "[":
            yield from self._objects_of_list(name)
        elif begins == "{" and deepest:
            yield from self._objects_of_members(deepest)
        else:
            self._value()

    def _objects_of_list(self, name: str) -> Objects:
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        while True:
            value = self._value()
            if isinstance(value, dict):
                yield name, value
            if self._take(",]") == "]":
                return

    def _objects_of_members(self, deepest: int) -> Objects:
        self._take("{")
        if self.peek() == "}":
            self._take("}")
            return
        while True:
            name = self._value()
            self._take(":")
            if not isinstance(name, str):
                raise NotJson
            yield from self.objects(name, deepest - 1)
            if self._take(",}") == "}":
                return
