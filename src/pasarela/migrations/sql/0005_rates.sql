-- Exchange rates, as the operator feeds them in: what one unit of a currency is worth in another from a day on.
CREATE TABLE exchange_rates (
    from_currency char(3) NOT NULL,
    to_currency char(3) NOT NULL,
    day date NOT NULL,
    value numeric(18, 8) NOT NULL CHECK (value > 0),
    written_at timestamptz NOT NULL,
    PRIMARY KEY (from_currency, to_currency, day),
    CHECK (from_currency <> to_currency)
);
COMMENT ON TABLE exchange_rates IS 'The whole platform''s, so they have no tenant. The newest one that is not in the future counts.';

GRANT SELECT ON exchange_rates TO pasarela_app, pasarela_batch;
GRANT SELECT, INSERT, UPDATE ON exchange_rates TO pasarela_operator;
