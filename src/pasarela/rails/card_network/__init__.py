"""The card rail over ISO 8583: one connection to the network, many requests in flight on it."""
