-- Notes every change that matters, with the transaction that made it, so that what must never happen can be looked for
-- afterwards. Runs on the database of a test only.
create table audit_states (
    noted bigint generated always as identity primary key,
    transaction_id bigint not null default txid_current(),
    batch_id bigint not null,
    old_state text,
    new_state text not null,
    wave int not null,
    counts_hold boolean not null
);
create table audit_statuses (
    noted bigint generated always as identity primary key,
    transaction_id bigint not null default txid_current(),
    batch_id bigint not null,
    new_status text not null,
    has_end boolean not null
);
create table audit_outcomes (
    noted bigint generated always as identity primary key,
    comparison_id bigint not null,
    batch_id bigint not null
);
create table audit_events (
    noted bigint generated always as identity primary key,
    transaction_id bigint not null default txid_current(),
    event_id uuid not null,
    outer_id text not null,
    topic text not null,
    event_data bytea not null
);

create function audit_state() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' or new.state <> old.state or new.current_iteration <> old.current_iteration then
        insert into audit_states (batch_id, old_state, new_state, wave, counts_hold) values (
            new.batch_id,
            case when tg_op = 'UPDATE' then old.state::text end,
            new.state::text,
            new.current_iteration,
            new.completed_comparisons + new.failed_comparisons <= new.submitted_comparisons
                and new.submitted_comparisons <= new.total_budget
        );
    end if;
    return null;
end $$;
create trigger audit_state after insert or update on cj_batch_states for each row execute function audit_state();

create function audit_status() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' or new.status <> old.status then
        insert into audit_statuses (batch_id, new_status, has_end)
        values (new.id, new.status::text, new.completed_at is not null and new.stop_reason is not null);
    end if;
    return null;
end $$;
create trigger audit_status after insert or update on cj_batch_uploads for each row execute function audit_status();

create function audit_outcome() returns trigger language plpgsql as $$
begin
    if new.completed_at is distinct from old.completed_at
        or new.winner is distinct from old.winner
        or new.error_code is distinct from old.error_code
    then
        insert into audit_outcomes (comparison_id, batch_id) values (new.id, new.cj_batch_id);
    end if;
    return null;
end $$;
create trigger audit_outcome after update on cj_comparison_pairs for each row execute function audit_outcome();

create function audit_event() returns trigger language plpgsql as $$
begin
    insert into audit_events (event_id, outer_id, topic, event_data)
    values (new.id, new.aggregate_id, new.topic, new.event_data);
    return null;
end $$;
create trigger audit_event after insert on event_outbox for each row execute function audit_event();
