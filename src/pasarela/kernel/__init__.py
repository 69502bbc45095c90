"""Values without I/O: money, ids, time, secrets, cards, the vocabulary of declines."""
