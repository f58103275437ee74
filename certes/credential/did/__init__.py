"""Decentralized identifiers: where the document of a DID is, and what it says. Nothing here fetches anything.

Each method is a module of one shape, `url_of` and `expand`, and a row of `METHODS`.
"""

from collections.abc import Mapping
from typing import Protocol

from certes.credential.did import jwk, key, web
from certes.credential.did.document import DidDocument, VerificationMethod, parse_document
from certes.credential.errors import Malformed, Unsupported

__all__ = ["DidDocument", "VerificationMethod", "did_of", "expand", "parse_document", "url_of"]


class Method(Protocol):
    """A DID method."""

    def url_of(self, did: str) -> str | None:
        """Where the document is published; None if it is in the DID itself."""

    def expand(self, did: str) -> DidDocument:
        """The document that is in the DID itself."""


METHODS: Mapping[str, Method] = {"key": key, "web": web, "jwk": jwk}


def _method_of(did: str) -> Method:
    scheme, _, rest = did.partition(":")
    name, _, identifier = rest.partition(":")
    if scheme != "did" or not identifier or any(mark in did for mark in "#?/"):
        raise Malformed("did_invalid")
    found = METHODS.get(name)
    if found is None:
        raise Unsupported("did_method_unsupported", method=name[:32])
    return found


def did_of(method_url: str) -> str:
    """The DID before the fragment of a verification method. Raises Malformed `did_url_invalid`."""
    did, mark, fragment = method_url.partition("#")
    if not mark or not fragment or not did.startswith("did:") or "#" in fragment:
        raise Malformed("did_url_invalid", field="proof.verificationMethod")
    return did


def url_of(did: str) -> str | None:
    """Where the document of `did` is published; None for did:key and did:jwk, which `expand` reads.

    Raises Malformed `did_invalid`, Unsupported `did_method_unsupported`.
    """
    return _method_of(did).url_of(did)


def expand(did: str) -> DidDocument:
    """The document of a did:key or did:jwk. Raises Malformed, and Unsupported `did_not_self_contained` for a
    did:web."""
    return _method_of(did).expand(did)
