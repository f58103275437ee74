"""What comes out of an envelope, whichever it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from certes.credential.keys import PublicKey

KeyFor = Callable[[str], PublicKey]  # the name of a key -> the key; raises where it is not known
Path = tuple[str | int, ...]  # of members and array positions, from the root


@dataclass(frozen=True, slots=True)
class Binding:
    """A key binding that holds: this presentation was made for this audience and nonce, then, by the
    holder's key."""

    key: PublicKey
    audience: str
    nonce: str
    issued_at: float  # NumericDate


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope whose signature holds, and what it says.

    Whether the key may speak for the issuer is another question: `controller` is who the key's name says it
    belongs to, `issuer` who the document says it is from.
    """

    document: Mapping[str, Any] = field(repr=False)
    claims: Mapping[str, Any] = field(
        repr=False
    )  # the JWT's own: iss, sub, aud, exp, nbf, iat, jti, nonce, cnf
    header: Mapping[str, Any] = field(repr=False)
    type: str  # vc+jwt, vp+jwt, dc+sd-jwt ...
    verification_method: str  # the name under which the key was asked for
    key: PublicKey
    disclosed: tuple[Path, ...] = ()  # SD-JWT: what the holder chose to show
    withheld: int = 0  # SD-JWT: how much the holder does not show, decoys counted too
    binding: Binding | None = None  # SD-JWT: where the caller asked for one

    @property
    def controller(self) -> str:
        """Whose key it is, by its name."""
        return self.verification_method.partition("#")[0]

    @property
    def issuer(self) -> str | None:
        """Who the document says it is from: `iss` of an SD-JWT VC, `holder` of a presentation, else `issuer`;
        `iss` where a document has none."""
        stated = None
        if "vct" not in self.document:
            stated = self.document.get("holder" if self.type.startswith("vp") else "issuer")
        found = stated.get("id") if isinstance(stated, dict) else stated
        if found is None:
            found = self.claims.get("iss", self.header.get("iss"))
        return found if isinstance(found, str) else None


REGISTERED_CLAIMS = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf")


def registered(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The JWT's own claims of a payload."""
    return {name: payload[name] for name in REGISTERED_CLAIMS if name in payload}
