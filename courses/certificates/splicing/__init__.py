"""Certificates as signed PDF files (built to PDF/A-3a and PDF/UA-1), and print files of thousands of sheets.

What many files share is made once (`constant`); a certificate's own part is small and made in less than a millisecond
(`compose`). ReportLab's drawing (`courses.certificates.pdf`) stays the design: files look and read as it draws them.
"""

from courses.certificates.splicing.composing import ROOM, Sign, compose
from courses.certificates.splicing.constant import Constant, constant
from courses.certificates.splicing.sheets import Print, Sheet, sheets, write_sheets

__all__ = ["ROOM", "Constant", "Print", "Sheet", "Sign", "compose", "constant", "sheets", "write_sheets"]
