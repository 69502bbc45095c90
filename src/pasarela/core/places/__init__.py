"""Where people pay cash: the stores, their positions and what they take."""
