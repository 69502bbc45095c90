-- Checkouts: their page finds them by link, and the payment made on one completes it.
CREATE UNIQUE INDEX checkouts_by_payment ON checkouts (tenant_id, payment_id);
GRANT UPDATE (payment_id) ON checkouts TO pasarela_app;
GRANT UPDATE (status) ON checkouts TO pasarela_batch;
