-- A cardholder; answers nothing when the id or the external id is taken. $1 tenant, $2 client, $3 id, $4 external id, $5
-- to $8 names, $9 RFC, $10 CURP, $11 e-mail, $12 and $13 telephones, $14 address, $15 birthdate, $16 gender, $17 marital
-- status, $18 children, $19 and $20 income, $21 observations, $22 when.
INSERT INTO issuing_cardholders
    (tenant_id, client_id, cardholder_id, external_id, first_name, second_name, surname, second_surname, rfc, curp,
     email, primary_phone, mobile_phone, address, birthdate, gender, marital_status, has_kids, gross_monthly_income,
     net_monthly_income, observations, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
ON CONFLICT DO NOTHING
RETURNING *
