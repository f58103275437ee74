"""Arithmetic with calendar months, as agreements write periods ("six months after expiry")."""

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later, or the month's last day where there is none.

    Beyond the year 9999 the last representable day: a period that long never ends.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
