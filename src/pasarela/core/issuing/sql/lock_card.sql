-- Holds card $2 of tenant $1 against money that moves and against other changes.
SELECT card_id FROM issuing_cards WHERE tenant_id = $1 AND card_id = $2 FOR UPDATE
