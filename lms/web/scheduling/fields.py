"""The fields that planning forms are made of."""

from lms.web.fields import A_DAY, A_NUMBER, a_day, a_number

__all__ = ["A_DAY", "A_NUMBER", "a_day", "a_number"]
