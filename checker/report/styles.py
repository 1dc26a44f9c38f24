"""How the parts of a terminal report look alike: colours, which only repeat what words say, and columns."""

from checker.model.policy import Severity
from checker.report.verdict import Verdict

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
VERDICT_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold magenta"}
UNKNOWN_STYLE = "bold magenta"
LABEL_STYLE = "cyan"

INDENT = 2
LABEL_WIDTH = 15
# Beyond this many, what is alike is counted and not listed.
LISTED = 8
