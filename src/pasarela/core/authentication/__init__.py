"""3-D Secure: asks a card's issuer who pays, before a waiting payment is authorised."""
