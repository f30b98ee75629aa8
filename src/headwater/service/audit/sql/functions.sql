-- What writes the two logs. All functions belong to the owner and run with the owner's rights (SECURITY DEFINER), with a fixed
-- search_path; the service may call audit_write and nothing else, and holds no right to write the tables themselves.

-- Who acts: set by the service for each request. Nobody named, nothing changed.
CREATE OR REPLACE FUNCTION audit_actor() RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE told text := current_setting('headwater.actor', true);
BEGIN
    IF coalesce(told, '') = '' THEN
        IF session_user = current_user THEN  -- The owner's own connection: a migration.
            RETURN jsonb_build_object('role', 'migration');
        END IF;
        RAISE EXCEPTION 'Nobody is named as acting, so nothing may be changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF btrim(coalesce(told::jsonb->>'role', '')) = '' THEN
        RAISE EXCEPTION 'Whoever acts has no role, so nothing may be changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN told::jsonb;
END $$;

CREATE OR REPLACE FUNCTION audit_add(
    verb text, item_type text, items text[], in_case bigint, categories text[], recipient text, agreement bigint, basis text, digest text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE actor jsonb := audit_actor(); made bigint;
BEGIN
    -- A snapshot of before would not see the newest seal, and fork the chain.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'The log is written in READ COMMITTED only.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_entry (at, verb, "user", agency, role, request, item_type, items, "case", categories, recipient, agreement, basis, digest)
    VALUES (
        clock_timestamp(), verb, (actor->>'user')::bigint, (actor->>'agency')::bigint, coalesce(actor->>'role', ''), coalesce(actor->>'request', ''),
        item_type, items, in_case, coalesce(categories, '{}'), coalesce(recipient, ''), agreement, coalesce(basis, ''), coalesce(digest, '')
    ) RETURNING id INTO made;
    RETURN made;
END $$;

-- What the service calls for what is no change of a table: looks, searches, prints, exports, disclosures.
CREATE OR REPLACE FUNCTION audit_write(
    verb text, item_type text, items text[], in_case bigint, categories text[], recipient text, agreement bigint, basis text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF verb IN ('collect', 'alter', 'erase') THEN
        RAISE EXCEPTION 'A change is logged by the change itself.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN audit_add(verb, item_type, items, in_case, categories, recipient, agreement, basis, '');
END $$;

-- On every table of ours: each row that changes leaves a line, and its values apart. Arguments: columns that are never kept.
CREATE OR REPLACE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    whole jsonb := coalesce(after, before);
    salt text := gen_random_uuid()::text || gen_random_uuid()::text;
    made bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(key, value) INTO after FROM jsonb_each(to_jsonb(NEW)) WHERE to_jsonb(OLD)->key IS DISTINCT FROM value;
        IF after IS NULL THEN RETURN NULL; END IF;
        SELECT jsonb_object_agg(key, value) INTO before FROM jsonb_each(to_jsonb(OLD)) WHERE after ? key;
    END IF;
    IF TG_NARGS > 0 THEN
        before := before - TG_ARGV; after := after - TG_ARGV;
    END IF;
    made := audit_add(
        CASE TG_OP WHEN 'INSERT' THEN 'collect' WHEN 'UPDATE' THEN 'alter' ELSE 'erase' END, TG_TABLE_NAME,
        ARRAY[coalesce(whole->>'id', whole->>'number', '')],
        CASE WHEN TG_TABLE_NAME = 'cases_case' THEN (whole->>'id')::bigint ELSE (whole->>'case_id')::bigint END, NULL, NULL,
        (audit_actor()->>'agreement')::bigint, NULL,
        encode(sha256(convert_to(salt || coalesce(before::text, '') || coalesce(after::text, ''), 'UTF8')), 'hex')
    );
    INSERT INTO audit_value (entry_id, salt, old, new) VALUES (made, salt, before, after);
    RETURN NULL;
END $$;

-- What a line says, letter by letter: what its hash is made of.
CREATE OR REPLACE FUNCTION audit_text(line audit_entry) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_array(
        line.id, extract(epoch FROM line.at)::text, line.verb, line."user", line.agency, line.role, line.request, line.item_type, line.items, line."case",
        line.categories, line.recipient, line.agreement, line.basis, line.digest
    )::text
$$;

-- At the end of each transaction, in the order of commits: one writer at a time holds the end of the chain, for a moment only.
CREATE OR REPLACE FUNCTION audit_seal_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE last text; line audit_entry;
BEGIN
    PERFORM pg_advisory_xact_lock(7238201);
    SELECT hash INTO last FROM audit_seal ORDER BY sequence DESC LIMIT 1;
    SELECT * INTO line FROM audit_entry WHERE id = NEW.id;
    INSERT INTO audit_seal (entry_id, previous, hash)
    VALUES (NEW.id, coalesce(last, ''), encode(sha256(convert_to(coalesce(last, '') || audit_text(line), 'UTF8')), 'hex'));
    RETURN NULL;
END $$;

-- Where the chain does not hold: lines whose hash is not that of their words, or whose link is broken, or that were never sealed; values
-- that are not those of their line, or that went without a line of the eraser.
CREATE OR REPLACE FUNCTION audit_faults() RETURNS TABLE (entry bigint, fault text) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH chain AS (
        SELECT s.sequence, s.entry_id, s.previous, s.hash, lag(s.hash, 1, '') OVER (ORDER BY s.sequence) AS before,
               encode(sha256(convert_to(s.previous || audit_text(e), 'UTF8')), 'hex') AS right_hash
        FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
    ),
    erased AS (
        SELECT item_type, unnest(items) AS item, max(id) AS newest FROM audit_entry WHERE verb = 'erase' AND digest = '' GROUP BY 1, 2
    )
    SELECT entry_id, 'the words of the line are not those that were sealed' FROM chain WHERE right_hash IS DISTINCT FROM hash
    UNION ALL SELECT entry_id, 'a line before this one is missing or was put in' FROM chain WHERE previous <> before
    UNION ALL SELECT e.id, 'the line was never sealed' FROM audit_entry e LEFT JOIN audit_seal s ON s.entry_id = e.id WHERE s.entry_id IS NULL
    UNION ALL
    SELECT v.entry_id, 'the values are not those that the line names' FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id
    WHERE e.digest <> encode(sha256(convert_to(v.salt || coalesce(v.old::text, '') || coalesce(v.new::text, ''), 'UTF8')), 'hex')
    UNION ALL
    SELECT e.id, 'its values are gone, and no line says that they were erased' FROM audit_entry e LEFT JOIN audit_value v ON v.entry_id = e.id
    LEFT JOIN erased ON erased.item_type = e.item_type AND erased.item = e.items[1] AND erased.newest > e.id
    WHERE e.digest <> '' AND v.entry_id IS NULL AND erased.item IS NULL
$$;

-- The eraser's one path: the values of these items go, the lines stay, and a line says that they went.
CREATE OR REPLACE FUNCTION audit_forget(of_type text, of_items text[], why text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE gone bigint;
BEGIN
    DELETE FROM audit_value v USING audit_entry e WHERE v.entry_id = e.id AND e.item_type = of_type AND e.items && of_items;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM audit_add('erase', of_type, of_items, NULL, NULL, NULL, NULL, why, '');
    RETURN gone;
END $$;

-- The eraser's second path: what was removed and still has values, whoever removed it and where it could not be forgotten at once.
-- Values without a new side are those of a removal, and have an index; tables in `kept` keep theirs.
CREATE OR REPLACE FUNCTION audit_forget_removed(kept text[]) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_type text; of_items text[]; gone bigint := 0;
BEGIN
    FOR of_type, of_items IN
        SELECT found.item_type, array_agg(DISTINCT found.item) FROM (
            SELECT e.item_type, e.items[1] AS item FROM audit_value v JOIN audit_entry e ON e.id = v.entry_id
            WHERE v.new IS NULL AND e.verb = 'erase' AND e.items[1] <> '' AND e.item_type <> ALL (kept) LIMIT 1000
        ) AS found GROUP BY 1
    LOOP
        gone := gone + audit_forget(of_type, of_items, 'removed');
    END LOOP;
    RETURN gone;
END $$;
