"""The reports' only fonts: subsets of Noto Sans SC, SIL Open Font License 1.1 (`OFL.txt`)."""

from pathlib import Path

FOLDER = Path(__file__).parent
FILES = (FOLDER / "NotoSansSC-Regular.otf", FOLDER / "NotoSansSC-Bold.otf")
FAMILY = "Noto Sans CJK SC"
"""As the files name themselves."""
