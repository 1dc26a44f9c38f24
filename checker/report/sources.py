"""Which lines of the files that were read a report may show."""

import re

from checker.model.resource import InputKind
from checker.model.scan import Scan
from checker.report.options import ReadLine
from checker.source import Place

# A line of these holds several parameters, those with NoEcho too.
_SEVERAL_PARAMETERS = re.compile(r"^\W*parameter_overrides\b|ParameterKey.*ParameterKey")
_SAM_CONFIGURATION = "samconfig."
# They hold values that are marked as sensitive elsewhere in the same file, in clear.
_NEVER_SHOWN = (InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE)


def shown_line(scan: Scan, place: Place, read_line: ReadLine) -> str | None:
    """The line at a place, or None if it is not for showing or cannot be read any more."""
    for each in scan.inputs:
        if each.kind in _NEVER_SHOWN and (place.file == each.path or place.file in each.files):
            return None
    line = read_line(place.file, place.line)
    if line is not None and (_SEVERAL_PARAMETERS.search(line) or _is_sam_configuration(place.file)):
        return None
    return line


def _is_sam_configuration(file: str) -> bool:
    return file.rpartition("/")[2].startswith(_SAM_CONFIGURATION)
