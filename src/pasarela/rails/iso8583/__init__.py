"""ISO 8583:1987 as the card rail and its simulator speak it: messages, frames, and the byte streams that
carry them."""
