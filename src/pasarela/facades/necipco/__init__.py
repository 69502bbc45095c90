"""The NeCIPCo dialect: card issuing as its document describes it."""
