"""What is written to payers by e-mail, in plain text and HTML."""
