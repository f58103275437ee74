"""Refusals of the services' domains, beside those of the pure packages. None knows an HTTP status."""

from certes.credential.errors import Refusal


class Unauthenticated(Refusal):
    """Who is asking is not known."""


class Forbidden(Refusal):
    """Who is asking is known, and may not do this."""


class NotFound(Refusal):
    """There is no such thing, or it is not the caller's to see: the two answer alike."""


class Conflict(Refusal):
    """What is asked contradicts what is already recorded."""


class TooLarge(Refusal):
    """More bytes than this service accepts."""


class Busy(Refusal):
    """A resource behind the service is not available now; nothing was done; ask again."""


class SettingInvalid(Refusal):
    """The operator's configuration cannot be used. `field` is the name of the environment variable."""
