"""The transparency log under the registry: what was accepted, in which order, provably."""
