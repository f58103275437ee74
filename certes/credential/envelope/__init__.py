"""Envelopes: a document inside a signature, where Data Integrity puts the signature inside the document.

`jwt` seals and opens `vc+jwt` and `vp+jwt`; `sd_jwt` issues, presents and verifies credentials whose claims
can be withheld; `enveloped` carries either in a JSON-LD object. All give an `Opened`, and none knows whose
key may speak for whom.
"""

from certes.credential.envelope.enveloped import CREDENTIAL, PRESENTATION, is_enveloped, unwrap, wrap
from certes.credential.envelope.key_binding import HolderBound, HolderSigns
from certes.credential.envelope.opened import Binding, KeyFor, Opened, Path

__all__ = [
    "CREDENTIAL",
    "PRESENTATION",
    "Binding",
    "HolderBound",
    "HolderSigns",
    "KeyFor",
    "Opened",
    "Path",
    "is_enveloped",
    "unwrap",
    "wrap",
]
