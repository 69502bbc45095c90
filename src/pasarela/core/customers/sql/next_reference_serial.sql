-- The next number of a store reference.
SELECT nextval('store_reference_serials')
