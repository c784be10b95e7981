"""Prime editing: a nick, a flap copied from the guide's own template, and what joins them."""
