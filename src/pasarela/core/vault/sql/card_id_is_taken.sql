-- Whether a card of whatever owner has this id, a deleted one too. $1 tenant, $2 card
SELECT EXISTS (SELECT FROM vault_cards WHERE tenant_id = $1 AND card_id = $2)
