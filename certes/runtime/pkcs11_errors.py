"""What a PKCS#11 module answers (CKR_...), as refusals: by class name, since the library is loaded late.

To whoever asked a service all of it is the operator's to mend, so most are Busy: nothing was done.
"""

from collections.abc import Mapping

from certes.credential.errors import Refusal, Unsupported
from certes.runtime.refusals import Busy

# After these a new session, or the module started anew, may well do: a device was pulled and put back, a
# network module lost its line. A plain PKCS11Error is any code that the library has no class for.
LOST = frozenset(
    {
        "DeviceError",
        "DeviceRemoved",
        "FunctionFailed",
        "GeneralError",
        "KeyHandleInvalid",
        "ObjectHandleInvalid",
        "OperationNotInitialized",
        "PKCS11Error",
        "SessionClosed",
        "SessionHandleInvalid",
        "SlotIDInvalid",
        "TokenNotPresent",
        "TokenNotRecognised",
        "UserNotLoggedIn",
    }
)
# After these the same PIN is never sent again by this process: a device counts, and locks itself.
PIN_REFUSED: Mapping[str, str] = {
    "PinIncorrect": "hsm_pin_wrong",
    "PinInvalid": "hsm_pin_wrong",
    "PinLenRange": "hsm_pin_wrong",
    "PinExpired": "hsm_pin_expired",
    "PinLocked": "hsm_pin_locked",
    "UserPinNotInitialized": "hsm_pin_not_set",
}
_REMOVED = frozenset({"DeviceRemoved", "TokenNotPresent", "TokenNotRecognised", "SlotIDInvalid"})
_MECHANISM = frozenset(
    {"DomainParamsInvalid", "FunctionNotSupported", "MechanismInvalid", "MechanismParamInvalid"}
)


def refusal_of(error: Exception, *, token: str) -> Refusal:
    """The refusal for an error of the library. Its text is not passed on."""
    name = type(error).__name__
    if name in PIN_REFUSED:
        return Busy(PIN_REFUSED[name], token=token)
    if name in _REMOVED:
        return Busy("hsm_removed", token=token)
    if name in _MECHANISM:
        return Unsupported("hsm_mechanism_unsupported", token=token)
    return Busy("hsm_failed", token=token, error=name)
