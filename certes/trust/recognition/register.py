"""Step 0: how old is what we know, and what may an age still say?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from certes.trust.recognition.codes import EFFECTS, Effect
from certes.trust.recognition.facts import UNKNOWN, Reason, Verdict
from certes.trust.records import RegistryView


@dataclass(frozen=True, slots=True)
class RegisterAge:
    """The register's age under the host's limits."""

    old: bool
    dead: bool
    reasons: tuple[Reason, ...]

    def lower(self, verdict: Verdict, reasons: Collection[Reason]) -> Verdict:
        """The verdict an age leaves standing: age can only lower one to unknown, and never undoes a
        revocation."""
        effects = {EFFECTS[reason.code] for reason in reasons}
        if Effect.NO_WHATEVER_AGE in effects:
            return verdict
        if self.dead or (self.old and Effect.NO_UNLESS_OLD in effects):
            return UNKNOWN
        return verdict


def measure(registry: RegistryView, *, host: str, at: date) -> RegisterAge:
    """Old is over the host's `max_registry_age_days`, dead over its `hard_registry_age_days`."""
    policy = registry.host_policy(host)
    days = (at - registry.as_of).days
    old = days > policy.max_registry_age_days
    dead = days > policy.hard_registry_age_days
    reasons = []
    if old or dead:
        limit = policy.max_registry_age_days
        reasons.append(Reason("registry_old", {"as_of": registry.as_of, "age_days": days, "max_days": limit}))
    if dead:
        limit = policy.hard_registry_age_days
        code = "registry_too_old_to_decide"
        reasons.append(Reason(code, {"as_of": registry.as_of, "age_days": days, "max_days": limit}))
    return RegisterAge(old or dead, dead, tuple(reasons))
