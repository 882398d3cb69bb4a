"""Which environments are, are born, die or are refused, and which refs are in force."""
