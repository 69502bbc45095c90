-- The products of tenant $1, in the order of their making, each with how many plastics wait.
SELECT p.*, (SELECT count(*) FROM issuing_numbers n
    WHERE n.tenant_id = p.tenant_id AND n.product_id = p.product_id AND n.stocked AND n.card_id IS NULL) AS stock_cards
FROM issuing_products p WHERE p.tenant_id = $1 ORDER BY p.created_at, p.product_id
