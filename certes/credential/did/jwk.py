"""did:jwk: the DID is the key, as a JWK in base64url. Source: did:jwk Method Specification, section
"Read"."""

from certes.credential import multibase
from certes.credential.did.document import DidDocument, document_of_one_key
from certes.credential.errors import Malformed
from certes.credential.keys import parse_jwk
from certes.credential.parsing import parse_json

PREFIX = "did:jwk:"
MAX_CHARACTERS = 1_024  # a P-384 key with an algorithm and a use needs about 250


def url_of(did: str) -> None:
    """Nowhere: the document is in the DID."""
    return None


def expand(did: str) -> DidDocument:
    """The document of a did:jwk. Raises Malformed `did_invalid` or as `keys.parse_jwk` and `parse_json`."""
    if len(did) > MAX_CHARACTERS:
        raise Malformed("did_invalid")
    key = parse_jwk(parse_json(multibase.base64url_decode(did.removeprefix(PREFIX))))
    return document_of_one_key(did, f"{did}#0", key)
