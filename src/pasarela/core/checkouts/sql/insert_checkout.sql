-- A new checkout, available. $1 tenant, $2 checkout, $3 payment, $4 link token, $5 order id, $6 customer, $7 amount,
-- $8 currency, $9 description, $10 address to return to, $11 whether to mail it, $12 payer, $13 instant, $14 expiry
INSERT INTO checkouts (
    tenant_id, checkout_id, payment_id, link_token, order_id, customer_id, amount_minor, currency, description,
    redirect_url, send_email, payer, status, created_at, expires_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'available', $13, $14)
RETURNING *
