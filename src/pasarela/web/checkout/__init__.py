"""Pages on which payers pay: the card page, the wallet, payment links. They decide nothing that core verbs decide."""
