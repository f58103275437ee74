"""RDF Dataset Canonicalization (RDFC-1.0): the same graph gives the same text, whatever its blank nodes are
called.

A work budget stands against graphs built to need exponential time ("dataset poisoning").
Source: RDFC-1.0, section 4 (#canon-algorithm); section 7.1 (#dataset-poisoning). Numbers in comments are its
steps.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

from certes.credential.canon import nquads
from certes.credential.canon.nquads import Quad
from certes.credential.errors import Misuse, Unsupported

MAX_HASHES = 20_000  # work budget against poison graphs (RDFC-1.0, section 7.1)

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


@dataclass(frozen=True, slots=True)
class Canonical:
    """Canonical N-Quads, and which canonical label each blank node of the input received (both with `_:`)."""

    text: str
    labels: dict[str, str]


class _Issuer:
    """Labels handed out in order (section 4.5, #issue-identifier)."""

    __slots__ = ("_prefix", "labels")

    def __init__(self, prefix: str, labels: dict[str, str] | None = None) -> None:
        self._prefix = prefix
        self.labels: dict[str, str] = {} if labels is None else labels

    def copy(self) -> "_Issuer":
        return _Issuer(self._prefix, dict(self.labels))

    def issue(self, node: str) -> str:
        label = self.labels.get(node)
        if label is None:
            label = self.labels[node] = f"{self._prefix}{len(self.labels)}"
        return label


def hash_named(name: str) -> "Callable[[bytes], hashlib._Hash]":
    """The hash function "sha256" or "sha384". Raises Misuse `hash_unknown`."""
    if name not in _HASHES:
        raise Misuse("hash_unknown", name=name)
    return _HASHES[name]


def _blank_nodes(quads: Iterable[Quad]) -> dict[str, list[Quad]]:
    """Each blank node with the quads that mention it (section 4.4.3, step 2)."""
    mentions: defaultdict[str, list[Quad]] = defaultdict(list)
    for quad in quads:
        s, _, o, g = quad
        if s[0] == "_":
            mentions[s].append(quad)
        if o[0] == "_" and o != s:
            mentions[o].append(quad)
        if g and g[0] == "_" and g != s and g != o:
            mentions[g].append(quad)
    return mentions


class _Canonicalization:
    """The state of one run (section 4.3, #canon-state)."""

    def __init__(self, quads: Iterable[Quad], hash_name: str, max_hashes: int) -> None:
        self._new_hash = hash_named(hash_name)
        self._left = max_hashes
        self._mentions = _blank_nodes(quads)
        self._first_degree: dict[str, str] = {}
        self.canonical = _Issuer("_:c14n")

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Unsupported("poison_graph")

    def _hash(self, text: str) -> str:
        return self._new_hash(text.encode("utf-8")).hexdigest()

    def run(self) -> None:
        """Issue a canonical label to every blank node (section 4.4.3, steps 3 to 5)."""
        by_hash: dict[str, list[str]] = {}
        for node, quads in self._mentions.items():
            digest = self._first_degree[node] = self._hash_first_degree(node, quads)
            by_hash.setdefault(digest, []).append(node)
        shared = []
        for digest in sorted(by_hash):  # step 4
            nodes = by_hash[digest]
            if len(nodes) == 1:
                self.canonical.issue(nodes[0])
            else:
                shared.append(nodes)
        for nodes in shared:  # step 5
            self._separate(nodes)

    def _separate(self, nodes: list[str]) -> None:
        """Label nodes whose first-degree hash is the same, by looking further along the graph."""
        results = []
        for node in nodes:
            if node in self.canonical.labels:
                continue
            issuer = _Issuer("_:b")
            issuer.issue(node)
            results.append(self._hash_n_degree(node, issuer))
        for _, issuer in sorted(results, key=lambda result: result[0]):  # step 5.3
            for node in issuer.labels:
                self.canonical.issue(node)

    def _hash_first_degree(self, node: str, quads: list[Quad]) -> str:
        """Section 4.6 (#hash-1d-quads): the node's own quads, itself as `_:a`, every other as `_:z`."""
        lines = []
        for s, p, o, g in quads:
            if not g and o[0] != "_":  # most statements: then the node is the subject
                lines.append(f"_:a {p} {o} .\n")
                continue
            if s[0] == "_":
                s = "_:a" if s == node else "_:z"
            if o[0] == "_":
                o = "_:a" if o == node else "_:z"
            if g and g[0] == "_":
                g = "_:a" if g == node else "_:z"
            lines.append(f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n")
        lines.sort()
        return self._hash("".join(lines))

    def _hash_related(self, related: str, predicate: str, issuer: _Issuer, position: str) -> str:
        """Section 4.7 (#hash-related-algorithm)."""
        self._spend()
        label = (
            self.canonical.labels.get(related) or issuer.labels.get(related) or self._first_degree[related]
        )
        return self._hash(position + ("" if position == "g" else predicate) + label)

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Section 4.8, steps 1 to 3: the neighbours, grouped by how they are related."""
        groups: dict[str, list[str]] = {}
        for s, p, o, g in self._mentions[node]:
            for position, term in (("s", s), ("o", o), ("g", g)):
                if term.startswith("_") and term != node:
                    groups.setdefault(self._hash_related(term, p, issuer, position), []).append(term)
        return groups

    def _hash_n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Section 4.8 (#hash-nd-quads): the hash of everything reachable, and the labels that gave it."""
        groups = self._related(node, issuer)
        data = ""
        for digest in sorted(groups):  # step 5
            path, chosen = "", issuer
            for order in _orders(groups[digest]):
                self._spend()
                found = self._walk(order, issuer.copy(), path)
                if found is not None and (not path or found[0] < path):
                    path, chosen = found
            data += digest + path
            issuer = chosen
        return self._hash(data), issuer

    def _walk(self, order: tuple[str, ...], issuer: _Issuer, best: str) -> tuple[str, _Issuer] | None:
        """Steps 5.4.1 to 5.4.5: the path of one order of neighbours; None if it cannot beat `best`."""
        path = ""
        unexplored = []
        for related in order:
            label = self.canonical.labels.get(related)
            if label is None:
                if related not in issuer.labels:
                    unexplored.append(related)
                label = issuer.issue(related)
            path += label
            if _is_worse(path, best):
                return None
        for related in unexplored:
            digest, result = self._hash_n_degree(related, issuer)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = result
            if _is_worse(path, best):
                return None
        return path, issuer


def _orders(nodes: list[str]) -> Iterator[tuple[str, ...]]:
    """The different orders of a group (step 5.4). A node stands in it once for each statement, and a graph's
    name once for each statement of the graph: orders that look the same give the same path."""
    names = list(dict.fromkeys(nodes))
    if len(names) == len(nodes):
        yield from permutations(nodes)
        return
    ranks = sorted(names.index(node) for node in nodes)
    while True:
        yield tuple([names[rank] for rank in ranks])
        fall = len(ranks) - 1  # the next in order: raise the last rank that has a greater one after it
        while fall > 0 and ranks[fall - 1] >= ranks[fall]:
            fall -= 1
        if fall == 0:
            return
        swap = len(ranks) - 1
        while ranks[swap] <= ranks[fall - 1]:
            swap -= 1
        ranks[fall - 1], ranks[swap] = ranks[swap], ranks[fall - 1]
        ranks[fall:] = reversed(ranks[fall:])


def _is_worse(path: str, best: str) -> bool:
    return best != "" and len(path) >= len(best) and path > best


def canonicalize(
    quads: Iterable[Quad], *, hash_name: str = "sha256", max_hashes: int = MAX_HASHES
) -> Canonical:
    """Canonical form of a set of quads, `hash_name` "sha256" or "sha384".

    Raises Unsupported `poison_graph` when `max_hashes` steps were not enough; Misuse `hash_unknown`.
    """
    distinct = dict.fromkeys(quads)  # not a set: the order of work, hence the budget, must not vary
    run = _Canonicalization(distinct, hash_name, max_hashes)
    run.run()
    labels = run.canonical.labels
    get = labels.get
    lines = [
        f"{get(s, s)} {p} {get(o, o)} {get(g, g)} .\n" if g else f"{get(s, s)} {p} {get(o, o)} .\n"
        for s, p, o, g in distinct
    ]
    lines.sort()
    return Canonical("".join(lines), labels)


def canonicalize_nquads(text: str, *, hash_name: str = "sha256") -> str:
    """Canonical N-Quads of an N-Quads document. Raises as `canonicalize`, and Malformed `nquads_invalid`."""
    return canonicalize(nquads.parse(text), hash_name=hash_name).text
