"""The statements of one document as the tree they were written in, and its canonical text.

A document of the strict profile is a tree: every blank node is mentioned by the one statement that leads to
it, and is the subject of its own. First-degree hashes then need no search through the graph, and where they
all differ, which is nearly always, they alone decide the labels. Where two are equal, `rdfc` does the work.

Source: RDFC-1.0, section 4.4.3 (#canon-algo-algo), steps 3 to 5; section 4.6 (#hash-1d-quads).
"""

import hashlib
from dataclasses import dataclass

from certes.credential.canon import rdfc
from certes.credential.canon.nquads import Quad
from certes.credential.errors import Unsupported

BLANK = "_"

_END = " .\n"
_TOP = (0, "")


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A named node and all below it, ready to be put into another document that says the same of it.

    What only depends on the fragment is in it: the digest of each blank node (b"" for a named one).
    """

    subjects: list[str]
    tails: list[list[str]]
    links: list[list[tuple[str, int]]]
    above: list[tuple[int, str]]
    digests: list[bytes | None]
    described: frozenset[str]  # the named nodes that it says something of
    size: int  # statements
    height: int  # node objects inside each other


class Tree:
    """Nodes by number, in order of appearance. The subject of a blank node is `_`.

    `tails` holds what stands after the subject of each statement about a node, ` .` and line feed included;
    `links` the predicate and the distance to each blank node it leads to; `above` the distance back (0 at the
    top) and the predicate of the statement that leads to a blank node; `digests` what a fragment brought.
    `may_repeat` is for whoever writes: could one statement stand there twice?
    """

    __slots__ = ("above", "digests", "links", "may_repeat", "subjects", "tails")

    def __init__(self) -> None:
        self.subjects: list[str] = []
        self.tails: list[list[str]] = []
        self.links: list[list[tuple[str, int]]] = []
        self.above: list[tuple[int, str]] = []
        self.digests: list[bytes | None] = []
        self.may_repeat = False

    def add(self, subject: str) -> int:
        """A new node; its number."""
        self.subjects.append(subject)
        self.tails.append([])
        self.links.append([])
        self.above.append(_TOP)
        self.digests.append(None)
        return len(self.subjects) - 1

    def link(self, number: int, predicate: str, child: int) -> None:
        """State that `predicate` of one node is another node."""
        subject = self.subjects[child]
        if subject == BLANK:
            self.links[number].append((predicate, child - number))
            self.above[child] = (child - number, predicate)
        else:
            self.tails[number].append(f"{predicate} {subject}{_END}")

    def graft(self, fragment: Fragment) -> int:
        """Put a fragment in; the number of its named node. Its lists are shared, and complete."""
        number = len(self.subjects)
        self.subjects += fragment.subjects
        self.tails += fragment.tails
        self.links += fragment.links
        self.above += fragment.above
        self.digests += fragment.digests
        return number

    def cut(self, start: int, *, height: int) -> Fragment | None:
        """A copy of what stands from node `start` to the end, all of it below that named node; None if a
        value in it is repeated."""
        tails = [sorted(each) for each in self.tails[start:]]
        links = [list(each) for each in self.links[start:]]
        if any(len(set(each)) != len(each) for each in tails):
            return None
        numbers = range(start, len(self.subjects))
        return Fragment(
            self.subjects[start:],
            tails,
            links,
            self.above[start:],
            [_sha256(self._first_degree(at)) if self.subjects[at] == BLANK else b"" for at in numbers],
            frozenset(
                self.subjects[at]
                for at in numbers
                if self.subjects[at] != BLANK and (self.tails[at] or self.links[at])
            ),
            sum(map(len, tails)) + sum(map(len, links)),
            height,
        )

    def size(self) -> int:
        """How many statements there are."""
        return sum(map(len, self.tails)) + sum(map(len, self.links))

    def quads(self) -> list[Quad]:
        """The statements, those about the first node first."""
        names = [f"_:b{at}" if name == BLANK else name for at, name in enumerate(self.subjects)]
        quads: list[Quad] = []
        for number, (tails, links) in enumerate(zip(self.tails, self.links, strict=True)):
            for tail in tails:
                predicate, _, term = tail[: -len(_END)].partition(" ")
                quads.append((names[number], predicate, term, ""))
            quads += [(names[number], predicate, names[number + step], "") for predicate, step in links]
        return quads

    def canonical(self, *, hash_name: str, max_hashes: int) -> bytes:
        """RDFC-1.0 canonical N-Quads in UTF-8. Raises Unsupported `statement_repeated`, since a graph is a
        set and the same value twice would be signed once; `poison_graph` as `rdfc.canonicalize`."""
        labels = self._labels(hash_name)
        if labels is None or (self.may_repeat and self._repeats()):
            quads = self.quads()
            text = rdfc.canonicalize(quads, hash_name=hash_name, max_hashes=max_hashes).text
            if text.count("\n") != len(quads):
                raise Unsupported("statement_repeated")
            return text.encode()
        return self._text(labels)

    def _repeats(self) -> bool:
        for tails, digest in zip(self.tails, self.digests, strict=True):
            if digest is None and len(tails) > 1 and len(set(tails)) != len(tails):
                return True
        return False

    def _labels(self, hash_name: str) -> dict[int, str] | None:
        """The canonical label of each blank node by its first-degree hash; None if two hashes are equal."""
        usual = hash_name == "sha256"
        new_hash = rdfc.hash_named(hash_name)
        by_digest: dict[bytes, int] = {}
        blank = 0
        for number, subject in enumerate(self.subjects):
            if subject == BLANK:
                blank += 1
                digest = self.digests[number] if usual else None
                if digest is None:
                    digest = new_hash(self._first_degree(number).encode()).digest()
                by_digest[digest] = number
        if len(by_digest) != blank:
            return None
        return {by_digest[digest]: f"_:c14n{at}" for at, digest in enumerate(sorted(by_digest))}

    def _first_degree(self, number: int) -> str:
        """The node's statements in order, itself as `_:a` and every other blank node as `_:z`."""
        tails, links = self.tails[number], self.links[number]
        if links:
            tails = [*tails, *[f"{predicate} _:z{_END}" for predicate, _ in links]]
        tails.sort()
        own = "_:a " + "_:a ".join(tails) if tails else ""
        distance, predicate = self.above[number]
        if distance == 0:
            return own
        subject = self.subjects[number - distance]
        if subject == BLANK:
            return f"{own}_:z {predicate} _:a{_END}"
        return f"{subject} {predicate} _:a{_END}{own}"  # `<` sorts before `_`

    def _text(self, labels: dict[int, str]) -> bytes:
        parts: list[tuple[str, bytes]] = []  # encoded one by one: most are ASCII, which is quick
        for number, tails in enumerate(self.tails):
            links = self.links[number]
            if links:
                tails = [*tails, *[f"{predicate} {labels[number + step]}{_END}" for predicate, step in links]]
            if tails:
                tails.sort()
                subject = (labels.get(number) or self.subjects[number]) + " "
                parts.append((subject, (subject + subject.join(tails)).encode()))
        parts.sort()  # a subject and its space is never the beginning of another: lines are then in order
        return b"".join([text for _, text in parts])
