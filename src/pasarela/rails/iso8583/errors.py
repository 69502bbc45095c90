"""What is raised for bytes that are not a message of ours. Its text never holds anything of the message
itself."""

from __future__ import annotations


class Malformed(Exception):
    """The bytes are not an ISO 8583 message in this network's format, or a field that the message needs is
    wrong."""
