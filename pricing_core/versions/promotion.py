"""Moving the champion: by the gate, by a person, against the gate, and back."""

from __future__ import annotations

from pricing_core.errors import ArtifactError, ConflictError, NotFoundError, log_in_full
from pricing_core.nouns import Actor, Json, Verdict, Version
from pricing_core.settings import Settings
from pricing_core.store import Connection, Guard, Store, champion_in
from pricing_core.versions.registry import Registry
from pricing_core.versions.serving import REPAIR, Predictor
from pricing_core.words import Message


class Promoter:
    """Promotes and rolls back. Whatever becomes champion was loaded and verified before.

    Parameters
    ----------
    predictor
        Loads and verifies the version, and serves it from then on.
    """

    def __init__(self, settings: Settings, store: Store, registry: Registry, predictor: Predictor) -> None:
        self._settings = settings
        self._store = store
        self._registry = registry
        self._predictor = predictor

    def decide(self, number: int, verdict: Verdict, actor: Actor, guard: Guard | None = None) -> tuple[bool, Message]:
        """Promote a version that was just judged, or let it wait; gives what was done and why, in words."""
        first = self._store.versions.champion_number() is None
        about: Json = {"version": number, "summary": verdict.summary}
        if not verdict.passed:
            return False, Message("Version {version} waits as challenger. {summary}", **about)
        if not first and self._settings.AUTO_PROMOTE == "manual":
            return False, Message(
                "Version {version} waits as challenger until somebody promotes it (AUTO_PROMOTE is manual). {summary}",
                **about,
            )
        reason = Message("The first version, and it passed the sanity checks.") if first else verdict.summary
        try:
            self._predictor.prepare(number)
            self._move(number, actor, reason, guard=self._if_unmoved(verdict.champion_version, guard))
        except _ChampionMovedError:
            return False, Message(
                "Version {version} waits as challenger: another version was promoted while it was being compared. "
                "{summary}",
                **about,
            )
        if first:
            return True, Message(
                "Version {version} is the first and passed the sanity checks, so it is the champion now.",
                version=number,
            )
        return True, Message("Version {version} is the champion now. {summary}", **about)

    def replace(self, number: int, former: int, reason: Message, actor: Actor, guard: Guard | None = None) -> Version:
        """Make a version champion in the place of one that can no longer be loaded.

        Raises
        ------
        ConflictError
            When another version was promoted meanwhile.
        """
        self._predictor.prepare(number)
        return self._move(number, actor, reason, guard=self._if_unmoved(former, guard))

    def _if_unmoved(self, champion: int | None, guard: Guard | None) -> Guard:
        def ask(connection: Connection) -> None:
            if guard is not None:
                guard(connection)
            if champion_in(connection) != champion:
                raise _ChampionMovedError(
                    Message("Another version was promoted meanwhile, and it stays: see `tasador runs`.")
                )

        return ask

    def promote(self, number: int, *, actor: Actor, reason: str, override: str = "") -> Version:
        """Make a version the champion, after it was loaded and verified.

        Raises
        ------
        ConflictError
            When it is the champion already, or its verdict failed and no reason to override it was given.
        ArtifactError
            When it cannot be loaded.
        """
        self.version(number)
        if self._store.versions.champion_number() == number:
            raise ConflictError("Version {version} is the champion already.", version=number)
        failed = self._failed_checks(number)
        if failed and not override.strip():
            raise ConflictError(
                "Version {version} did not pass the gate ({checks:list}). Look at its verdict; to promote it all "
                "the same, give a reason with --override, or on the page: it is kept.",
                version=number,
                checks=failed,
            )
        self._predictor.prepare(number)
        given = override.strip() or reason.strip()
        why = Message.verbatim(given) if given else Message("No reason was given.")
        return self._move(number, actor, why, overrode=failed)

    def _failed_checks(self, number: int) -> list[str]:
        verdict = self._store.versions.verdict(number)
        return [] if verdict is None else [each.name for each in verdict.checks if not each.passed]

    def rollback(self, *, actor: Actor, reason: str) -> Version:
        """Make the version champion that was it before; the present one need not even be readable.

        A former champion that is damaged too is passed over for the one before it.
        """
        formers, damaged = self._store.versions.former_champions(), []
        if not formers:
            raise ConflictError("There is no former champion to go back to.")
        for former in formers:
            try:
                self._predictor.prepare(former)
            except ArtifactError as error:
                log_in_full(f"Version {former} cannot be gone back to", error)
                damaged.append(former)
                continue
            why = Message.verbatim(reason.strip()) if reason.strip() else Message("Rolled back.")
            if damaged:
                why = Message.joined(
                    [why, Message("Passed over for being damaged: {versions:list}.", versions=damaged)]
                )
            return self._move(former, actor, why)
        raise ArtifactError(
            "None of the former champions ({versions:list}) can be loaded. {repair}", versions=damaged, repair=REPAIR
        )

    def _move(
        self,
        number: int,
        actor: Actor,
        reason: Message,
        *,
        overrode: list[str] | None = None,
        guard: Guard | None = None,
    ) -> Version:
        self._store.versions.promote(
            number, promoted_by=actor.name, reason=reason, overrode=overrode or [], guard=guard
        )
        self._registry.mark_champion(number)
        return self.version(number)

    def version(self, number: int) -> Version:
        """One version; raises `NotFoundError` where there is none of that number."""
        version = self._store.versions.get(number)
        if version is None:
            raise NotFoundError("There is no version {version}: see `tasador runs`.", version=number)
        return version


class _ChampionMovedError(ConflictError):
    pass
