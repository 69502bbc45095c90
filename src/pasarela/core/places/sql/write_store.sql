-- Adds a store, or makes a known one what is said. $1 to $19: the table's columns in their order
INSERT INTO stores
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (store_id) DO UPDATE SET
    chain_store_id = excluded.chain_store_id, name = excluded.name, status = excluded.status,
    latitude = excluded.latitude, longitude = excluded.longitude, place_id = excluded.place_id,
    line1 = excluded.line1, line2 = excluded.line2, line3 = excluded.line3, city = excluded.city,
    state = excluded.state, postal_code = excluded.postal_code, country_code = excluded.country_code,
    chain = excluded.chain, chain_logo = excluded.chain_logo, chain_thumb = excluded.chain_thumb,
    amount_max_minor = excluded.amount_max_minor, updated_at = excluded.updated_at
