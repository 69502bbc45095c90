"""The vault: card numbers under keys, the cards and tokens that point at them, one door to read a number."""
