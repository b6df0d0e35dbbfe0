"""People, roles and keys: issue, verify, rotate, revoke."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import bcrypt

from pricing_core.auth.guessing import Throttle
from pricing_core.errors import AccessError, InputError, NotFoundError
from pricing_core.nouns import ROLES, Actor, ApiKey, Json, Person, Role
from pricing_core.store import Store, utcnow
from pricing_core.words import Message

_log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_KEY = re.compile(r"tsd_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_UNKNOWN = "unknown"
_KEY_PREFIX = "key:"
_NOBODY = "?"
# bcrypt reads no further than this, and the library refuses more.
_LONGEST_PASSWORD_BYTES = 72
_SHORTEST_PASSWORD = 10


class Access:
    """Everything about who may come in.

    Parameters
    ----------
    store
        Where people, keys and logins are kept.
    secret
        Gives the secret that keys are signed with (the pepper): without it the stored digests are worth nothing.
    session_days
        How long a login lasts.
    """

    def __init__(self, store: Store, secret: Callable[[], str], session_days: float) -> None:
        self._store = store
        self._throttle = Throttle(store)
        self._secret = secret
        self._lasts = timedelta(days=session_days)
        self._replaced = False

    # People

    def people(self) -> list[Person]:
        """Everyone who may or might log in."""
        return self._store.people.all()

    def add_person(self, name: str, role: Role, password: str | None = None, *, actor: Actor) -> str:
        """Add a person; gives the password, a generated one where none was given."""
        actor.must("admin", Message("add people"))
        if not _NAME.fullmatch(name):
            raise InputError(
                "{name:quoted} cannot be a name: use 1 to 32 small letters, digits, dots, dashes or underscores, "
                "beginning with a letter or digit.",
                name=name,
            )
        chosen = password or secrets.token_urlsafe(15)
        self._store.people.add(name, _checked_role(role), _hash(chosen))
        return chosen

    def set_password(self, name: str, password: str | None = None, *, actor: Actor) -> str:
        """Give a person a new password, and end that person's logins. People may change their own."""
        if actor.name != name:
            actor.must("admin", Message("change the password of someone else"))
        chosen = password or secrets.token_urlsafe(15)
        self._change(name, password_hash=_hash(chosen))
        return chosen

    def set_role(self, name: str, role: Role, *, actor: Actor) -> None:
        """Change a role, and end that person's logins."""
        actor.must("admin", Message("change roles"))
        if role != "admin":
            self._keep_an_admin(name)
        self._change(name, role=_checked_role(role))

    def deactivate(self, name: str, *, actor: Actor) -> None:
        """Let a person log in no longer. What the person did stays on record."""
        actor.must("admin", Message("deactivate people"))
        self._keep_an_admin(name)
        self._change(name, active=False)

    def activate(self, name: str, *, actor: Actor) -> None:
        """Let a deactivated person log in again."""
        actor.must("admin", Message("activate people"))
        self._change(name, active=True)

    def _change(self, name: str, **values: object) -> None:
        if not self._store.people.change(name, **values):
            raise NotFoundError("There is no person named {name:quoted}: see `tasador people list`.", name=name)

    def _keep_an_admin(self, name: str) -> None:
        admins = [person.name for person in self.people() if person.active and person.role == "admin"]
        if admins == [name]:
            raise InputError("{name} is the only active admin: make someone else admin first.", name=name)

    # Logins

    def credentials(self) -> Json:
        """The active people as streamlit-authenticator wants them."""
        return {
            "usernames": {
                name: {"name": name, "email": "", "password": digest, "roles": [person.role]}
                for name, (person, digest) in self._store.people.hashes().items()
            }
        }

    def verify_password(self, name: str, password: str, *, address: str) -> Person:
        """Check a password.

        Raises
        ------
        TooManyTriesError
            After too many tries; the password was not looked at.
        AccessError
            When name or password is wrong (it does not say which).
        """
        # What can be nobody's name is counted as one name, whatever a stranger made up.
        guess = self._throttle.admit(name if _NAME.fullmatch(name) else _NOBODY, address)
        person, digest = self._store.people.hashes().get(name, (None, None))
        # An unknown name must take as long as a known one, or the answer's time tells who exists.
        matches = _matches(password, digest or _dummy_hash())
        if person is None or not matches:
            raise AccessError("Name or password is wrong.")
        self._throttle.forgive(guess)
        return person

    def open_session(self, name: str | None = None, *, key: str | None = None, address: str = "local") -> str:
        """Begin a login of a person who was verified, or of a key; gives its random id for the cookie.

        Raises
        ------
        TooManyTriesError
            After too many wrong keys; the key was not looked at.
        AccessError
            When the key is not valid.
        """
        session_id = secrets.token_urlsafe(32)
        if key is not None:
            self._store.sessions.open(session_id, self._lasts, key_id=self._verified_key(key, address).id)
        else:
            self._store.sessions.open(session_id, self._lasts, person=name)
        return session_id

    def _verified_key(self, key: str, address: str) -> ApiKey:
        match = _KEY.fullmatch(key.strip())
        guess = self._throttle.admit(f"{_KEY_PREFIX}{match[1] if match else ''}", address)
        found = self._find_key(key)
        if found is None:
            raise AccessError(
                self.why_refused(key)
                or Message("That key is not valid. Check that it was copied whole, or ask an admin for a new one.")
            )
        self._throttle.forgive(guess)
        return found

    def session(self, session_id: str) -> Actor | None:
        """Who is behind a login that is in force."""
        found = self._store.sessions.find(session_id)
        return None if found is None else Actor(found[0], _checked_role(found[1]), "dashboard")

    def end_session(self, session_id: str) -> None:
        """Log out: the cookie of this login is worth nothing from now on."""
        self._store.sessions.end(session_id)

    # Keys

    def keys(self) -> list[ApiKey]:
        """Every key, without its secret."""
        return self._store.keys.all()

    def issue_key(self, name: str, role: Role, *, actor: Actor) -> str:
        """Make a key; it is shown this once and cannot be read again."""
        actor.must("admin", Message("issue keys"))
        if not _NAME.fullmatch(name):
            raise InputError(
                "{name:quoted} cannot be a key's name: use 1 to 32 small letters, digits, . - or _.", name=name
            )
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        self._store.keys.add(key_id, name, _checked_role(role), self._digest(key_id, secret))
        return f"tsd_{key_id}_{secret}"

    def rotate_key(self, key_id: str, *, actor: Actor) -> str:
        """Revoke a key and issue another of the same name and role."""
        actor.must("admin", Message("rotate keys"))
        found = self._store.keys.get(key_id)
        if found is None:
            raise NotFoundError("There is no key {key:quoted}: see `tasador keys list`.", key=key_id)
        self.revoke_key(key_id, actor=actor)
        return self.issue_key(found[0].name, found[0].role, actor=actor)

    def revoke_key(self, key_id: str, *, actor: Actor) -> None:
        """End a key, and the logins made with it, at once."""
        actor.must("admin", Message("revoke keys"))
        if not self._store.keys.revoke(key_id):
            raise NotFoundError("There is no key {key:quoted} in force: see `tasador keys list`.", key=key_id)

    # The secret

    def notice_secret(self, *, lost: bool) -> None:
        """Note which secret is in use, and say in the log when it is another than before.

        Parameters
        ----------
        lost
            Whether there was none a moment ago, so that one was just made.
        """
        marks, now = self._store.secret_marks.all(), utcnow()
        if marks and marks[-1][0] == self._mark():
            return
        known = bool(self._store.people.all() or self._store.keys.all())
        if not marks and lost and known:  # which it was, nobody knows: no mark was kept of it yet
            self._store.secret_marks.add(_UNKNOWN, now)
        self._store.secret_marks.add(self._mark(), now)
        self._replaced = known and (lost or bool(marks))
        if self._replaced:
            _log.warning("%s", self.secret_notice())

    def secret_notice(self) -> Message | None:
        """What a replaced secret has made void and what to do, while that matters to anybody; else ``None``."""
        void = [key for key in self.keys() if key.revoked_at is None and self._is_void(key)]
        if not (void or self._replaced):
            return None
        since = self._store.secret_marks.all()[-1][1]
        names = [f"{key.name} ({key.id})" for key in void]
        keys = Message("the API keys issued with the former one ({names:list})", names=names)
        return Message(
            "The secret that signs API keys and logins is another since {since:moment}: secret.key under DATA_DIR was "
            "lost, or SECRET_KEY was changed. Void are {keys} and all logins from before; passwords go on. Put the "
            "former secret back (a backup holds secret.key) and start again, or issue keys anew with "
            "`tasador keys rotate ID`.",
            since=since,
            keys=keys if void else Message("no API key"),
        )

    def why_refused(self, key: str) -> Message | None:
        """What its holder may know of a key that is not taken, or ``None`` where it is simply not one of ours."""
        match = _KEY.fullmatch(key.strip())
        found = self._store.keys.get(match[1]) if match else None
        if found is None or found[0].revoked_at is not None or not self._is_void(found[0]):
            return None
        return Message(
            "The key is void, for the secret that it was issued with was replaced: ask an admin for a new one."
        )

    def _is_void(self, key: ApiKey) -> bool:
        marks = self._store.secret_marks.all()
        if not marks:
            return False
        then = next((mark for mark, seen_at in reversed(marks) if seen_at <= key.created_at), marks[0][0])
        return then != marks[-1][0]

    def _mark(self) -> str:
        return hmac.new(self._secret().encode(), b"mark of the secret", hashlib.sha256).hexdigest()[:16]

    def verify_key(self, key: str) -> Actor | None:
        """Who holds this key, or ``None`` where it is not one of ours in force."""
        found = self._find_key(key)
        return None if found is None else Actor(f"{_KEY_PREFIX}{found.name}", found.role, "api")

    def _find_key(self, key: str) -> ApiKey | None:
        match = _KEY.fullmatch(key.strip())
        found = self._store.keys.get(match[1]) if match else None
        if match is None or found is None or found[0].revoked_at is not None:
            return None
        return found[0] if hmac.compare_digest(found[1], self._digest(match[1], match[2])) else None

    def _digest(self, key_id: str, secret: str) -> str:
        # A random 256-bit key needs no slow hash: an HMAC with a pepper cannot be guessed, and takes microseconds.
        return hmac.new(self._secret().encode(), f"{key_id}:{secret}".encode(), hashlib.sha256).hexdigest()


def _checked_role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise InputError("{role:quoted} is no role: allowed are {allowed:list}.", role=role, allowed=ROLES)


def _hash(password: str) -> str:
    size = len(password.encode("utf-8", "surrogatepass"))
    if len(password) < _SHORTEST_PASSWORD or size > _LONGEST_PASSWORD_BYTES:
        raise InputError(
            "The password has {count:integer} characters ({size:integer} bytes): allowed are at least "
            "{least} characters and at most {most} bytes.",
            count=len(password),
            size=size,
            least=_SHORTEST_PASSWORD,
            most=_LONGEST_PASSWORD_BYTES,
        )
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt()).decode()


@cache
def _dummy_hash() -> str:
    return _hash(secrets.token_urlsafe(15))


def _matches(password: str, digest: str) -> bool:
    raw = password.encode("utf-8", "surrogatepass")
    return len(raw) <= _LONGEST_PASSWORD_BYTES and b"\0" not in raw and bcrypt.checkpw(raw, digest.encode())
