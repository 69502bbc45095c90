"""What all dialects share: the request cycle, reading and writing wire models, routes, CORS, the request log."""
