"""What other tools call: each module needs the tool that it is made for."""
