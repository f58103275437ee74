"""The status list of this run: one slot for each credential, published over https by the application."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from certes.conformance.keys import Issuer
from certes.credential.data_model import agent_id
from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.identifiers import Purpose
from certes.credential.proof import Suite, sign
from certes.credential.status import bitstring
from certes.credential.status.listing import list_document
from certes.credential.validity import STATUS_TYPE
from certes.runtime.randomness import random_below

PATH = "/status/revocation/1"
PURPOSE: Purpose = "revocation"
VALID_FOR = timedelta(days=1)  # a run of the suites takes minutes
MAX_TAKEN = bitstring.MIN_ENTRIES // 2  # then a random slot is still found quickly


class Statuses:
    """Which slots are taken and which are set."""

    def __init__(self, base: str, issuer: Issuer, suite: Suite) -> None:
        self.url = base + PATH
        self._issuer, self._suite = issuer, suite
        self._lock = threading.Lock()
        self._bits = bitstring.blank()
        self._taken: set[int] = set()
        self._named: dict[str, int] = {}

    def entry(self, credential: Mapping[str, Any]) -> dict[str, str]:
        """A fresh entry for a credential. Raises Unsupported `status_slot_unavailable`."""
        with self._lock:
            if len(self._taken) >= MAX_TAKEN:
                raise Unsupported("status_slot_unavailable")
            index = random_below(bitstring.MIN_ENTRIES)
            while index in self._taken:
                index = random_below(bitstring.MIN_ENTRIES)
            self._taken.add(index)
            name = agent_id(credential.get("id"))
            if name is not None:
                self._named[name] = index
        return {
            "id": f"{self.url}#{index}",
            "type": STATUS_TYPE,
            "statusPurpose": PURPOSE,
            "statusListIndex": str(index),
            "statusListCredential": self.url,
        }

    def change(self, credential_id: str, *, value: bool) -> None:
        """Set or clear a credential's bit. Raises Malformed `member_not_known`."""
        with self._lock:
            if credential_id not in self._named:
                raise Malformed("member_not_known", field="credentialId")
            self._bits = bitstring.with_bits(self._bits, [self._named[credential_id]], value=value)

    def document(self, now: datetime) -> dict[str, Any]:
        """The list as a signed credential."""
        unsigned = list_document(
            self.url,
            issuer=self._issuer.did,
            purpose=PURPOSE,
            bits=self._bits,
            valid_from=now,
            valid_until=now + VALID_FOR,
        )
        return sign(unsigned, signer=self._issuer.signer, suite=self._suite, created=now)

    def refusal(self, document: Mapping[str, Any]) -> Refusal | None:
        """Why the status of a credential speaks against it; None if it does not. Other types of status say
        nothing here; a list of somebody else's cannot be had."""
        value = document.get("credentialStatus", [])
        for entry in value if isinstance(value, list) else [value]:
            if entry["type"] not in (STATUS_TYPE, [STATUS_TYPE]):
                continue
            if entry["statusListCredential"] != self.url:
                return Unsupported("status_list_not_at_hand", field="credentialStatus.statusListCredential")
            try:
                is_set = bitstring.bit(self._bits, int(entry["statusListIndex"]))
            except Malformed as refusal:
                return refusal
            if is_set:
                return Malformed("credential_revoked", field="credentialStatus")
        return None
