"""The transparency log: Merkle trees, signed notes, checkpoints, cosignatures, and when they are believed."""
