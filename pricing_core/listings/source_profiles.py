"""Profiles of sources: found for a header, put to use with what a person says beside them, saved and removed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from pricing_core.errors import InputError, NotFoundError, StorageError
from pricing_core.listings.ingestion.header import Header
from pricing_core.listings.ingestion.matching import FIELDS, ColumnsSaid, SettingsOf
from pricing_core.nouns import Actor
from pricing_core.nouns.names import cleaned
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice, ColumnSettings, Profile
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.words import Message

_LONGEST: Final = 80


class SourceProfiles:
    """The saved profiles of one installation.

    Parameters
    ----------
    settings
        Whether there is a home at all.
    store
        Where profiles are kept.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store

    def all(self) -> list[Profile]:
        """Every profile, by name."""
        return self._store.profiles.all()

    def get(self, name: str) -> Profile:
        """One profile.

        Raises
        ------
        NotFoundError
            Naming those that there are.
        """
        found = self._store.profiles.get(name) if self._settings.has_home() else None
        if found is None:
            names = [each.name for each in self.all()] if self._settings.has_home() else []
            if not names:
                raise NotFoundError("There is no profile {name:quoted}: none was saved yet.", name=name[:_LONGEST])
            raise NotFoundError(
                "There is no profile {name:quoted}: there are {names:list quoted}.", name=name[:_LONGEST], names=names
            )
        return found

    def remove(self, name: str, *, actor: Actor) -> None:
        """Forget a profile.

        Raises
        ------
        NotFoundError
            When there is none of that name.
        """
        actor.must("analyst", Message("remove profiles"))
        self._store.profiles.remove(self.get(name).name)

    def save(self, name: str, header: Header, *, actor: Actor) -> Message:
        """Keep how a table was read, all of its columns; gives a sentence on it."""
        clean = checked_name(name)
        actor.must("analyst", Message("save profiles"))
        profile = Profile(clean, header.names, settings_in(header), actor.name, utcnow())
        replaced = self._store.profiles.save(profile)
        return Message(
            "The profile {name:quoted} was replaced: files with this header are read so from now on."
            if replaced
            else "The profile {name:quoted} was saved: files with this header are read so from now on.",
            name=clean,
        )

    def settings_of(self, choice: ColumnChoice = AS_NAMED, fields: Sequence[str] = FIELDS) -> SettingsOf:
        """What is to be taken for said of the columns of a table, once its header is known.

        Parameters
        ----------
        fields
            What a column can be, beside what the client declares.

        Raises
        ------
        NotFoundError
            When a profile is asked for that is not there.
        InputError
            When the settings are to be saved under a name that is none.
        """
        if choice.save_as:
            checked_name(choice.save_as)
        named = self.get(choice.profile) if choice.profile else None
        known = frozenset(("", *fields, *self._settings.columns.names))

        def said(header: Sequence[str]) -> ColumnsSaid:
            profile = named or self._for_header(header)
            if profile is None:
                return ColumnsSaid(choice.settings)
            return ColumnsSaid(choice.settings.over(_fitting(profile, header, known)), (_used(profile, named is None),))

        return said

    def _for_header(self, header: Sequence[str]) -> Profile | None:
        if not self._settings.has_home():
            return None
        try:
            return self._store.profiles.for_header(header)
        except StorageError:  # a home of a former version, or none that answers
            return None


def _used(profile: Profile, by_header: bool) -> Message:
    if by_header:
        return Message("Read by the profile {name:quoted}, which was saved for this header.", name=profile.name)
    return Message("Read by the profile {name:quoted}.", name=profile.name)


def _fitting(profile: Profile, header: Sequence[str], known: Collection[str]) -> ColumnSettings:
    """What a profile says of the columns that are there; columns that another header lacks are missing as usual.

    What was declared when it was saved, and is no longer, is nothing that could be meant.
    """
    there = {name.strip() for name in header}
    said = profile.settings.fields.items()
    fields = {name: column for name, column in said if name.strip() in there and column in known}
    others = profile.settings
    return ColumnSettings(fields, others.absent, others.units, others.decimals, others.constants)


def settings_in(header: Header) -> ColumnSettings:
    """Everything that is known of the columns of a table, to be kept."""
    names = header.names
    fields = {names[place]: column for column, place in header.places.items()}
    fields |= {names[place]: "" for place in header.match.aside}
    said = header.settings
    absent = tuple(sorted(header.match.absent))
    return ColumnSettings(fields, absent, said.units, said.decimals, said.constants)


def checked_name(name: str) -> str:
    """A name for a profile.

    Raises
    ------
    InputError
        When it is empty, too long, or not printable.
    """
    clean = cleaned(name)
    if not clean or len(clean) > _LONGEST or not clean.isprintable():
        raise InputError(
            "A profile is named with 1 to {most} printable characters, but {arrived:quoted} arrived.",
            most=_LONGEST,
            arrived=name[:_LONGEST],
        )
    return clean
