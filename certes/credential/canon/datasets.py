"""Canonical N-Quads of documents with graphs of their own: proofs inside a document, credentials inside a
presentation.

These two are the only graph containers of the strict profile. Each part is read by `jsonld` under the
contexts that apply to it, in a named graph; everything `jsonld` refuses is refused here. A document without
such parts goes straight to it.

Source: Verifiable Credentials Data Model 2.0, appendix B.1 (#base-context: `proof`, `verifiableCredential`);
JSON-LD 1.1, section 4.9 (#named-graphs).
"""

from collections.abc import Mapping
from typing import Any

from certes.credential.canon import jsonld, rdfc
from certes.credential.canon.nquads import Quad
from certes.credential.contexts import BUNDLED, CREDENTIALS_V2, ContextRegistry
from certes.credential.errors import Malformed, Unsupported

MAX_PARTS = 64  # of one kind in one document; a full credential has 100 statements of the 2,000 allowed

_PROOF, _CREDENTIALS = "proof", "verifiableCredential"
_GRAPH_MEMBERS = frozenset({_PROOF, _CREDENTIALS})
_PROOF_IRI = "<https://w3id.org/security#proof>"
_CREDENTIALS_IRI = "<https://www.w3.org/2018/credentials#verifiableCredential>"
_PRESENTATION_TYPE = "VerifiablePresentation"


def to_canonical_nquads(
    document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
) -> str:
    """RDFC-1.0 canonical N-Quads of a document of the strict profile, with its proofs and, in a presentation,
    its credentials in graphs of their own. Raises as `jsonld.to_canonical_nquads`."""
    return to_canonical_bytes(document, contexts=contexts, hash_name=hash_name).decode()


def to_canonical_bytes(
    document: Mapping[str, Any], *, contexts: ContextRegistry = BUNDLED, hash_name: str = "sha256"
) -> bytes:
    """The same in UTF-8, as it is hashed."""
    if _GRAPH_MEMBERS.isdisjoint(document):
        return jsonld.to_canonical_bytes(document, contexts=contexts, hash_name=hash_name)
    dataset = _Dataset(contexts)
    dataset.add(document, graph="", inherited=[])
    quads = dataset.quads
    text = rdfc.canonicalize(quads, hash_name=hash_name, max_hashes=jsonld.MAX_DOCUMENT_HASHES).text
    if text.count("\n") != len(quads):
        raise Unsupported("statement_repeated")
    return text.encode()


def _parts(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    if name not in document:
        return []
    found = document[name]
    parts = found if type(found) is list else [found]
    if not parts:
        raise Unsupported("array_empty", field=name)
    if not all(isinstance(part, Mapping) for part in parts):
        raise Unsupported("value_unsupported", field=name)
    if len(parts) > MAX_PARTS:
        raise Unsupported("parts_too_many", field=name, limit=MAX_PARTS)
    if any(part in parts[:place] for place, part in enumerate(parts)):  # two graphs nothing tells apart
        raise Unsupported("part_repeated", field=name)
    return parts


def _context_list(document: Mapping[str, Any]) -> list[Any]:
    context = document.get("@context", [])
    return context if type(context) is list else [context]


class _Dataset:
    """A dataset being put together from the parts of one document."""

    def __init__(self, contexts: ContextRegistry) -> None:
        self.quads: list[Quad] = []
        self._contexts = contexts
        self._graphs = 0

    def add(self, document: Mapping[str, Any], *, graph: str, inherited: list[Any]) -> None:
        """Write a document and its parts; `inherited` are the contexts in force around it."""
        urls = [*inherited, *_context_list(document)]
        members = {name: value for name, value in document.items() if name not in _GRAPH_MEMBERS}
        subject = self._plain({**members, "@context": urls}, graph)
        for proof in _parts(document, _PROOF):
            if proof.get("@context", document.get("@context")) != document.get("@context"):
                raise Malformed("proof_context_mismatch", field="proof.@context")
            name = self._link(subject, _PROOF_IRI, graph)
            self._plain({**proof, "@context": urls}, name)
        for credential in _parts(document, _CREDENTIALS):
            if graph or _PRESENTATION_TYPE not in document.get("type", ()) or _CREDENTIALS in credential:
                raise Unsupported("term_unsupported", field=_CREDENTIALS)
            name = self._link(subject, _CREDENTIALS_IRI, graph)
            # Version 2 starts each credential from no context (`"@context": null` on the term), 1.1 does not.
            self.add(credential, graph=name, inherited=[] if CREDENTIALS_V2 in urls else urls)

    def _link(self, subject: str, predicate: str, graph: str) -> str:
        """A new named graph that `subject` points to."""
        self._graphs += 1
        name = f"_:g{self._graphs}"
        self.quads.append((subject, predicate, name, graph))
        return name

    def _plain(self, members: Mapping[str, Any], graph: str) -> str:
        """Write a node without graphs of its own; its subject."""
        if not members.get("type"):  # types are written first: the first statement is about the node itself
            raise Unsupported("node_without_type", field="type")
        start = len(self.quads)
        mark = f"_:p{start}"  # a prefix no other part has
        for s, p, o, _ in jsonld.to_quads(members, contexts=self._contexts):
            s = mark + s[2:] if s[0] == "_" else s
            o = mark + o[2:] if o[0] == "_" else o
            self.quads.append((s, p, o, graph))
        if len(self.quads) > jsonld.MAX_STATEMENTS:
            raise Unsupported("statements_too_many", limit=jsonld.MAX_STATEMENTS)
        return self.quads[start][0]
