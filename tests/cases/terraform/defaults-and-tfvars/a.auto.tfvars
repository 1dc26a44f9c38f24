automatic = "first"
