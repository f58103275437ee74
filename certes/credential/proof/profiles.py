"""Which cryptosuites are accepted where. A profile is a frozen set; whoever verifies names one.

Production signs with Ed25519 alone. What holders present may be signed by the hardware of a telephone, which
often has P-256 only, so presentations take every suite; and so does the conformance profile.
"""

from certes.credential.proof.ecdsa_jcs_2019 import ECDSA_JCS_2019
from certes.credential.proof.ecdsa_rdfc_2019 import ECDSA_RDFC_2019
from certes.credential.proof.eddsa_jcs_2022 import EDDSA_JCS_2022
from certes.credential.proof.eddsa_rdfc_2022 import EDDSA_RDFC_2022

ALL_SUITES = frozenset({EDDSA_RDFC_2022, EDDSA_JCS_2022, ECDSA_RDFC_2019, ECDSA_JCS_2019})

PRODUCTION_CARD = frozenset({EDDSA_JCS_2022})
PRODUCTION_WALLET = frozenset({EDDSA_RDFC_2022})
PRODUCTION_STATUS_LIST = frozenset({EDDSA_JCS_2022})
PRODUCTION_PRESENTATION = ALL_SUITES
CONFORMANCE = ALL_SUITES
