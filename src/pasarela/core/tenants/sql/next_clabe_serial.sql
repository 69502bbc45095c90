-- The next number behind the platform's CLABE prefix.
SELECT nextval('clabe_serials')
