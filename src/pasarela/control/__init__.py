"""The sandbox's control plane, `/sandbox/v1`: moves the clock, breaks, explains, resets. Never in production."""
