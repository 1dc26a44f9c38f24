"""Completion in the shells themselves: what they are told to install offers the names of the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
# How each shell asks: the words so far, of which the last is not complete.
ASKING = {
    "bash": """
source "$HOME/.bash_completions/bedrock-eol.sh"
COMP_WORDS=({words})
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_bedrock_eol_completion bedrock-eol
printf '%s\\n' "${{COMPREPLY[@]}}"
""",
    "zsh": """
autoload -U compinit && compinit -u -d "$HOME/.zcompdump"
fpath+=("$HOME/.zfunc")
autoload -U _bedrock-eol
compdef() {{ :; }}
_arguments() {{ print -l -- "$@"; }}
_describe() {{ print -l -- ${{(P)2}}; }}
source "$HOME/.zfunc/_bedrock-eol"
words=({words})
CURRENT=${{#words}}
_bedrock_eol_completion
""",
    "fish": """
source "$HOME/.config/fish/completions/bedrock-eol.fish"
complete -C "{words}"
""",
}
OFFERED = [
    ("bedrock-eol check --policy str", "strict"),
    ("bedrock-eol check --region us-ea", "us-east-1"),
    ("bedrock-eol check --format sar", "sarif"),
    ("bedrock-eol explain eol-wi", "eol-within"),
    ("bedrock-eol models show anthropic.claude-3-h", "anthropic.claude-3-haiku-20240307-v1"),
]


@pytest.fixture
def in_shell(tmp_path):
    """Runs a script in a shell whose home directory is empty."""
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    for name in ("XDG_CONFIG_HOME", "ZDOTDIR", "BASH_ENV"):
        environment.pop(name, None)

    def run(shell, script):
        done = subprocess.run(
            [shell, "-c", script], env=environment, cwd=tmp_path, capture_output=True, check=False, timeout=120
        )
        return done.stdout.decode() + done.stderr.decode()

    return run


@pytest.mark.parametrize("shell", ASKING)
def test_the_shell_offers_names_after_it_is_told_to(shell, in_shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    # Not as the last command, in whose place a shell would be gone.
    assert f"{shell} completion installed in" in in_shell(shell, "bedrock-eol --install-completion; true")
    for words, offered in OFFERED:
        assert offered in in_shell(shell, ASKING[shell].format(words=words)), words
