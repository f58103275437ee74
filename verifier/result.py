"""What one verification found: the single value that the API, the pages and the command line show.

Words. `document_line`, `person_line` and `here_line` are keys of schemas/words/verdict, as are
`state.<state>`, `conclusion.<conclusion>`, `short.<state>`, `check.<name>` and `code.<check code>`
(parameters in braces). Sentences for `decision.reasons` stand in schemas/words/reasons, for conditions in
schemas/words/conditions.
"""

from dataclasses import dataclass, field
from datetime import datetime

from certes.credential.achievement import Certification
from certes.credential.presented import Presented
from certes.trust.checkpoint import Checkpoint
from certes.trust.host_texts import Texts
from certes.trust.recognition import Decision
from verifier.check import Check
from verifier.naming import Names
from verifier.question import Question
from verifier.verdict import Verdict

# The keys a line can have, in schemas/words/verdict.
DOCUMENT_LINES = (
    "document.genuine",  # signature holds, and the lists, fresh, say it stands
    "document.genuine_not_checked",  # signature holds; cancellations not seen, or the lists are too old
    "document.cancelled",
    "document.suspended",
    "document.replaced",
    "document.altered",
    "document.unknown",  # nothing could be checked
)
PERSON_LINES = (
    "person.compare",  # name, birth date and the last four characters of the identity document
    "person.compare_name",  # the same where the certificate names no identity document
    "person.claimed",  # nothing was checked: what stands there is only what the paper says
    "person.none",  # altered: nothing on it may be relied on
)
HERE_LINES = ("here.recognised", "here.conditions", "here.not", "here.unknown", "here.none")


@dataclass(frozen=True, slots=True)
class AddressHost:
    """The host in the QR code's web address. Our scanners ignore the address; a look-alike deserves a
    word."""

    host: str
    known: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question about one document, answered."""

    presented: Presented
    question: Question
    checks: tuple[Check, ...]  # in the order people read them: proof issuer scope dates status recognition
    decision: Decision | None  # None where nothing was known to decide on
    verdict: Verdict
    names: Names
    checked_at: datetime
    trust_as_of: datetime | None
    status_as_of: datetime | None  # the oldest of the lists that were read
    address_host: AddressHost | None
    checkpoint: Checkpoint | None = None  # of the log, under which the trust data was read
    texts: Texts = field(default_factory=Texts)  # what the signed texts say around the decision

    @property
    def certification(self) -> Certification:
        """The signed facts. They are only claims unless the proof passed."""
        return self.presented.certification

    @property
    def form(self) -> str:
        """`card` or `wallet`."""
        return self.presented.form

    @property
    def may_be_contested(self) -> bool:
        """Is there an answer of this country to appeal against, or a condition of its own to meet?

        Whatever the issuer did (cancelled, suspended, let expire), this country cannot undo.
        """
        contested = self.verdict.state in ("not_recognised_here", "recognised_with_conditions")
        return contested and self.check("recognition").code != "other_trade_asked"

    def check(self, name: str) -> Check:
        """One check by name."""
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    @property
    def document_line(self) -> str:
        """Is the document genuine, and does it stand? One of DOCUMENT_LINES."""
        proof = self.check("proof")
        if proof.result != "passed":
            return "document.altered" if proof.result == "failed" else "document.unknown"
        if self.verdict.state == "issue_time_not_proven":  # whoever stole the key may have made it
            return "document.unknown"
        line = _DOCUMENT_BY_STATUS.get(self.check("status").code, "document.genuine_not_checked")
        doubted = self.check("issuer").code == "notice_unconfirmed" and line.startswith("document.genuine")
        return "document.unknown" if doubted else line

    @property
    def person_line(self) -> str:
        """What to compare with the person's papers. One of PERSON_LINES."""
        proof = self.check("proof").result
        if proof != "passed":
            return "person.none" if proof == "failed" else "person.claimed"
        return "person.compare" if self.certification.person.document else "person.compare_name"

    @property
    def here_line(self) -> str:
        """Does it count here? One of HERE_LINES. It may say yes while the state is stale."""
        if self.check("proof").result == "failed":
            return "here.none"
        if self.check("proof").result == "unknown" or self.decision is None:
            return "here.unknown"
        if self.check("recognition").code == "other_trade_asked":
            return "here.not"
        return _HERE_BY_VERDICT[self.decision.verdict]


_DOCUMENT_BY_STATUS = {
    "status_valid": "document.genuine",
    "credential_revoked": "document.cancelled",
    "credential_suspended": "document.suspended",
    "credential_replaced": "document.replaced",
}
_HERE_BY_VERDICT = {
    "recognised": "here.recognised",
    "recognised_with_conditions": "here.conditions",
    "not_recognised": "here.not",
    "unknown": "here.unknown",
}
