-- Whether tenant $1 has card $2.
SELECT EXISTS (SELECT FROM issuing_cards WHERE tenant_id = $1 AND card_id = $2)
