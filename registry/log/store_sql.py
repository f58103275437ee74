"""The log's memory in a relational database. Table models end here: what leaves are the values of store.py.

One row holds the state of the tree. Whoever appends locks it first, so that two registries on one database
take turns, and compares its origin, so that two networks cannot share one log.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from certes.credential.errors import Misuse
from certes.runtime.database import Database
from certes.runtime.refusals import Busy, Conflict
from certes.trust.translog.merkle import HASH_BYTES, Node, leaf_hash, tree_root
from certes.trust.translog.ranges import CompactRange
from certes.trust.translog.tiles import MAX_ENTRY_BYTES
from registry.log.store import Cosignature, LogCheckpoint, NewLeaf, StoredLeaf

metadata = sa.MetaData()
BATCH = 500  # parameters in one statement
_ONLY = 1


class _Table(SQLModel):
    metadata = metadata


class StateRow(_Table, table=True):
    """The tree as it is now: one row, with the only `id` there is."""

    __tablename__ = "registry_log_state"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    origin: str = Field(max_length=255)
    size: int = Field(sa_type=sa.BigInteger)
    peaks: bytes
    cosigned: int = Field(default=0, sa_type=sa.BigInteger)  # how many cosignatures were ever kept


class LeafRow(_Table, table=True):
    """One entry."""

    __tablename__ = "registry_log_leaf"

    index: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    object_id: str = Field(max_length=80, unique=True)
    entry: bytes


class NodeRow(_Table, table=True):
    """One complete subtree, by `Node.number`; leaves are such, too."""

    __tablename__ = "registry_log_node"

    number: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: bytes


class CheckpointRow(_Table, table=True):
    """What the log signed for a size."""

    __tablename__ = "registry_log_checkpoint"

    size: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    root: bytes
    note: bytes
    made_at: int = Field(sa_type=sa.BigInteger)  # seconds since 1970, UTC


class CosignatureRow(_Table, table=True):
    """One line of a witness."""

    __tablename__ = "registry_log_cosignature"

    size: int = Field(primary_key=True, sa_type=sa.BigInteger, foreign_key="registry_log_checkpoint.size")
    witness: str = Field(primary_key=True, max_length=400)
    time: int = Field(primary_key=True, sa_type=sa.BigInteger)
    line: str = Field(max_length=600)


def append_leaves(session: Session, leaves: Sequence[NewLeaf], *, origin: str) -> tuple[int, ...]:
    """Log entries within a writing transaction of the caller's, so that an object and its entry are kept
    together or not at all. Returns as `LogStore.append`. Raises Conflict `log_origin_differs`, Misuse."""
    if any(len(leaf.entry) > MAX_ENTRY_BYTES for leaf in leaves):
        raise Misuse("log_entry_too_large", limit=MAX_ENTRY_BYTES)
    row = session.get(StateRow, _ONLY, with_for_update=True, populate_existing=True)
    if row is None:
        row = StateRow(id=_ONLY, origin=origin, size=0, peaks=b"")
        session.add(row)
        session.flush()  # two first writers meet here, at the primary key
    _require_origin(row, origin)
    sizes = {leaf.object_id: leaf.index + 1 for leaf in _known(session, leaves)}
    tree, entries, nodes = _range(row), [], []
    for leaf in leaves:
        if leaf.object_id in sizes:
            continue
        entries.append({"index": tree.size, "object_id": leaf.object_id, "entry": leaf.entry})
        tree, completed = tree.append(leaf_hash(leaf.entry))
        nodes += [{"number": node.number, "hash": value} for node, value in completed]
        sizes[leaf.object_id] = tree.size
    if entries:
        session.execute(sa.insert(LeafRow), entries)
        session.execute(sa.insert(NodeRow), nodes)
        row.size, row.peaks = tree.size, b"".join(tree.peaks)
        session.flush()
    return tuple(sizes[leaf.object_id] for leaf in leaves)


class SqlLogStore:
    """The memory of the log of one origin, in SQLite or PostgreSQL."""

    def __init__(self, database: Database, *, origin: str) -> None:
        """Raises Conflict `log_origin_differs` where another log lives here, `log_store_damaged` where what
        is stored does not make the tree that was signed."""
        self._database = database
        self._origin = origin
        with database.reading() as session:
            row = session.get(StateRow, _ONLY)
            if row is not None:
                _require_origin(row, origin)
        self._require_whole()

    def state(self) -> CompactRange:
        """See LogStore."""
        with self._database.reading() as session:
            row = session.get(StateRow, _ONLY)
            return CompactRange() if row is None else _range(row)

    def append(self, leaves: Sequence[NewLeaf]) -> tuple[int, ...]:
        """See LogStore."""
        for _ in range(2):  # the second time the state row is there, and locked
            try:
                with self._database.writing() as session:
                    return append_leaves(session, leaves, origin=self._origin)
            except IntegrityError:
                continue
        raise Busy("log_busy")

    def mark(self) -> tuple[int, int]:
        """See LogStore."""
        with self._database.reading() as session:
            row = session.get(StateRow, _ONLY)
            return (0, 0) if row is None else (row.size, row.cosigned)

    def find(self, object_id: str) -> StoredLeaf | None:
        """See LogStore."""
        with self._database.reading() as session:
            row = session.exec(select(LeafRow).where(LeafRow.object_id == object_id)).one_or_none()
            return None if row is None else _leaf(row)

    def leaves(self, start: int, end: int) -> tuple[StoredLeaf, ...]:
        """See LogStore."""
        wanted = select(LeafRow).where(LeafRow.index >= start, LeafRow.index < end)
        with self._database.reading() as session:
            return tuple(_leaf(row) for row in session.exec(wanted.order_by(col(LeafRow.index))))

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """See LogStore."""
        with self._database.reading() as session:
            return _read(session, nodes)

    def keep_checkpoint(self, checkpoint: LogCheckpoint) -> LogCheckpoint:
        """See LogStore."""
        if checkpoint.size > self.state().size or self._root(checkpoint.size) != checkpoint.root:
            raise Conflict("checkpoint_forks_log", size=checkpoint.size)
        try:
            with self._database.writing() as session:
                row = session.get(CheckpointRow, checkpoint.size)
                if row is not None:
                    return _checkpoint(row)
                session.add(_checkpoint_row(checkpoint))
        except IntegrityError:  # another worker kept it just now
            return self.checkpoint(checkpoint.size) or checkpoint
        return checkpoint

    def checkpoint(self, size: int | None = None) -> LogCheckpoint | None:
        """See LogStore."""
        wanted = select(CheckpointRow).order_by(col(CheckpointRow.size).desc()).limit(1)
        if size is not None:
            wanted = wanted.where(CheckpointRow.size == size)
        with self._database.reading() as session:
            row = session.exec(wanted).one_or_none()
            return None if row is None else _checkpoint(row)

    def checkpoint_sizes(self) -> tuple[int, ...]:
        """See LogStore."""
        with self._database.reading() as session:
            return tuple(session.exec(select(CheckpointRow.size).order_by(col(CheckpointRow.size))))

    def keep_cosignature(self, size: int, cosignature: Cosignature) -> None:
        """See LogStore."""
        key = (size, cosignature.witness, _seconds(cosignature.time))
        with self._database.writing() as session:
            row = session.get(StateRow, _ONLY, with_for_update=True, populate_existing=True)
            if row is None or session.get(CheckpointRow, size) is None:
                raise Misuse("checkpoint_missing", size=size)
            if session.get(CosignatureRow, key) is None:
                session.add(CosignatureRow(size=key[0], witness=key[1], time=key[2], line=cosignature.line))
                row.cosigned += 1

    def cosignatures(self, size: int) -> tuple[Cosignature, ...]:
        """See LogStore."""
        wanted = select(CosignatureRow).where(CosignatureRow.size == size)
        with self._database.reading() as session:
            rows = session.exec(wanted.order_by(col(CosignatureRow.witness), col(CosignatureRow.time)))
            newest = {row.witness: Cosignature(row.witness, row.line, _instant(row.time)) for row in rows}
            return tuple(newest.values())

    def cosigned_sizes(self, *, below: int | None = None, limit: int) -> tuple[int, ...]:
        """See LogStore."""
        wanted = select(CosignatureRow.size).distinct().order_by(col(CosignatureRow.size).desc())
        if below is not None:
            wanted = wanted.where(CosignatureRow.size < below)
        with self._database.reading() as session:
            return tuple(session.exec(wanted.limit(limit)))

    def vouched(self) -> dict[str, tuple[int, datetime]]:
        """See LogStore."""
        newest = (CosignatureRow.witness, sa.func.max(CosignatureRow.size), sa.func.max(CosignatureRow.time))
        with self._database.reading() as session:
            rows = session.exec(select(*newest).group_by(col(CosignatureRow.witness)))
            return {witness: (size, _instant(time)) for witness, size, time in rows}

    def _root(self, size: int) -> bytes:
        return tree_root(size, self.read)

    def _require_whole(self) -> None:
        state, newest = self.state(), self.checkpoint()
        try:
            whole = self._root(state.size) == state.root
            signed = newest is None or (newest.size <= state.size and self._root(newest.size) == newest.root)
        except Misuse:
            whole = signed = False
        if not (whole and signed):
            raise Conflict("log_store_damaged", size=state.size)


def _require_origin(row: StateRow, origin: str) -> None:
    if row.origin != origin:
        raise Conflict("log_origin_differs", expected=origin, found=row.origin)


def _range(row: StateRow) -> CompactRange:
    peaks = [row.peaks[at : at + HASH_BYTES] for at in range(0, len(row.peaks), HASH_BYTES)]
    return CompactRange(row.size, tuple(peaks))


def _batches(values: list[Any]) -> Iterator[list[Any]]:
    yield from (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def _known(session: Session, leaves: Sequence[NewLeaf]) -> Iterator[LeafRow]:
    for some in _batches([leaf.object_id for leaf in leaves]):
        yield from session.exec(select(LeafRow).where(col(LeafRow.object_id).in_(some)))


def _read(session: Session, nodes: Sequence[Node]) -> list[bytes]:
    found: dict[int, bytes] = {}
    for some in _batches([node.number for node in nodes]):
        wanted = select(NodeRow.number, NodeRow.hash).where(col(NodeRow.number).in_(some))
        found |= dict(session.exec(wanted).all())
    if len(found) != len(set(nodes)):
        raise Misuse("log_node_missing")
    return [found[node.number] for node in nodes]


def _leaf(row: LeafRow) -> StoredLeaf:
    return StoredLeaf(row.index, row.object_id, row.entry)


def _checkpoint(row: CheckpointRow) -> LogCheckpoint:
    return LogCheckpoint(row.size, row.root, row.note, _instant(row.made_at))


def _checkpoint_row(checkpoint: LogCheckpoint) -> CheckpointRow:
    return CheckpointRow(
        size=checkpoint.size,
        root=checkpoint.root,
        note=checkpoint.note,
        made_at=_seconds(checkpoint.made_at),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
