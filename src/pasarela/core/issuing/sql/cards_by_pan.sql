-- Cards of all programs by the platform's fingerprints of their numbers ($1), numbered by their place in the list.
SELECT asked.n, c.* FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (fingerprint, n)
JOIN issuing_card_profiles c ON c.platform_fingerprint = asked.fingerprint
