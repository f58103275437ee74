"""Claims to an SD-JWT payload: what may be withheld is replaced by its digest.

Source: RFC 9901, sections 4.2.4 (embedding) and 4.2.5 (decoys), 4.2.6 (recursive disclosures).
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from certes.credential import multibase
from certes.credential.envelope import disclosures
from certes.credential.envelope.disclosures import Disclosure
from certes.credential.envelope.opened import Path
from certes.credential.errors import Misuse

SALT_BYTES = 16  # 128 bits, section 9.3
_PLACE_BYTES = 4

RandomBytes = Callable[[int], bytes]


def conceal(
    claims: Mapping[str, Any],
    *,
    paths: Collection[Path],
    random: RandomBytes,
    hash_name: str,
    decoys: Mapping[Path, int],
) -> tuple[dict[str, Any], tuple[Disclosure, ...]]:
    """The payload and its disclosures; `decoys` says how many digests of nothing to add at which object or
    array.

    Raises Misuse `claim_name_reserved`, `disclosure_path_unknown`, `sd_hash_unsupported`.
    """
    if hash_name not in disclosures.HASHES:
        raise Misuse("sd_hash_unsupported", field="hash_name")
    disclosures.require_no_reserved(claims)
    work = _Concealing(frozenset(paths), random, hash_name, dict(decoys))
    payload = work.object(claims, ())
    if work.left or work.decoys:
        raise Misuse("disclosure_path_unknown", path=str(sorted({*work.left, *work.decoys}, key=str)[0]))
    if work.made or decoys or hash_name != disclosures.DEFAULT_HASH:
        payload[disclosures.SD_ALG] = hash_name
    return payload, tuple(work.made)


class _Concealing:
    """One pass, leaves first, so that a disclosure can hold the digests of those inside it."""

    def __init__(
        self, paths: frozenset[Path], random: RandomBytes, hash_name: str, decoys: dict[Path, int]
    ) -> None:
        self.left = set(paths)
        self.made: list[Disclosure] = []
        self.decoys = decoys
        self._random = random
        self._hash_name = hash_name

    def value(self, value: Any, path: Path) -> Any:
        """Any value, concealed inside."""
        if isinstance(value, Mapping):
            return self.object(value, path)
        if isinstance(value, list):
            return self.array(value, path)
        return value

    def object(self, members: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """An object. The digests are sorted, so that their order says nothing (section 4.2.4.1)."""
        payload: dict[str, Any] = {}
        digests = self._decoys(path)
        for name, inner in members.items():
            here = (*path, name)
            value = self.value(inner, here)
            if here in self.left:
                digests.append(self._disclose(here, name, value).digest)
            else:
                payload[name] = value
        if digests:
            payload[disclosures.SD] = sorted(digests)
        return payload

    def array(self, elements: list[Any], path: Path) -> list[Any]:
        """An array; decoys stand at random places among the others."""
        payload: list[Any] = []
        for position, inner in enumerate(elements):
            here = (*path, position)
            value = self.value(inner, here)
            if here in self.left:
                value = {disclosures.DOTS: self._disclose(here, None, value).digest}
            payload.append(value)
        for decoy in self._decoys(path):
            place = int.from_bytes(self._random(_PLACE_BYTES), "big") % (len(payload) + 1)
            payload.insert(place, {disclosures.DOTS: decoy})
        return payload

    def _disclose(self, path: Path, name: str | None, value: Any) -> Disclosure:
        self.left.discard(path)
        made = disclosures.make(self._random(SALT_BYTES), name, value, hash_name=self._hash_name)
        self.made.append(made)
        return made

    def _decoys(self, path: Path) -> list[str]:
        size = hashlib.new(disclosures.HASHES[self._hash_name]).digest_size
        return [multibase.base64url_encode(self._random(size)) for _ in range(self.decoys.pop(path, 0))]
