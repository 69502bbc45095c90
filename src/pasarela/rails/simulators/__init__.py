"""The other side of the rails, for the sandbox and the tests: networks that answer, and misbehave on wish."""
