"""EMV 3-D Secure as its parties speak it: the messages that our server, directories and issuers share."""
