"""One login to one token of a hardware security module, shared by all of its keys in this process.

PKCS#11 knows a login by process and token, not by session, and the binding initialises a module for one
thread at a time. So there is one session for each token, one lock for each module, and a lost session is
opened anew under it. A PIN that was refused once is never sent again: devices count, and lock themselves.
Source: PKCS #11 v3.0, Base Specification: C_Initialize, and the session management functions with C_Login.
"""

import hmac
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, RLock
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from certes.credential.errors import Refusal, Unsupported
from certes.runtime.logs import warn
from certes.runtime.pkcs11_errors import LOST, PIN_REFUSED, refusal_of
from certes.runtime.pkcs11_uri import KeyUri, parse_uri
from certes.runtime.refusals import Busy, SettingInvalid

if TYPE_CHECKING:
    import pkcs11.types

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a token is, and what opens it. Its repr never shows the PIN."""

    where: KeyUri
    module: str  # path of the vendor's library
    pin: str = field(repr=False)


def token_place(uri: str, *, pin: str, module: str = "", setting: str | None = None) -> TokenPlace:
    """From a URI, which may name the module itself; `setting` is the variable that holds it.

    Raises SettingInvalid `hsm_uri_invalid`, `hsm_uri_has_pin`.
    """
    where = parse_uri(uri, field=setting)
    path = where.module or module
    if not path:
        raise SettingInvalid("hsm_uri_invalid", field=setting, attribute="module-path")
    return TokenPlace(where, path, pin)


def binding() -> ModuleType:
    """The library, which is installed only where it is wanted. Raises Unsupported `hsm_support_missing`."""
    try:
        import pkcs11
    except ImportError:
        raise Unsupported("hsm_support_missing") from None
    return pkcs11


class Module:
    """A vendor's library in this process. All calls into it are made under `lock`."""

    def __init__(self, path: str) -> None:
        """Raises Unsupported `hsm_support_missing`, SettingInvalid `hsm_module_missing`."""
        pkcs11 = binding()
        self.lock = RLock()
        self.generation = 0  # rises with each start: sessions and handles of the one before mean nothing
        self._process = os.getpid()
        try:
            if not Path(path).is_file():
                raise SettingInvalid("hsm_module_missing", module=path)
            self._library = pkcs11.lib(path)
        except pkcs11.PKCS11Error:
            raise SettingInvalid("hsm_module_missing", module=path) from None

    def restart(self) -> None:
        """Finalize and initialize: only then do many modules see a device that came back."""
        with suppress(binding().PKCS11Error):  # it may be the very call that fails
            self._library.finalize()
        self._library.initialize()
        self.generation += 1
        self._process = os.getpid()

    def tokens(self) -> "list[pkcs11.types.Token]":
        """The tokens that are there."""
        found: list[pkcs11.types.Token] = []
        for slot in self._library.get_slots(token_present=True):
            with suppress(binding().TokenNotPresent, binding().TokenNotRecognised):
                found.append(slot.get_token())
        return found

    def follow_fork(self) -> None:
        """A forked process has no sessions, whatever its memory says."""
        if self._process != os.getpid():
            self.restart()


class Token:
    """The login. Opened when first used; `run` is the only way in."""

    def __init__(self, module: Module, place: TokenPlace) -> None:
        self._module = module
        self._where = place.where
        self._pin = place.pin
        self._session: pkcs11.types.Session | None = None
        self._generation = -1
        self._refused: str | None = None

    @property
    def name(self) -> str:
        """The token, for a person."""
        return self._where.token_name

    def run(self, work: "Callable[[pkcs11.types.Session], T]", *, again: bool = True) -> T:
        """Do `work` with an open session, alone; once more in a new session where the first one was lost,
        unless `again` is false, for work that must not be done twice.

        Raises Busy `hsm_token_missing`, `hsm_token_ambiguous`, `hsm_pin_...`, `hsm_removed`, `hsm_failed`;
        Unsupported `hsm_mechanism_unsupported`; and what `work` raises.
        """
        error_class = binding().PKCS11Error
        with self._module.lock:
            try:
                return work(self._opened())
            except error_class as error:
                if type(error).__name__ not in LOST:
                    raise self._refusal(error) from None
                lost = error
            self._session = None
            if not again:
                raise self._refusal(lost)
            warn("hsm_session_lost", error_class=type(lost).__name__)
            try:
                self._module.restart()
                return work(self._opened())
            except error_class as error:
                raise self._refusal(error) from None

    def pin_for(self, key: Any) -> str | None:
        """The PIN, for a key that wants it with each signature (CKA_ALWAYS_AUTHENTICATE); within `run`."""
        attribute = binding().Attribute.ALWAYS_AUTHENTICATE
        with suppress(binding().AttributeTypeInvalid):  # older modules do not know it
            return self._pin if key[attribute] else None
        return None

    def has_pin(self, pin: str) -> bool:
        """Is this the PIN that it is opened with?"""
        return hmac.compare_digest(self._pin.encode(), pin.encode())

    @property
    def is_refused(self) -> bool:
        """Has the device refused the PIN?"""
        return self._refused is not None

    def _refusal(self, error: Exception) -> Refusal:
        return refusal_of(error, token=self.name)

    def _opened(self) -> "pkcs11.types.Session":
        self._module.follow_fork()
        if self._session is None or self._generation != self._module.generation:
            self._session = self._login(self._found())
            self._generation = self._module.generation
        return self._session

    def _found(self) -> "pkcs11.types.Token":
        found = self._matching()
        if not found:  # it may have come after the module was started
            self._module.restart()
            found = self._matching()
        if not found:
            raise Busy("hsm_token_missing", token=self.name)
        if len(found) > 1:
            raise Busy("hsm_token_ambiguous", token=self.name)
        return found[0]

    def _matching(self) -> "list[pkcs11.types.Token]":
        where = self._where
        wanted = {
            "label": where.token,
            "serial": None if where.serial is None else where.serial.encode(),
            "manufacturer_id": where.manufacturer,
            "model": where.model,
        }
        return [
            token
            for token in self._module.tokens()
            if all(value is None or getattr(token, name) == value for name, value in wanted.items())
        ]

    def _login(self, token: "pkcs11.types.Token") -> "pkcs11.types.Session":
        pkcs11 = binding()
        if self._refused is not None:
            raise Busy(self._refused, token=self.name)
        if pkcs11.TokenFlag.USER_PIN_FINAL_TRY in token.flags:  # not ours to spend: a wrong one would lock it
            raise Busy("hsm_pin_last_try", token=self.name)
        try:
            return token.open(user_pin=self._pin)
        except pkcs11.UserAlreadyLoggedIn:  # by another address of the same token
            return token.open()
        except pkcs11.PKCS11Error as error:
            self._refused = PIN_REFUSED.get(type(error).__name__)
            raise self._refusal(error) from None  # whatever it was: a PIN is not sent twice for one request


_MODULES: dict[str, Module] = {}
_TOKENS: dict[tuple[str, str | None, str | None, str | None, str | None], Token] = {}
_OPENING = Lock()


def token_at(place: TokenPlace) -> Token:
    """The process's one login to a token. Raises Unsupported `hsm_support_missing`, SettingInvalid
    `hsm_module_missing`, Busy `hsm_pin_wrong` for another PIN than the one that opened it."""
    path, where = place.module, place.where
    with _OPENING:
        if path not in _MODULES:
            _MODULES[path] = Module(path)
        name = (path, where.token, where.serial, where.manufacturer, where.model)
        held = _TOKENS.get(name)
        if held is not None and not held.has_pin(place.pin):
            if not held.is_refused:
                raise Busy("hsm_pin_wrong", token=where.token_name)
            held = None
        if held is None:
            held = _TOKENS[name] = Token(_MODULES[path], place)
        return held
