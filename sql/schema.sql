-- The whole schema, for an empty database in one go:
--     psql "$CPMS_DATABASE_URL" -v ON_ERROR_STOP=1 -f sql/schema.sql
--
-- Made from the numbered files, on an empty database, by
--     scripts/migrate --print-schema > sql/schema.sql

begin;

do $$ begin
    if to_regclass('chargers') is not null then
        raise exception 'there is a schema already: use scripts/migrate';
    end if;
end $$;

CREATE TABLE chargers (
    charge_point_id text NOT NULL,
    secret_hash text DEFAULT ''::text NOT NULL,
    is_active boolean DEFAULT false NOT NULL,
    vendor text,
    model text,
    ocpp_version text DEFAULT '1.6J'::text NOT NULL,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    site_id uuid,
    firmware_version text,
    booted_at timestamp with time zone
)
WITH (fillfactor='50');

COMMENT ON COLUMN chargers.booted_at IS 'when the boot that vendor, model and versions are from was';

CREATE TABLE commands (
    command_id uuid DEFAULT gen_random_uuid() NOT NULL,
    charge_point_id text NOT NULL,
    type text NOT NULL,
    idempotency_key text NOT NULL,
    payload jsonb NOT NULL,
    status text DEFAULT 'Queued'::text NOT NULL,
    response jsonb,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    deadline_at timestamp with time zone,
    response_text text,
    http_status integer,
    CONSTRAINT commands_status_check CHECK ((status = ANY (ARRAY['Queued'::text, 'Sent'::text, 'Acked'::text, 'Failed'::text, 'Unknown'::text])))
);

COMMENT ON COLUMN commands.response IS 'the same in rows older than response_text';

COMMENT ON COLUMN commands.response_text IS 'what the gateway answered, as received';

CREATE TABLE connector_state (
    charge_point_id text NOT NULL,
    connector_id integer NOT NULL,
    status text,
    error_code text DEFAULT 'NoError'::text,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

COMMENT ON COLUMN connector_state.updated_at IS 'the earlier of the status''s own time and that of its arrival';

CREATE TABLE event_keys (
    charge_point_id text NOT NULL,
    key text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE event_keys IS 'events known by their own eventId (id:...), or by their digest when they have no readable time';

CREATE TABLE gateway_events (
    id bigint NOT NULL,
    charge_point_id text NOT NULL,
    event_type text NOT NULL,
    ts timestamp with time zone NOT NULL,
    payload jsonb NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    digest uuid
);

COMMENT ON COLUMN gateway_events.digest IS 'md5(payload::text), null in a repetition from before';

CREATE SEQUENCE gateway_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE gateway_events_id_seq OWNED BY gateway_events.id;

CREATE TABLE meter_samples (
    id bigint NOT NULL,
    session_id uuid,
    charge_point_id text NOT NULL,
    transaction_id integer,
    ts timestamp with time zone NOT NULL,
    samples_json jsonb,
    event_id bigint,
    item smallint DEFAULT 0 NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    kind text,
    value_text text,
    unit text,
    context text,
    phase text,
    location text,
    format text,
    value_mwh bigint,
    CONSTRAINT meter_samples_kind_check CHECK ((kind = ANY (ARRAY['R'::text, 'I'::text])))
);

COMMENT ON COLUMN meter_samples.session_id IS 'only in rows from before: a reading belongs to a session by charger, transaction and time';

COMMENT ON COLUMN meter_samples.samples_json IS 'the whole event, only in rows from before';

COMMENT ON COLUMN meter_samples.event_id IS 'id in gateway_events';

COMMENT ON COLUMN meter_samples.item IS 'place among the event''s samples, from 0';

COMMENT ON COLUMN meter_samples.kind IS 'R Energy.Active.Import.Register, I ...Interval, null: the event has no energy reading';

COMMENT ON COLUMN meter_samples.value_mwh IS 'thousandths of a Wh, null when value or unit cannot be used';

CREATE SEQUENCE meter_samples_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE meter_samples_id_seq OWNED BY meter_samples.id;

CREATE TABLE quarantine (
    slot integer NOT NULL,
    seq bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    reason text NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT quarantine_slot_check CHECK (((slot >= 0) AND (slot <= 999)))
);

COMMENT ON TABLE quarantine IS 'refused bodies; slot = seq % 1000, seq counts all there were';

CREATE SEQUENCE quarantine_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE schema_migrations (
    file text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE session_revisions (
    session_id uuid NOT NULL,
    charge_point_id text NOT NULL,
    revision integer NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    cause text NOT NULL,
    rule_version integer NOT NULL,
    energy_wh bigint,
    energy_source text,
    is_estimated boolean,
    needs_review boolean,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    meter_start_wh numeric,
    meter_stop_wh numeric,
    reason text,
    fingerprint text NOT NULL,
    explanation jsonb NOT NULL,
    accepted_by text,
    accepted_why text,
    CONSTRAINT session_revisions_cause_check CHECK ((cause = ANY (ARRAY['Ended'::text, 'Late'::text, 'Forced'::text, 'Refinalized'::text, 'Stale'::text, 'Inherited'::text, 'Accepted'::text])))
);

COMMENT ON COLUMN session_revisions.fingerprint IS 'what makes two decisions the same';

CREATE TABLE sessions (
    session_id uuid DEFAULT gen_random_uuid() NOT NULL,
    charge_point_id text NOT NULL,
    connector_id integer,
    transaction_id integer,
    id_tag text,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    meter_start_wh numeric,
    meter_stop_wh numeric,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    energy_wh bigint,
    energy_source text,
    is_estimated boolean DEFAULT false NOT NULL,
    finalized_at timestamp with time zone,
    tariff_id uuid,
    cost_amount numeric(12,4),
    cost_currency text,
    priced_at timestamp with time zone,
    has_start boolean DEFAULT true NOT NULL,
    start_conflict boolean DEFAULT false NOT NULL,
    stale boolean DEFAULT false NOT NULL,
    needs_review boolean DEFAULT false NOT NULL,
    end_kind text,
    duplicate_of uuid,
    CONSTRAINT sessions_end_kind_check CHECK ((end_kind = ANY (ARRAY['Reported'::text, 'Superseded'::text, 'Stale'::text, 'Ambiguous'::text])))
);

COMMENT ON COLUMN sessions.has_start IS 'false: readings or ends whose start never came';

COMMENT ON COLUMN sessions.duplicate_of IS 'the session kept of those from before that tell of one start';

CREATE TABLE settlements (
    settlement_id uuid DEFAULT gen_random_uuid() NOT NULL,
    session_id uuid,
    site_id uuid,
    amount numeric(12,4),
    currency text,
    status text DEFAULT 'Pending'::text NOT NULL,
    chain text,
    tx_hash text,
    external_ref text,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    charge_point_id text NOT NULL
);

CREATE TABLE sites (
    site_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text,
    payout_wallet text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE tariffs (
    tariff_id uuid DEFAULT gen_random_uuid() NOT NULL,
    site_id uuid,
    price_per_kwh numeric(12,4),
    currency text DEFAULT 'USD'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE transaction_ends (
    charge_point_id text NOT NULL,
    transaction_id integer NOT NULL,
    ts timestamp with time zone NOT NULL,
    meter_stop_wh numeric,
    reason text,
    event_id bigint,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE waiting_transactions (
    charge_point_id text NOT NULL,
    transaction_id integer NOT NULL,
    first_received_at timestamp with time zone NOT NULL,
    last_received_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY gateway_events ALTER COLUMN id SET DEFAULT nextval('gateway_events_id_seq'::regclass);

ALTER TABLE ONLY meter_samples ALTER COLUMN id SET DEFAULT nextval('meter_samples_id_seq'::regclass);

ALTER TABLE ONLY chargers
    ADD CONSTRAINT chargers_pkey PRIMARY KEY (charge_point_id);

ALTER TABLE ONLY commands
    ADD CONSTRAINT commands_idempotency_key UNIQUE (charge_point_id, idempotency_key);

ALTER TABLE ONLY commands
    ADD CONSTRAINT commands_pkey PRIMARY KEY (command_id, charge_point_id);

ALTER TABLE ONLY connector_state
    ADD CONSTRAINT connector_state_pkey PRIMARY KEY (charge_point_id, connector_id);

ALTER TABLE ONLY event_keys
    ADD CONSTRAINT event_keys_pkey PRIMARY KEY (charge_point_id, key);

ALTER TABLE ONLY gateway_events
    ADD CONSTRAINT gateway_events_digest_key UNIQUE (charge_point_id, ts, digest);

ALTER TABLE ONLY gateway_events
    ADD CONSTRAINT gateway_events_pkey PRIMARY KEY (charge_point_id, id, ts);

ALTER TABLE ONLY meter_samples
    ADD CONSTRAINT meter_samples_pkey PRIMARY KEY (charge_point_id, id);

ALTER TABLE ONLY quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (slot);

ALTER TABLE ONLY schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (file);

ALTER TABLE ONLY session_revisions
    ADD CONSTRAINT session_revisions_pkey PRIMARY KEY (session_id, revision, charge_point_id);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id, charge_point_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_pkey PRIMARY KEY (settlement_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_session_key UNIQUE (session_id, charge_point_id);

ALTER TABLE ONLY sites
    ADD CONSTRAINT sites_name_key UNIQUE (name);

ALTER TABLE ONLY sites
    ADD CONSTRAINT sites_pkey PRIMARY KEY (site_id);

ALTER TABLE ONLY tariffs
    ADD CONSTRAINT tariffs_pkey PRIMARY KEY (tariff_id);

ALTER TABLE ONLY transaction_ends
    ADD CONSTRAINT transaction_ends_key UNIQUE NULLS NOT DISTINCT (charge_point_id, transaction_id, ts, meter_stop_wh, reason);

ALTER TABLE ONLY waiting_transactions
    ADD CONSTRAINT waiting_transactions_pkey PRIMARY KEY (charge_point_id, transaction_id);

CREATE INDEX commands_created_idx ON commands USING btree (charge_point_id, created_at DESC);

CREATE INDEX meter_samples_transaction_idx ON meter_samples USING btree (charge_point_id, transaction_id, ts);

CREATE INDEX sessions_charger_idx ON sessions USING btree (charge_point_id, started_at DESC, session_id DESC);

CREATE INDEX sessions_connector_idx ON sessions USING btree (charge_point_id, connector_id, started_at);

CREATE INDEX sessions_review_idx ON sessions USING btree (started_at DESC, session_id DESC) WHERE needs_review;

CREATE INDEX sessions_running_idx ON sessions USING btree (charge_point_id, started_at) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX sessions_start_key ON sessions USING btree (charge_point_id, transaction_id, started_at, connector_id) WHERE ((duplicate_of IS NULL) AND has_start);

CREATE INDEX sessions_started_idx ON sessions USING btree (started_at DESC, session_id DESC);

CREATE UNIQUE INDEX sessions_startless_key ON sessions USING btree (charge_point_id, transaction_id) WHERE (NOT has_start);

CREATE INDEX settlements_status_idx ON settlements USING btree (status, created_at);

CREATE INDEX tariffs_site_idx ON tariffs USING btree (site_id, is_active);

ALTER TABLE ONLY chargers
    ADD CONSTRAINT chargers_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY commands
    ADD CONSTRAINT commands_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY connector_state
    ADD CONSTRAINT connector_state_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY session_revisions
    ADD CONSTRAINT session_revisions_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY tariffs
    ADD CONSTRAINT tariffs_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

insert into schema_migrations (file) values
    ('001_chargers_events_sessions.sql'),
    ('002_commands.sql'),
    ('003_session_finalization.sql'),
    ('004_sites_tariffs_settlements.sql'),
    ('005_keys.sql'),
    ('006_ingest.sql');

commit;
