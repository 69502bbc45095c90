"""Where merchants want to hear of what happens: the addresses, and the proof that each wants to be told."""
