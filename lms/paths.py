"""Where the project's own files lie, in a checkout as in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent
_inside = (PACKAGE / "templates").is_dir()
ROOT = PACKAGE if _inside else PACKAGE.parent

TEMPLATES = ROOT / "templates"
MIGRATIONS = ROOT / "migrations"
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
HELP = PACKAGE / "help"
DEMO = PACKAGE / "demo"
