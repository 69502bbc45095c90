-- One authentication, of whatever tenant: its id is known to 3DS servers, directories and issuers alike. $1 id.
SELECT * FROM authentications WHERE authentication_id = $1
