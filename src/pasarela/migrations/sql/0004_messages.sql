-- Messages to payers: what was written to them, and whether it has left.
CREATE TABLE messages (
    tenant_id bigint NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    channel text NOT NULL CHECK (channel IN ('email', 'sms')),
    recipient text NOT NULL,
    subject text,
    body text NOT NULL,
    html text,
    about text COLLATE "C",
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    refusal text,
    PRIMARY KEY (tenant_id, message_id)
);
CREATE INDEX messages_by_time ON messages (created_at DESC, message_id DESC);
COMMENT ON COLUMN messages.message_id IS 'Made of what the message is about, so that nothing is told twice.';
COMMENT ON COLUMN messages.sent_at IS 'When whoever carries it took it; a sandbox catches it and takes it at once.';
COMMENT ON COLUMN messages.refusal IS 'Why it will never be sent: an address that can''t be one, a mailbox that is none.';

GRANT SELECT, INSERT ON messages TO pasarela_app;
GRANT UPDATE (sent_at, refusal) ON messages TO pasarela_app;
GRANT SELECT ON messages TO pasarela_operator;
