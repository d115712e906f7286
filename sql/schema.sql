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

CREATE FUNCTION history_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
	begin
		raise exception 'what happened to a settlement is only added to'
			using errcode = 'restrict_violation';
	end $$;

CREATE FUNCTION settlement_guard() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
	begin
		if tg_op = 'INSERT' then
			if new.status not in ('Held', 'Pending')
			    or new.frozen_at is not null then
				raise exception 'a settlement begins as Pending '
					'or Held' using errcode = 'check_violation';
			end if;
			return new;
		end if;
		if tg_op = 'DELETE' then
			raise exception 'a settlement is never deleted'
				using errcode = 'restrict_violation';
		end if;
		if new.status <> old.status
		    and (old.status, new.status) not in (
			('Held', 'Pending'), ('Pending', 'Held'),
			('Pending', 'Submitted'), ('Submitted', 'Confirmed'),
			('Submitted', 'Failed'), ('Failed', 'Submitted')) then
			raise exception 'a settlement that is % cannot become %',
				old.status, new.status
				using errcode = 'check_violation';
		end if;
		if (new.settlement_id, new.session_id, new.charge_point_id,
		    new.kind, new.ordinal, new.adjusts, new.created_at)
		    is distinct from (old.settlement_id, old.session_id,
		    old.charge_point_id, old.kind, old.ordinal, old.adjusts,
		    old.created_at) then
			raise exception 'what a settlement is of never changes'
				using errcode = 'check_violation';
		end if;
		if old.frozen_at is not null
		    and (new.site_id, new.tariff_id, new.revision, new.amount,
		    new.currency, new.payout_wallet, new.frozen_at,
		    new.site_seq, new.statement, new.statement_sha256)
		    is distinct from (old.site_id, old.tariff_id, old.revision,
		    old.amount, old.currency, old.payout_wallet, old.frozen_at,
		    old.site_seq, old.statement, old.statement_sha256) then
			raise exception 'a frozen settlement never changes'
				using errcode = 'check_violation';
		end if;
		if old.frozen_at is null and new.frozen_at is not null
		    and (old.status <> 'Pending' or new.statement is null
		    or new.statement_sha256 is distinct from encode(sha256(
		    convert_to(new.statement, 'UTF8')), 'hex')) then
			raise exception 'a settlement is frozen with its statement'
				using errcode = 'check_violation';
		end if;
		if new.status = old.status
		    and (new.chain, new.tx_hash, new.external_ref, new.error)
		    is distinct from (old.chain, old.tx_hash,
		    old.external_ref, old.error)
		    or new.status = 'Submitted' and (new.chain is null
		    or new.tx_hash is null)
		    or new.status in ('Confirmed', 'Failed')
		    and (new.chain, new.tx_hash, new.external_ref)
		    is distinct from (old.chain, old.tx_hash,
		    old.external_ref)
		    or new.status = 'Failed' and new.error is null then
			raise exception 'a settlement''s transaction changes with '
				'its status only' using errcode = 'check_violation';
		end if;
		return new;
	end $$;

CREATE FUNCTION settlement_record() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
	declare
		was text;
	begin
		if tg_op = 'UPDATE' then
			was := old.status;
			if new.status = old.status and (new.lease_token is null
			    or new.lease_token is not distinct from
			    old.lease_token) then
				return null;
			end if;
		end if;
		insert into settlement_history (settlement_id, seq,
			from_status, to_status, data)
		select new.settlement_id, count(*) + 1, was, new.status,
			jsonb_strip_nulls(case
			when new.status = 'Submitted' then jsonb_build_object(
				'chain', new.chain, 'txHash', new.tx_hash,
				'externalRef', new.external_ref,
				'statementSha256', new.statement_sha256)
			when new.status = 'Failed' then jsonb_build_object(
				'error', new.error)
			when new.status = 'Confirmed' then '{}'
			when new.lease_token is not null then
				jsonb_build_object('worker', new.worker,
				'leaseUntil', new.lease_until,
				'statementSha256', new.statement_sha256)
			else jsonb_build_object('amount', new.amount::text,
				'currency', new.currency,
				'revision', new.revision) end)
		from settlement_history h
		where h.settlement_id = new.settlement_id;
		return null;
	end $$;

CREATE TABLE charger_sites (
    charge_point_id text NOT NULL,
    since timestamp with time zone NOT NULL,
    site_id uuid
);

COMMENT ON TABLE charger_sites IS 'which site a charger belonged to from when on; chargers.site_id is the present one';

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
    booted_at timestamp with time zone,
    max_power_kw integer,
    clock_run_ts timestamp with time zone,
    clock_run_received_at timestamp with time zone,
    clock_skew_seconds bigint,
    CONSTRAINT chargers_max_power_kw_check CHECK (((max_power_kw >= 1) AND (max_power_kw <= 2000)))
)
WITH (fillfactor='50');

COMMENT ON COLUMN chargers.booted_at IS 'when the boot that vendor, model and versions are from was';

COMMENT ON COLUMN chargers.max_power_kw IS 'null: CPMS_MAX_CHARGE_KW stands for it';

COMMENT ON COLUMN chargers.clock_run_ts IS 'of the first event of a run whose ts and arrivals advance alike';

COMMENT ON COLUMN chargers.clock_skew_seconds IS 'its time minus ours, by its latest live event; null: not known';

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
    ack_unique_id text,
    CONSTRAINT commands_status_check CHECK ((status = ANY (ARRAY['Queued'::text, 'Sent'::text, 'Acked'::text, 'Failed'::text, 'Unknown'::text])))
);

COMMENT ON COLUMN commands.response IS 'the same in rows older than response_text';

COMMENT ON COLUMN commands.response_text IS 'what the gateway answered, as received';

COMMENT ON COLUMN commands.ack_unique_id IS 'uniqueId of the CommandAck that can be of no other command';

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

CREATE TABLE large_sessions (
    session_id uuid NOT NULL,
    charge_point_id text NOT NULL,
    version bigint NOT NULL,
    due_since timestamp with time zone DEFAULT now(),
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    cause text NOT NULL,
    made_by text,
    why text,
    anew boolean DEFAULT false NOT NULL
)
WITH (fillfactor='50');

COMMENT ON COLUMN large_sessions.version IS 'raised by whatever may change the decision';

COMMENT ON COLUMN large_sessions.due_since IS 'null: its decision stands';

COMMENT ON COLUMN large_sessions.not_before IS 'when it may be taken up next';

COMMENT ON COLUMN large_sessions.tries IS 'how often it was taken up since it was last decided';

COMMENT ON COLUMN large_sessions.cause IS 'of the revision that is due, with whose word it is and why';

COMMENT ON COLUMN large_sessions.anew IS 'the same figure makes a revision too';

CREATE SEQUENCE large_sessions_version_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE large_sessions_version_seq OWNED BY large_sessions.version;

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

CREATE TABLE session_corrections (
    session_id uuid NOT NULL,
    charge_point_id text NOT NULL,
    seq integer NOT NULL,
    idempotency_key text NOT NULL,
    energy_wh bigint,
    made_by text,
    why text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT session_corrections_energy_check CHECK ((energy_wh >= 0))
);

COMMENT ON COLUMN session_corrections.energy_wh IS 'null: the correction before it is withdrawn';

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
    connector_id integer,
    review_reasons text[] DEFAULT '{}'::text[] NOT NULL,
    corrected boolean DEFAULT false NOT NULL,
    CONSTRAINT session_revisions_cause_check CHECK ((cause = ANY (ARRAY['Ended'::text, 'Late'::text, 'Forced'::text, 'Refinalized'::text, 'Stale'::text, 'Inherited'::text, 'Accepted'::text, 'Corrected'::text, 'Withdrawn'::text])))
);

COMMENT ON COLUMN session_revisions.fingerprint IS 'what makes two decisions the same';

COMMENT ON COLUMN session_revisions.accepted_by IS 'who accepted or corrected the figure';

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
    start_unreadable boolean DEFAULT false NOT NULL,
    start_received_at timestamp with time zone,
    legacy_meter_stop_wh numeric,
    legacy_energy_wh bigint,
    legacy_energy_source text,
    legacy_is_estimated boolean,
    review_reasons text[] DEFAULT '{}'::text[] NOT NULL,
    correction_wh bigint,
    correction_basis text,
    site_id uuid,
    billing text,
    unpriced_reason text,
    CONSTRAINT sessions_billing_check CHECK (
CASE billing
    WHEN 'Unpriced'::text THEN ((unpriced_reason IS NOT NULL) AND (unpriced_reason = ANY (ARRAY['Duplicate'::text, 'NoEnergy'::text, 'NoSite'::text, 'NoTariff'::text, 'TooLarge'::text])))
    WHEN 'Settled'::text THEN (unpriced_reason IS NULL)
    WHEN 'Held'::text THEN (unpriced_reason IS NULL)
    WHEN 'Zero'::text THEN (unpriced_reason IS NULL)
    ELSE ((billing IS NULL) AND (unpriced_reason IS NULL))
END),
    CONSTRAINT sessions_end_kind_check CHECK ((end_kind = ANY (ARRAY['Reported'::text, 'Superseded'::text, 'Stale'::text, 'Ambiguous'::text]))),
    CONSTRAINT sessions_legacy_check CHECK ((legacy_energy_source = ANY (ARRAY['StopTransaction'::text, 'MeterValues.Register'::text, 'MeterValues.Interval'::text])))
);

COMMENT ON COLUMN sessions.has_start IS 'false: readings or ends whose start never came';

COMMENT ON COLUMN sessions.duplicate_of IS 'the session kept of those from before that tell of one start';

COMMENT ON COLUMN sessions.start_unreadable IS 'meterStartWh was sent, and no meter can show it';

COMMENT ON COLUMN sessions.start_received_at IS 'null: it is not known when the start arrived, or none did';

COMMENT ON COLUMN sessions.legacy_meter_stop_wh IS 'what an earlier edition took for a stop: no charger sent it';

COMMENT ON COLUMN sessions.legacy_energy_wh IS 'the figure of an earlier edition, whose events were never stored';

COMMENT ON COLUMN sessions.review_reasons IS 'flags that ask somebody to look; accepting keeps them';

COMMENT ON COLUMN sessions.correction_wh IS 'the figure of the correction in force, energy_wh then';

COMMENT ON COLUMN sessions.correction_basis IS 'what the fallback chain gave when the correction was made';

COMMENT ON COLUMN sessions.site_id IS 'of the charger at the session''s start';

COMMENT ON COLUMN sessions.billing IS 'null while it runs';

CREATE TABLE settlement_history (
    settlement_id uuid NOT NULL,
    seq integer NOT NULL,
    from_status text,
    to_status text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    data jsonb NOT NULL
);

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
    charge_point_id text NOT NULL,
    kind text DEFAULT 'Settlement'::text NOT NULL,
    ordinal integer DEFAULT 1 NOT NULL,
    adjusts uuid,
    revision integer,
    tariff_id uuid,
    payout_wallet text,
    worker text,
    lease_token uuid,
    lease_until timestamp with time zone,
    frozen_at timestamp with time zone,
    site_seq bigint,
    statement text,
    statement_sha256 text,
    CONSTRAINT settlements_frozen_check CHECK (
CASE
    WHEN (frozen_at IS NULL) THEN ((statement IS NULL) AND (site_seq IS NULL) AND (status = ANY (ARRAY['Held'::text, 'Pending'::text])))
    ELSE ((status <> 'Held'::text) AND ((statement IS NULL) = (site_seq IS NULL)) AND ((statement IS NULL) = (statement_sha256 IS NULL)))
END),
    CONSTRAINT settlements_kind_check CHECK (
CASE kind
    WHEN 'Settlement'::text THEN ((ordinal = 1) AND (adjusts IS NULL))
    WHEN 'Adjustment'::text THEN ((ordinal > 1) AND (adjusts IS NOT NULL))
    ELSE false
END),
    CONSTRAINT settlements_status_check CHECK ((status = ANY (ARRAY['Held'::text, 'Pending'::text, 'Submitted'::text, 'Confirmed'::text, 'Failed'::text])))
);

COMMENT ON COLUMN settlements.ordinal IS 'place among its session''s: 1 is the settlement, later ones adjust it';

COMMENT ON COLUMN settlements.revision IS 'of the session, that the amount is made of';

COMMENT ON COLUMN settlements.frozen_at IS 'when it was first claimed or submitted; from then on what its statement says is fixed';

COMMENT ON COLUMN settlements.site_seq IS 'place in its site''s chain of statements; null in what was sent out before there were statements';

CREATE TABLE site_wallets (
    site_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    wallet text NOT NULL
);

COMMENT ON TABLE site_wallets IS 'a site''s wallet from when on; sites.payout_wallet is the present one';

CREATE TABLE sites (
    site_id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text,
    payout_wallet text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    time_zone text
);

CREATE TABLE tariffs (
    tariff_id uuid DEFAULT gen_random_uuid() NOT NULL,
    site_id uuid,
    price_per_kwh numeric(12,4),
    currency text DEFAULT 'USD'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    valid_from timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    CONSTRAINT tariffs_valid_check CHECK ((valid_from <= valid_to))
);

COMMENT ON COLUMN tariffs.valid_to IS 'null: in force; is_active says what the field said in rows from there';

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

ALTER TABLE ONLY large_sessions ALTER COLUMN version SET DEFAULT nextval('large_sessions_version_seq'::regclass);

ALTER TABLE ONLY meter_samples ALTER COLUMN id SET DEFAULT nextval('meter_samples_id_seq'::regclass);

ALTER TABLE ONLY charger_sites
    ADD CONSTRAINT charger_sites_pkey PRIMARY KEY (charge_point_id, since);

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

ALTER TABLE ONLY large_sessions
    ADD CONSTRAINT large_sessions_pkey PRIMARY KEY (session_id, charge_point_id);

ALTER TABLE ONLY meter_samples
    ADD CONSTRAINT meter_samples_pkey PRIMARY KEY (charge_point_id, id);

ALTER TABLE ONLY quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (slot);

ALTER TABLE ONLY schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (file);

ALTER TABLE ONLY session_corrections
    ADD CONSTRAINT session_corrections_key UNIQUE (session_id, charge_point_id, idempotency_key);

ALTER TABLE ONLY session_corrections
    ADD CONSTRAINT session_corrections_pkey PRIMARY KEY (session_id, seq, charge_point_id);

ALTER TABLE ONLY session_revisions
    ADD CONSTRAINT session_revisions_pkey PRIMARY KEY (session_id, revision, charge_point_id);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id, charge_point_id);

ALTER TABLE ONLY settlement_history
    ADD CONSTRAINT settlement_history_pkey PRIMARY KEY (settlement_id, seq);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_pkey PRIMARY KEY (settlement_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_session_key UNIQUE (session_id, charge_point_id, ordinal);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_site_key UNIQUE (site_id, site_seq);

ALTER TABLE ONLY site_wallets
    ADD CONSTRAINT site_wallets_pkey PRIMARY KEY (site_id, since);

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

CREATE INDEX chargers_site_idx ON chargers USING btree (site_id, charge_point_id);

CREATE INDEX commands_created_idx ON commands USING btree (charge_point_id, created_at DESC);

CREATE INDEX commands_status_idx ON commands USING btree (status, created_at DESC, command_id DESC);

CREATE INDEX large_sessions_due_idx ON large_sessions USING btree (not_before) WHERE (due_since IS NOT NULL);

CREATE INDEX meter_samples_place_idx ON meter_samples USING btree (charge_point_id, transaction_id, ts, id);

CREATE INDEX sessions_billing_idx ON sessions USING btree (billing, started_at DESC, session_id DESC);

CREATE INDEX sessions_charger_idx ON sessions USING btree (charge_point_id, started_at DESC, session_id DESC);

CREATE INDEX sessions_connector_idx ON sessions USING btree (charge_point_id, connector_id, started_at, transaction_id);

CREATE INDEX sessions_id_tag_idx ON sessions USING btree (id_tag, started_at DESC, session_id DESC);

CREATE INDEX sessions_reasons_idx ON sessions USING btree (started_at DESC, session_id DESC) WHERE (review_reasons <> '{}'::text[]);

CREATE INDEX sessions_review_idx ON sessions USING btree (started_at DESC, session_id DESC) WHERE needs_review;

CREATE INDEX sessions_running_idx ON sessions USING btree (charge_point_id, started_at) WHERE (ended_at IS NULL);

CREATE INDEX sessions_site_idx ON sessions USING btree (site_id, started_at DESC, session_id DESC);

CREATE INDEX sessions_source_idx ON sessions USING btree (energy_source, started_at DESC, session_id DESC);

CREATE UNIQUE INDEX sessions_start_key ON sessions USING btree (charge_point_id, transaction_id, started_at, connector_id) WHERE ((duplicate_of IS NULL) AND has_start);

CREATE INDEX sessions_started_idx ON sessions USING btree (started_at DESC, session_id DESC);

CREATE UNIQUE INDEX sessions_startless_key ON sessions USING btree (charge_point_id, transaction_id) WHERE (NOT has_start);

CREATE INDEX sessions_transaction_idx ON sessions USING btree (transaction_id, started_at DESC, session_id DESC);

CREATE INDEX sessions_unpriced_idx ON sessions USING btree (charge_point_id, started_at) WHERE (unpriced_reason = ANY (ARRAY['NoSite'::text, 'NoTariff'::text]));

CREATE INDEX sessions_updated_idx ON sessions USING btree (updated_at, session_id);

CREATE INDEX settlements_created_idx ON settlements USING btree (created_at, settlement_id);

CREATE UNIQUE INDEX settlements_open_key ON settlements USING btree (session_id, charge_point_id, site_id, currency) WHERE (frozen_at IS NULL);

CREATE INDEX settlements_pending_idx ON settlements USING btree (created_at, settlement_id) WHERE (status = 'Pending'::text);

CREATE INDEX settlements_site_created_idx ON settlements USING btree (site_id, created_at, settlement_id);

CREATE INDEX settlements_site_status_idx ON settlements USING btree (site_id, status, created_at, settlement_id);

CREATE INDEX settlements_status_idx ON settlements USING btree (status, created_at, settlement_id);

CREATE INDEX sites_created_idx ON sites USING btree (created_at, site_id);

CREATE UNIQUE INDEX tariffs_open_key ON tariffs USING btree (site_id) WHERE (valid_to IS NULL);

CREATE INDEX tariffs_site_idx ON tariffs USING btree (site_id, is_active);

CREATE INDEX tariffs_valid_idx ON tariffs USING btree (site_id, valid_from);

CREATE TRIGGER history_guard BEFORE DELETE OR UPDATE ON settlement_history FOR EACH ROW EXECUTE FUNCTION history_guard();

CREATE TRIGGER settlement_guard BEFORE INSERT OR DELETE OR UPDATE ON settlements FOR EACH ROW EXECUTE FUNCTION settlement_guard();

CREATE TRIGGER settlement_record AFTER INSERT OR UPDATE ON settlements FOR EACH ROW EXECUTE FUNCTION settlement_record();

ALTER TABLE ONLY charger_sites
    ADD CONSTRAINT charger_sites_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY charger_sites
    ADD CONSTRAINT charger_sites_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY chargers
    ADD CONSTRAINT chargers_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY commands
    ADD CONSTRAINT commands_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY connector_state
    ADD CONSTRAINT connector_state_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY large_sessions
    ADD CONSTRAINT large_sessions_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY session_corrections
    ADD CONSTRAINT session_corrections_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY session_revisions
    ADD CONSTRAINT session_revisions_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_charge_point_id_fkey FOREIGN KEY (charge_point_id) REFERENCES chargers(charge_point_id);

ALTER TABLE ONLY settlement_history
    ADD CONSTRAINT settlement_history_settlement_id_fkey FOREIGN KEY (settlement_id) REFERENCES settlements(settlement_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_adjusts_fkey FOREIGN KEY (adjusts) REFERENCES settlements(settlement_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_revision_fkey FOREIGN KEY (session_id, revision, charge_point_id) REFERENCES session_revisions(session_id, revision, charge_point_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_session_fkey FOREIGN KEY (session_id, charge_point_id) REFERENCES sessions(session_id, charge_point_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY settlements
    ADD CONSTRAINT settlements_tariff_id_fkey FOREIGN KEY (tariff_id) REFERENCES tariffs(tariff_id);

ALTER TABLE ONLY site_wallets
    ADD CONSTRAINT site_wallets_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

ALTER TABLE ONLY tariffs
    ADD CONSTRAINT tariffs_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(site_id);

insert into schema_migrations (file) values
    ('001_chargers_events_sessions.sql'),
    ('002_commands.sql'),
    ('003_session_finalization.sql'),
    ('004_sites_tariffs_settlements.sql'),
    ('005_keys.sql'),
    ('006_ingest.sql'),
    ('007_settlement.sql'),
    ('008_rules.sql'),
    ('009_legacy.sql'),
    ('010_billing.sql'),
    ('011_clock.sql'),
    ('012_large_sessions.sql'),
    ('013_readings.sql'),
    ('015_gauges.sql'),
    ('016_command_acks.sql');

commit;
