"""did:key: the DID is the key. Source: The did:key Method, section 3.1 (#document-creation-algorithm)."""

from certes.credential.did.document import DidDocument, document_of_one_key
from certes.credential.keys import parse_multikey

PREFIX = "did:key:"


def url_of(did: str) -> None:
    """Nowhere: the document is in the DID."""
    return None


def expand(did: str) -> DidDocument:
    """The document of a did:key. Raises as `keys.parse_multikey`."""
    multikey = did.removeprefix(PREFIX)
    return document_of_one_key(did, f"{did}#{multikey}", parse_multikey(multikey))
