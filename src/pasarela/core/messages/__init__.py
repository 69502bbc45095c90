"""Messages to payers: written down first, then carried, once."""
