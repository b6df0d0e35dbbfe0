"""Slows down the guessing of passwords and keys, without letting a stranger stop anybody else.

A name at an address has five tries, then a pause that grows with each further one. A name alone and an address alone
have many more: enough that mistakes of an office, or tries from elsewhere, stop nobody, and few enough that guessing
from many addresses or at many names is slow. Whoever has come in from an address before is held only to the five.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from pricing_core.errors import TooManyTriesError
from pricing_core.store import Store, Try, utcnow

_FREE_TOGETHER: Final = 5
_FREE_FOR_A_NAME: Final = 30
_FREE_FROM_AN_ADDRESS: Final = 60
# The pause after the last free try, doubled by each further one; it ends by itself.
_PAUSE_SECONDS: Final = 30
_LONGEST_PAUSE_SECONDS: Final = 900
_COUNTED: Final = timedelta(hours=1)
# One customer of a provider has at least so much of IPv6, and may come from any address in it.
_IPV6_PREFIX: Final = 64


@dataclass(frozen=True)
class Guess:
    """A try that was counted, and may now be checked."""

    name: str
    address: str


class Throttle:
    """Counts each try before it is checked, so that many at once are not all checked.

    Parameters
    ----------
    store
        Where tries are counted, for all processes.
    """

    def __init__(self, store: Store) -> None:
        self._tries = store.tries

    def admit(self, name: str, address: str) -> Guess:
        """Count a try.

        Parameters
        ----------
        name
            Whose password or key is tried; what a stranger made up must have been made harmless.
        address
            Where the try comes from.

        Raises
        ------
        TooManyTriesError
            When there is a pause; that try is not counted, and must not be checked.
        """
        guess, now = Guess(name, place(address)), utcnow()

        def wait(tries: Sequence[Try], known: bool) -> int:
            return _seconds_to_wait(guess, tries, known, now)

        if seconds := self._tries.add(guess.name, guess.address, now, _COUNTED, wait):
            raise TooManyTriesError(seconds)
        return guess

    def forgive(self, guess: Guess) -> None:
        """Forget the tries of a name at an address that was right now, and remember that it was."""
        self._tries.forgive(guess.name, guess.address, utcnow())


def place(address: str) -> str:
    """What an address is counted as: itself, or the network that one customer has of IPv6."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ascii(address)[1:-1][:64]
    if read.version == 4:
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _IPV6_PREFIX), strict=False))


def _seconds_to_wait(guess: Guess, tries: Sequence[Try], known: bool, now: datetime) -> int:
    of_name = [each.at for each in tries if each.name == guess.name]
    from_address = [each.at for each in tries if each.address == guess.address]
    together = [each.at for each in tries if (each.name, each.address) == (guess.name, guess.address)]
    wait = _pause(together, _FREE_TOGETHER, now)
    if known:
        return wait
    return max(wait, _pause(of_name, _FREE_FOR_A_NAME, now), _pause(from_address, _FREE_FROM_AN_ADDRESS, now))


def _pause(moments: Sequence[datetime], free: int, now: datetime) -> int:
    if len(moments) < free:
        return 0
    pause = min(_LONGEST_PAUSE_SECONDS, _PAUSE_SECONDS << min(len(moments) - free, 10))
    return max(0, ceil(pause - (now - max(moments)).total_seconds()))
