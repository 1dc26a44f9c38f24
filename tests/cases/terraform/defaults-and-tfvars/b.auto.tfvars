automatic = "ai21.jamba-1-5-mini-v1:0"
