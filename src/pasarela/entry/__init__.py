"""Processes and composition: what a command starts, and the one place where concrete parts are put together."""
