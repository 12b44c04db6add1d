//! The guards of DELIVERY, one by one, through the engine and over the wire: with each of them the
//! story ends well; take it away (in the test's own database, or by a worker of the test's own that
//! leaves a step out), and what it guards against happens. What each guards in the rows alone stands
//! in `store::ledger::guards`.

use aide_memoire::delivery::transport::{Transport, Verdict};
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::notice::{Item, NoticeState};
use aide_memoire::jobs::Stopping;
use aide_memoire::jobs::{deliver::deliver, plan::plan};
use aide_memoire::planner::{Moment, Occurrence, Recorded, due};
use aide_memoire::store::{DatabaseKind, Morning, NewOccurrence, Seat, Standing, StoreError};
use aide_memoire::{clock::Clock, config::TransportKind};
use chrono::TimeDelta;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stories::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

const START: &str = "2025-06-13 01:00";
const TO: &str = "us-desk@mfa.example.org";
const HOST: &str = "mfa.example.org";

/// The morning of one reminder to one desk.
async fn a_morning(database: TestDatabase) -> House {
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    House::open(database, &record, START).await
}

/// What the planner has to say that morning, of a ledger in which there is nothing yet.
async fn said(house: &House) -> Vec<Occurrence> {
    let book = house.store.book().await.unwrap();
    let moment = Moment {
        now: house.clock.business_now(),
        live_on: None,
    };
    let commitment = book.commitment("US37-01").unwrap();
    let all = due(commitment, &book.directory, &Recorded::default(), moment).said;
    assert_eq!(all.len(), 1, "one reminder: {all:?}");
    all
}

/// The desk's morning, with a new id should it have no notice yet.
fn morning<'a>(house: &House, said: &'a [Occurrence]) -> Morning<'a> {
    Morning {
        recipient: &said[0].recipient,
        to: TO,
        date: said[0].date,
        due_at: house.clock.business_now(),
        id: Uuid::new_v4(),
        host: HOST,
    }
}

/// T0 as a planner writes it that read the ledger before anybody wrote. Returns how many of the
/// occurrences were new.
async fn plan_blindly(house: &House, said: &[Occurrence]) -> Result<usize, StoreError> {
    let now = house.clock.business_now();
    let mut change = house.store.change().await?;
    let seat = change.seat(&morning(house, said), true).await?;
    let Seat::On(notice) = seat else {
        panic!("a next part may be opened")
    };
    let new: Vec<NewOccurrence> = said
        .iter()
        .map(|occurrence| NewOccurrence {
            occurrence,
            standing: Standing::Waiting,
        })
        .collect();
    let ids = change.record(&new, now).await?;
    let items: Vec<(i64, &Item)> = ids
        .iter()
        .zip(said)
        .filter_map(|(id, o)| Some(((*id)?, &o.items[0])))
        .collect();
    change.add_items(notice, &items).await?;
    change.release_gathering().await?;
    change.commit().await?;
    Ok(items.len())
}

async fn deliver_now(house: &House) {
    deliver(&house.engine, &Stopping::new()).await.unwrap();
}

/// After every insert into a table this is done to the new row: `column = value`.
async fn after_insert(database: &TestDatabase, table: &str, column: &str, value: &str) {
    let update = format!("UPDATE {table} SET {column} = {value} WHERE id = NEW.id;");
    let sql = match database.kind() {
        DatabaseKind::Sqlite => {
            format!("CREATE TRIGGER unguarded AFTER INSERT ON {table} BEGIN {update} END")
        }
        DatabaseKind::Postgres => format!(
            "CREATE FUNCTION unguarded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {update} RETURN NULL; END $$;
             CREATE TRIGGER unguarded AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION unguarded()"
        ),
    };
    database.execute(&sql).await.unwrap();
}

/// The key stays, or `record` refuses to work; but no two rows are alike in it any more.
async fn make_the_occurrence_key_useless(database: &TestDatabase) {
    after_insert(database, "occurrence", "basis", "basis || '#' || NEW.id").await;
}

on_both_databases!(
    the_occurrence_key_keeps_a_second_planner_from_a_second_mail,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        let said = said(&house).await;
        assert_eq!(plan_blindly(&house, &said).await.unwrap(), 1);
        deliver_now(&house).await;
        assert_eq!(plan_blindly(&house, &said).await.unwrap(), 0);
        deliver_now(&house).await;
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;

        let Some(database) = TestDatabase::fresh(house.database.kind()).await else {
            return;
        };
        let house = a_morning(database).await;
        make_the_occurrence_key_useless(&house.database).await;
        assert_eq!(plan_blindly(&house, &said).await.unwrap(), 1);
        deliver_now(&house).await;
        assert_eq!(plan_blindly(&house, &said).await.unwrap(), 1);
        deliver_now(&house).await;
        assert_eq!(house.relay.log().len(), 2, "the desk is reminded twice");
    }
);

/// Four planners that all read an empty ledger write at once; each begins again when another was in
/// its way, as the daemon does.
async fn race(house: &std::sync::Arc<House>) -> i64 {
    let said = said(house).await;
    let mut planners = JoinSet::new();
    for _ in 0..4 {
        let (house, said) = (std::sync::Arc::clone(house), said.clone());
        planners.spawn(async move {
            while let Err(error) = plan_blindly(&house, &said).await {
                assert!(error.is_transient(), "{error}");
            }
        });
    }
    planners.join_all().await;
    house
        .database
        .count("SELECT COUNT(*) FROM occurrence")
        .await
}

on_both_databases!(
    the_occurrence_key_decides_between_planners_that_race,
    async |database: TestDatabase| {
        let kind = database.kind();
        let house = std::sync::Arc::new(a_morning(database).await);
        assert_eq!(race(&house).await, 1);
        deliver_now(&house).await;
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;

        let unguarded = TestDatabase::fresh(kind).await.unwrap();
        let house = std::sync::Arc::new(a_morning(unguarded).await);
        make_the_occurrence_key_useless(&house.database).await;
        assert_eq!(race(&house).await, 4, "one thing said four times");
    }
);

/// Two planners of one morning, each of which has looked and found no notice. Only where two
/// transactions write at once can that be: on SQLite the second one waits before it looks.
async fn two_who_found_no_notice(house: &House) -> usize {
    let said = said(house).await;
    let mut first = house.store.change().await.unwrap();
    let seat = first.seat(&morning(house, &said), false).await;
    assert!(matches!(seat, Ok(Seat::On(_))));
    let (store, said) = (house.database.reopen().await, said.clone());
    let due_at = house.clock.business_now();
    let second = tokio::spawn(async move {
        let mut change = store.change().await.unwrap();
        let morning = Morning {
            recipient: &said[0].recipient,
            to: TO,
            date: said[0].date,
            due_at,
            id: Uuid::new_v4(),
            host: HOST,
        };
        match change.seat(&morning, false).await {
            Ok(Seat::On(_)) => change.commit().await.unwrap(),
            Err(StoreError::Stale(_)) => {}
            other => panic!("{other:?}"),
        }
    });
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    first.commit().await.unwrap();
    second.await.unwrap();
    house.notices().await.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_a_morning_decides_between_planners_that_race_on_postgres() {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    assert_eq!(two_who_found_no_notice(&a_morning(database).await).await, 1);

    let database = TestDatabase::fresh(DatabaseKind::Postgres).await.unwrap();
    let house = a_morning(database).await;
    let other = "part + 1 + floor(random() * 1000000)::integer";
    after_insert(&house.database, "notice", "part", other).await;
    assert_eq!(
        two_who_found_no_notice(&house).await,
        2,
        "one morning, two mails"
    );
}

/// Takes a table's unique column, or its whole primary key, out of the schema.
async fn without_key(database: &TestDatabase, table: &str, key: Key) {
    match database.kind() {
        DatabaseKind::Postgres => {
            let kind = match key {
                Key::Unique => "u",
                Key::Primary => "p",
            };
            let question = format!(
                "SELECT conname::text FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = '{kind}'"
            );
            let rows = database.query(&question).await;
            let name: String = rows[0].try_get_by_index(0).unwrap();
            let drop = format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\"");
            database.execute(&drop).await.unwrap();
        }
        DatabaseKind::Sqlite => rebuild(database, table, key).await,
    }
}

#[derive(Clone, Copy)]
enum Key {
    Unique,
    Primary,
}

/// SQLite drops no keys: the table is made anew without it.
async fn rebuild(database: &TestDatabase, table: &str, key: Key) {
    use sea_orm::ConnectionTrait;
    let made = format!(
        "SELECT sql FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL ORDER BY type DESC"
    );
    let made = database.query(&made).await;
    let mut statements: Vec<String> = made
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    let whole = statements[0].clone();
    statements[0] = match key {
        Key::Unique => whole.replacen(" UNIQUE", "", 1),
        Key::Primary => {
            let at = whole.find("PRIMARY KEY (").expect("a key of several");
            let end = at + whole[at..].find(')').unwrap() + 1;
            let before = whole[..at].trim_end().trim_end_matches("CONSTRAINT \"pk\"");
            format!(
                "{}{}",
                before.trim_end().trim_end_matches(','),
                &whole[end..]
            )
        }
    };
    assert_ne!(statements[0], whole, "the key was there");
    let connection = database.raw().await;
    let mut steps = vec![
        "PRAGMA foreign_keys = OFF".to_owned(),
        "PRAGMA legacy_alter_table = ON".to_owned(),
        format!("ALTER TABLE {table} RENAME TO guarded"),
        statements.remove(0),
        format!("INSERT INTO {table} SELECT * FROM guarded"),
        "DROP TABLE guarded".to_owned(),
    ];
    steps.extend(statements);
    for step in steps {
        connection.execute_unprepared(&step).await.unwrap();
    }
    connection.close().await.unwrap();
}

on_both_databases!(
    the_keys_of_the_message_id_keep_two_mails_apart,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{}{}",
            deliverable("US37-01", "20 June 2025"),
            SECOND_DESK
        );
        let mut house = House::open(database, &record, START).await;
        house.restart(|config| config.mail.transport = TransportKind::Mailbox);
        plan(&house.engine).await.unwrap();
        let one_id = "UPDATE notice SET message_id = (SELECT MIN(message_id) FROM notice)";
        assert!(house.database.execute(one_id).await.is_err());
        // Without the first key, the second still refuses to keep a mail under another's id.
        without_key(&house.database, "notice", Key::Unique).await;
        assert_eq!(house.database.execute(one_id).await.unwrap(), 2);
        assert!(deliver(&house.engine, &Stopping::new()).await.is_err());
        let kept = "SELECT COUNT(*) FROM message";
        assert_eq!(house.database.count(kept).await, 1);
        // Without both, two mails bear one id, and nobody can tell them apart.
        without_key(&house.database, "message", Key::Unique).await;
        deliver_now(&house).await;
        assert_eq!(house.database.count(kept).await, 2);
        let ids = "SELECT COUNT(DISTINCT message_id) FROM message";
        assert_eq!(house.database.count(ids).await, 1);
    }
);

const SECOND_DESK: &str = r#"
[[desk]]
id = "desk-2"
name = "Desk 2"
email = "desk-2@mfa.example.org"
calendar = "phnom-penh"

[[commitment]]
ref = "D-02"
title = "Another statement"
promise = "which will be endorsed"
kind = "deliverable"
lead = "desk-2"
opened = "2025-04-01"
deadline = "20 June 2025"
"#;

on_both_databases!(
    the_key_of_attempts_keeps_one_try_from_being_told_twice,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house.activate().await;
        let notice = house.notices().await.remove(0);
        let again = "INSERT INTO attempt SELECT * FROM attempt";
        assert!(house.database.execute(again).await.is_err());
        without_key(&house.database, "attempt", Key::Primary).await;
        house.database.execute(again).await.unwrap();
        let snapshot = house.store.read().await.unwrap();
        let told = snapshot.attempts(notice.id).await.unwrap();
        let numbers: Vec<u32> = told.iter().map(|a| a.n).collect();
        assert_eq!(numbers, [1, 1], "one mail, two tries");
    }
);

/// A courier of the test's own: as the daemon's up to the relay's answer, and then it dies. Whether
/// the relay took the content.
async fn carry_and_die(house: &House, token: Uuid, content: &[u8], with_t2: bool) -> bool {
    let id = house.notices().await[0].id;
    let transport = Transport::new(&house.config.mail).unwrap();
    let mut session = transport.connect().await.unwrap();
    let address = |text: &str| EmailAddress::parse(text).unwrap();
    let until = house.clock.real_now() + TimeDelta::minutes(5);
    let store = &house.store;
    let at_354 = async || {
        !with_t2
            || store
                .mark_in_data(id, token, "Subject", content, until)
                .await
                .unwrap()
    };
    let from = address("aide-memoire@mfa.example.org");
    let outcome = session.send(&from, &address(TO), content, at_354).await;
    match outcome.verdict {
        Verdict::Sent { .. } => true,
        Verdict::Abandoned => false,
        other => panic!("{other:?}"),
    }
}

/// The bytes a courier has in its hands for the only notice there is.
async fn content(house: &House) -> Vec<u8> {
    let id = house.notices().await.remove(0).message_id;
    format!("Message-ID: {id}\r\nSubject: Subject\r\n\r\nAs it was written at first.\r\n")
        .into_bytes()
}

async fn claimed_by(house: &House, token: Uuid) {
    let now = house.clock.real_now();
    let until = now + TimeDelta::minutes(5);
    let claimed = house.store.claim(now, now, token, until, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
}

/// A worker that was silent past its lease, while another sent what it held. Then it goes on.
async fn a_worker_that_slept(house: &House) -> Uuid {
    plan(&house.engine).await.unwrap();
    let slow = Uuid::new_v4();
    claimed_by(house, slow).await;
    house.clock.wait(TimeDelta::minutes(6));
    assert_eq!(house.activate().await.delivered.sent, 1);
    slow
}

on_both_databases!(
    the_token_stops_a_worker_that_slept_past_its_lease,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        let slow = a_worker_that_slept(&house).await;
        let content = content(&house).await;
        assert!(!carry_and_die(&house, slow, &content, true).await);
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;

        // As if nobody had asked for the token: the row is made to bear that of whoever comes.
        let forged = match house.database.kind() {
            DatabaseKind::Sqlite => format!("x'{}'", slow.simple()),
            DatabaseKind::Postgres => format!("'{slow}'"),
        };
        let forge = format!(
            "UPDATE notice SET state = 'claimed', lease_token = {forged}, lease_until = due_at"
        );
        house.database.execute(&forge).await.unwrap();
        assert!(carry_and_die(&house, slow, &content, true).await);
        let taken = house.relay.log();
        assert_eq!(taken.len(), 2, "the desk is reminded twice");
        assert_ne!(taken[0].content, taken[1].content, "and in other words");
    }
);

on_both_databases!(
    t2_makes_a_second_copy_wait_and_be_the_same,
    async |database: TestDatabase| {
        let kind = database.kind();
        let house = a_morning(database).await;
        plan(&house.engine).await.unwrap();
        let (token, content) = (Uuid::new_v4(), content(&house).await);
        claimed_by(&house, token).await;
        assert!(carry_and_die(&house, token, &content, true).await);
        house.clock.wait(TimeDelta::minutes(6));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::InDoubt], 1);
        assert_eq!(house.relay.log().len(), 1, "nothing goes out at once");
        house.clock.wait(TimeDelta::minutes(31));
        house.activate().await;
        let taken = house.relay.log();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[0].content, taken[1].content, "byte for byte the same");
        house.reconcile().await;

        // A courier that skips T2.
        let house = a_morning(TestDatabase::fresh(kind).await.unwrap()).await;
        plan(&house.engine).await.unwrap();
        let token = Uuid::new_v4();
        let content = self::content(&house).await;
        claimed_by(&house, token).await;
        assert!(carry_and_die(&house, token, &content, false).await);
        house.clock.wait(TimeDelta::minutes(6));
        house.activate().await;
        let taken = house.relay.log();
        assert_eq!(taken.len(), 2, "it goes out again, and nobody had a doubt");
        assert_ne!(taken[0].content, taken[1].content, "in other words");
    }
);

const UNCARRIED: &str = "SELECT COUNT(*) FROM occurrence WHERE state = 'waiting' AND id NOT IN (SELECT occurrence_id FROM notice_item)";

on_both_databases!(t0_is_whole_or_nothing, async |database: TestDatabase| {
    let record = format!(
        "{DESK}{}{}",
        deliverable("US37-01", "20 June 2025"),
        SECOND_DESK
    );
    let house = House::open(database, &record, START).await;
    // It breaks in the middle: the second item cannot be written.
    let (make, end) = match house.database.kind() {
            DatabaseKind::Sqlite => (
                "CREATE TRIGGER broken BEFORE INSERT ON notice_item WHEN (SELECT COUNT(*) FROM notice_item) >= 1 BEGIN SELECT RAISE(ABORT, 'broken'); END",
                "DROP TRIGGER broken",
            ),
            DatabaseKind::Postgres => (
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT COUNT(*) FROM notice_item) >= 1 THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;
                 CREATE TRIGGER broken BEFORE INSERT ON notice_item FOR EACH ROW EXECUTE FUNCTION broken()",
                "DROP TRIGGER broken ON notice_item",
            ),
        };
    house.database.execute(make).await.unwrap();
    for _ in 0..2 {
        assert!(plan(&house.engine).await.is_err());
        for table in ["occurrence", "notice", "notice_item"] {
            let left = format!("SELECT COUNT(*) FROM {table}");
            assert_eq!(house.database.count(&left).await, 0, "{table}");
        }
    }
    house.database.execute(end).await.unwrap();
    house.activate().await;
    assert_eq!(house.relay.log().len(), 2, "each once, at the next look");
    house.reconcile().await;
});

on_both_databases!(
    t0_cut_in_two_loses_what_it_recorded,
    async |database: TestDatabase| {
        let kind = database.kind();
        let house = a_morning(database).await;
        let said = said(&house).await;
        let new = [NewOccurrence {
            occurrence: &said[0],
            standing: Standing::Waiting,
        }];
        let now = house.clock.business_now();
        // Its planner died in one transaction: no trace, and the next one says it.
        let mut change = house.store.change().await.unwrap();
        change.record(&new, now).await.unwrap();
        drop(change);
        house.activate().await;
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;

        // Its planner died between two: recorded once is never said again.
        let house = a_morning(TestDatabase::fresh(kind).await.unwrap()).await;
        let mut change = house.store.change().await.unwrap();
        change.record(&new, now).await.unwrap();
        change.commit().await.unwrap();
        house.activate().await;
        assert_eq!(house.relay.log().len(), 0, "nobody hears of it");
        assert_eq!(house.database.count(UNCARRIED).await, 1);
    }
);

/// A planner has read that a commitment is quiet for years; meanwhile its deadline is moved to next
/// week; then the planner writes what it thought.
async fn an_edit_under_a_planner(database: TestDatabase, forget_the_version: bool) -> House {
    let far = format!("{DESK}{}", deliverable("US37-01", "20 June 2030"));
    let house = House::open(database, &far, "2025-06-12 20:00").await;
    house.activate().await;
    let old = "SELECT CAST(version AS BIGINT) FROM commitment";
    let read = house.database.count(old).await;
    let near = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    house.import(&near).await.unwrap();
    assert_ne!(house.database.count(old).await, read, "an edit is counted");
    if forget_the_version {
        let forget = format!("UPDATE commitment SET version = {read}");
        house.database.execute(&forget).await.unwrap();
    }
    let reference = "US37-01".parse().unwrap();
    let thought = Some("2030-06-13T01:00:00Z".parse().unwrap());
    let mut change = house.store.change().await.unwrap();
    let written = change
        .set_next_due_commitments(&[(reference, read, thought)])
        .await
        .unwrap();
    assert_eq!(written, u64::from(forget_the_version));
    change.commit().await.unwrap();
    house.run_until("2025-06-13 01:00").await;
    house
}

on_both_databases!(
    the_version_keeps_a_planner_from_undoing_an_edit,
    async |database: TestDatabase| {
        let kind = database.kind();
        let house = an_edit_under_a_planner(database, false).await;
        assert_eq!(house.relay.log().len(), 1, "a week before the new deadline");
        house.reconcile().await;
        let unguarded = TestDatabase::fresh(kind).await.unwrap();
        let house = an_edit_under_a_planner(unguarded, true).await;
        assert_eq!(house.relay.log().len(), 0, "the new deadline is forgotten");
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_immediate_transaction_waits_where_a_deferred_one_fails() {
    use sea_orm::{
        ConnectionTrait, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    };
    let database = TestDatabase::sqlite().await;
    let write = "UPDATE seaql_migrations SET applied_at = applied_at + 1";
    let read = "SELECT COUNT(*) FROM seaql_migrations";
    // Both read, then both write: what the second has seen is stale, and waiting would not help it.
    let connection = database.raw().await;
    let deferred = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        ..TransactionOptions::default()
    };
    let first = connection.begin_with_options(deferred).await;
    let other = database.raw().await;
    let second = other.begin_with_options(deferred).await;
    let (first, second) = (first.unwrap(), second.unwrap());
    let question = Statement::from_string(connection.get_database_backend(), read);
    for transaction in [&first, &second] {
        let rows = transaction.query_all_raw(question.clone()).await.unwrap();
        assert_eq!(rows.len(), 1);
    }
    first.execute_unprepared(write).await.unwrap();
    first.commit().await.unwrap();
    let refused = second.execute_unprepared(write).await.unwrap_err();
    assert!(refused.to_string().contains("locked"), "{refused}");
    drop(second);

    // The store's transactions know from the start that they will write: the second waits.
    let at = |text: &str| text.parse().unwrap();
    let mut first = database.store().change().await.unwrap();
    assert_eq!(first.planned_until().await.unwrap(), None);
    let other = database.reopen().await;
    let second = tokio::spawn(async move {
        let mut change = other.change().await.unwrap();
        let seen = change.planned_until().await.unwrap();
        change
            .advance_cursor(at("2025-06-03T00:00:00Z"))
            .await
            .unwrap();
        change.commit().await.unwrap();
        seen
    });
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    assert!(!second.is_finished());
    first
        .advance_cursor(at("2025-06-02T00:00:00Z"))
        .await
        .unwrap();
    first.commit().await.unwrap();
    let seen = second.await.unwrap();
    assert_eq!(
        seen,
        Some(at("2025-06-02T00:00:00Z")),
        "what the first wrote"
    );
}
