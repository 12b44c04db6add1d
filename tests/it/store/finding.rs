//! Finding by words: whatever is on record and whoever asks, the index of either database finds what
//! reading every text would find of what the viewer may read, no more and no less.

use std::collections::BTreeMap;

use aide_memoire::domain::access::{Viewer, may_read, may_read_update};
use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::{Commitment, Confidentiality, Effect, Mention, Milestone};
use aide_memoire::domain::document::Document;
use aide_memoire::domain::evidence::{Media, kept_name, reference_to};
use aide_memoire::domain::finding::{Level, Query, Term, passages, passages_of_document};
use aide_memoire::domain::folding::words;
use aide_memoire::domain::ids::{DeskId, DocumentId, PersonId, ReaderId};
use aide_memoire::domain::progress::{Reported, UpdateState};
use aide_memoire::store::{Found, Store};

use super::books::{
    change_commitment, change_directory, full_book, key, many, reference, save, save_all,
};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::dice::Dice;
use crate::support::world::{day, update};
use uuid::Uuid;

impl Dice {
    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }

    fn text(&mut self, most: usize) -> String {
        let n = 1 + self.below(most);
        let drawn: Vec<&str> = (0..n).map(|_| self.of(&WORDS)).collect();
        drawn.join(self.of(&[" ", " ", " ", ", ", "-", "\n"]))
    }
}

/// Few words, so that searches meet them; as people write them.
const WORDS: [&str; 26] = [
    "Power",
    "power",
    "grid",
    "Grids",
    "the",
    "The",
    "U.S.",
    "us",
    "ASEAN",
    "asean’s",
    "Đà",
    "Nẵng",
    "côte",
    "cote",
    "co-operation",
    "co- operation",
    "Power-\nful",
    "US37-01",
    "C-3",
    "2025",
    "(grid)",
    "'quoted'",
    "\"said\"",
    "កម្ពុជា",
    "東盟",
    "powerful",
];

/// What people type, odd things among them.
const PIECES: [&str; 32] = [
    "power",
    "POW",
    "po",
    "p",
    "grid",
    "\"power grid\"",
    "“the power”",
    "us",
    "U.S",
    "asean",
    "da nang",
    "nang da",
    "côté",
    "co-op",
    "cooperation",
    "powerful",
    "\"the cooperation\"",
    "US37-01",
    "c-3",
    "37",
    "2025",
    "កម្",
    "盟",
    "quoted",
    "said",
    "\"grid grid\"",
    "AND",
    "power* OR",
    "NEAR(grid",
    "'",
    "grid:",
    "nothing",
];

const DESKS: [&str; 2] = ["agency", "mfa"];
const PEOPLE: [&str; 4] = ["head", "leader", "officer-a", "officer-b"];

fn level(dice: &mut Dice) -> Confidentiality {
    use Confidentiality::{Internal, Public, Restricted};
    dice.of(&[Public, Internal, Restricted])
}

fn somebody(dice: &mut Dice) -> ReaderId {
    let all = ["agency", "mfa", "head", "leader", "officer-a", "officer-b"];
    ReaderId::parse(dice.of(&all)).unwrap()
}

/// A file, which is found by its name, or an address, which is not.
fn evidence(dice: &mut Dice) -> String {
    let name = kept_name(&dice.text(2), Media::Pdf);
    match dice.one_in(3) {
        true => format!("https://example.org/{name}"),
        false => reference_to(Uuid::from_u128(dice.below(1_000) as u128), &name),
    }
}

/// What a later document says of it again.
fn mention(dice: &mut Dice) -> Mention {
    Mention {
        date: day("2025-05-02"),
        document: DocumentId::parse("release").unwrap(),
        paragraph: None,
        words: dice.text(8),
        effect: Effect::Repeats,
    }
}

fn drawn(pattern: &Commitment, dice: &mut Dice) -> Commitment {
    let mut it = pattern.clone();
    it.title = dice.text(4);
    it.promise.words = dice.text(12);
    it.lead = DeskId::parse(dice.of(&DESKS)).unwrap();
    it.cooperating.clear();
    it.confidentiality = level(dice);
    it.readers = (0..dice.below(3)).map(|_| somebody(dice)).collect();
    it.readers.dedup();
    it.milestones = (0..dice.below(3))
        .map(|n| Milestone {
            title: format!("{n} {}", dice.text(3)),
            deadline: None,
            done: None,
        })
        .collect();
    it.mentions = (0..dice.below(3)).map(|_| mention(dice)).collect();
    it.updates = (0..dice.below(4))
        .map(|_| {
            let mut told = update("2025-05-02", Reported::Ongoing);
            told.text = (!dice.one_in(4)).then(|| dice.text(10));
            told.next = dice.one_in(3).then(|| dice.text(5));
            told.evidence = (0..dice.below(3)).map(|_| evidence(dice)).collect();
            told.by = (!dice.one_in(4)).then(|| somebody(dice));
            told.confidentiality = level(dice);
            told.state = dice.of(UpdateState::ALL);
            told
        })
        .collect();
    it
}

fn world(seed: u64) -> Book {
    let dice = &mut Dice(seed);
    let mut book = full_book();
    let pattern = book.commitment("US37-01").unwrap().clone();
    book.commitments.clear();
    change_directory(&mut book, |directory| {
        for desk in DESKS {
            let officers = PEOPLE.iter().filter(|_| dice.one_in(3));
            let officers = officers.map(|p| PersonId::parse(p).unwrap()).collect();
            directory.desks.get_mut(desk).unwrap().officers = officers;
        }
    });
    for n in 0..4 + dice.below(8) {
        let mut it = drawn(&pattern, dice);
        it.readers.sort();
        it.readers.dedup();
        it.reference = reference(&match n {
            0 => "US37-01".to_owned(),
            n => format!("C-{n}"),
        });
        book.commitments.insert(it.reference.clone(), it.into());
    }
    let release = book.document("release").unwrap().clone();
    for n in 0..1 + dice.below(3) {
        let texts: Vec<String> = (0..dice.below(4)).map(|_| dice.text(15)).collect();
        let document = Document {
            id: DocumentId::parse(&format!("paper-{n}")).unwrap(),
            title: dice.text(4),
            text: Some(texts.join("\n\n")).filter(|text| !text.is_empty()),
            meeting: release.meeting.clone().filter(|_| !dice.one_in(4)),
            ..release.clone()
        };
        book.documents.insert(document.id.clone(), document.into());
    }
    book
}

/// Every text read, by the rule.
fn scanned(book: &Book, viewer: &Viewer, query: &Query) -> Found {
    let mut found = Found::default();
    for commitment in book.commitments.values() {
        if may_read(viewer, commitment, &book.directory) && !query.is_empty() {
            let deepest = query
                .terms()
                .iter()
                .map(|t| nearest(t, commitment, viewer, book));
            let deepest: Option<Vec<Level>> = deepest.collect();
            if let Some(deepest) = deepest.and_then(|all| all.into_iter().max()) {
                found
                    .commitments
                    .push((commitment.reference.clone(), deepest));
            }
        }
    }
    found.commitments.sort_by_key(|(reference, level)| {
        (!query.names(reference.as_str()), *level, reference.clone())
    });
    let is_of_the_house = !matches!(viewer, Viewer::Guest(_) | Viewer::Stranger);
    let documents = book.documents.values();
    for document in documents.filter(|_| is_of_the_house && !query.is_empty()) {
        let paragraphs = document.paragraphs();
        for passage in passages_of_document(document, &paragraphs) {
            if query.terms().iter().all(|term| is_said(term, passage.text)) {
                found.paragraphs.push((document.id.clone(), passage.part));
            }
        }
    }
    found
}

fn nearest(term: &Term, commitment: &Commitment, viewer: &Viewer, book: &Book) -> Option<Level> {
    let readable = passages(commitment).into_iter().filter(|passage| {
        passage.level != Level::Update
            || may_read_update(
                viewer,
                &commitment.updates[passage.part],
                commitment,
                &book.directory,
            )
    });
    let said = readable.filter(|passage| is_said(term, passage.text));
    said.map(|passage| passage.level).min()
}

fn is_said(term: &Term, text: &str) -> bool {
    !term.places(&words(text)).is_empty()
}

fn viewers() -> Vec<Viewer> {
    let desks = DESKS.map(|desk| Viewer::Desk(DeskId::parse(desk).unwrap()));
    let people = PEOPLE.map(|person| Viewer::Person(PersonId::parse(person).unwrap()));
    let guest = Viewer::Guest(PersonId::parse("head").unwrap());
    let all = desks.into_iter().chain(people);
    all.chain([guest, Viewer::Operator, Viewer::Stranger])
        .collect()
}

async fn find(store: &Store, viewer: &Viewer, query: &Query) -> Found {
    let snapshot = store.read().await.unwrap();
    snapshot.find(viewer, query).await.unwrap()
}

async fn empty(database: &TestDatabase) {
    for table in [
        "commitment_reader",
        "commitment_desk",
        "commitment",
        "document",
    ] {
        let delete = format!("DELETE FROM {table}");
        database.execute(&delete).await.unwrap();
    }
}

on_both_databases!(
    what_is_found_is_what_reading_everything_would_find,
    async |database: TestDatabase| {
        let mut hits = 0;
        let mut levels: BTreeMap<Level, usize> = BTreeMap::new();
        for seed in 0..20 {
            empty(&database).await;
            let book = world(seed);
            save_all(database.store(), &book).await;
            let dice = &mut Dice(seed + 1_000);
            for _ in 0..14 {
                let typed: Vec<&str> = (0..1 + dice.below(3)).map(|_| dice.of(&PIECES)).collect();
                let query = Query::read(&typed.join(" "));
                for viewer in viewers() {
                    let found = find(database.store(), &viewer, &query).await;
                    let scanned = scanned(&book, &viewer, &query);
                    assert_eq!(found, scanned, "{viewer:?} typed {typed:?} in world {seed}");
                    hits += found.paragraphs.len();
                    for (_, level) in &found.commitments {
                        *levels.entry(*level).or_default() += 1;
                    }
                }
            }
        }
        // The worlds are such that there is something to find at every level.
        assert!(hits > 100 && levels.len() == 4, "{hits} {levels:?}");
        assert!(levels.values().all(|n| *n > 30), "{levels:?}");
    }
);

on_both_databases!(
    the_index_follows_every_save_and_nothing_else,
    async |database: TestDatabase| {
        let store = database.store();
        let mut book = full_book();
        save_all(store, &book).await;
        let operator = Viewer::Operator;
        let count = async |typed: &str| {
            let found = find(store, &operator, &Query::read(typed)).await;
            found.commitments.len() + found.paragraphs.len()
        };
        assert_eq!(count("zanzibar").await, 0);
        change_commitment(&mut book, "US37-01", |it| it.title = "Zanzibar".into());
        let one = key("commitment", "US37-01");
        let mut edit = store.edit().await.unwrap();
        edit.save(&book, std::slice::from_ref(&one)).await.unwrap();
        edit.roll_back().await.unwrap();
        assert_eq!(
            count("zanzibar").await,
            0,
            "what was not committed is not there"
        );
        save(store, &book, std::slice::from_ref(&one)).await;
        assert_eq!(count("zanzibar").await, 1);
        change_commitment(&mut book, "US37-01", |it| it.title = "Timbuktu".into());
        save(store, &book, &[one]).await;
        assert_eq!((count("zanzibar").await, count("timbuktu").await), (0, 1));
        let gone = "DELETE FROM commitment WHERE reference = 'US37-01'";
        database.execute(gone).await.unwrap();
        assert_eq!(count("timbuktu").await, 0);
        if database.kind() == aide_memoire::store::DatabaseKind::Sqlite {
            let check =
                "INSERT INTO finding_words (finding_words, rank) VALUES ('integrity-check', 1)";
            database.execute(check).await.unwrap();
        }
    }
);

on_both_databases!(
    a_word_that_a_line_broke_is_found_in_a_promise_and_in_a_document,
    async |database: TestDatabase| {
        let store = database.store();
        let mut book = full_book();
        change_commitment(&mut book, "US37-01", |it| {
            it.promise.words =
                "reaffirmed close co- operation in the counter- terrorism field".into();
        });
        let paper = Document {
            id: DocumentId::parse("paper").unwrap(),
            text: Some("They welcomed the co-\noperation.".into()),
            ..book.document("release").unwrap().clone()
        };
        book.documents.insert(paper.id.clone(), paper.into());
        save_all(store, &book).await;
        let found = async |typed: &str| {
            let found = find(store, &Viewer::Operator, &Query::read(typed)).await;
            (found.commitments.len(), found.paragraphs.len())
        };
        for typed in ["cooperation", "co-operation", "coop", "COÖPERATION"] {
            assert_eq!(found(typed).await, (1, 1), "{typed}");
        }
        for typed in [
            "\"close cooperation in\"",
            "\"close co-operation in\"",
            "\"co- operation in the\"",
            "counterterrorism operation",
        ] {
            assert_eq!(found(typed).await, (1, 0), "{typed}");
        }
        assert_eq!(found("closeco").await, (0, 0));
    }
);

on_both_databases!(
    what_was_on_record_before_is_indexed_once_and_goes_on_where_it_was,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &many(2_100)).await;
        let count = async || {
            let query = Query::read("programme");
            find(store, &Viewer::Operator, &query)
                .await
                .commitments
                .len()
        };
        assert_eq!(count().await, 2_100);
        assert!(!store.index_a_batch().await.unwrap(), "it is done already");
        database.execute("DELETE FROM finding").await.unwrap();
        let anew = "UPDATE finding_progress SET rules = 0, after_id = 0";
        database.execute(anew).await.unwrap();
        assert_eq!(count().await, 0);
        assert!(store.index_a_batch().await.unwrap());
        assert_eq!(count().await, 1_000);
        // Another daemon finishes it.
        let other = database.reopen().await;
        let mut batches = 0;
        while other.index_a_batch().await.unwrap() {
            batches += 1;
        }
        assert_eq!((batches, count().await), (3, 2_100));
        let done = "SELECT COUNT(*) FROM finding_progress WHERE rules > 0 AND after_id = 0";
        assert_eq!(database.count(done).await, 1);
    }
);

on_both_databases!(nothing_typed_is_an_error, async |database: TestDatabase| {
    save_all(database.store(), &full_book()).await;
    let long = "grid ".repeat(2_000);
    let many: String = (0..3_000).map(|n| format!("w{n} ")).collect();
    let endless = "x".repeat(10_000);
    let khmer = "ក".repeat(10_000);
    for typed in [
        "",
        "\"",
        "'",
        "''",
        "\"\"\"",
        "*",
        "AND",
        "OR NOT",
        "NEAR(a b)",
        "a:b",
        "^a",
        "a* b*",
        "(a",
        "a)",
        "-a",
        "+a",
        "a & b | !c",
        "<->",
        "a:*",
        "\\",
        "\\'",
        "🙂",
        "a🙂b",
        "%",
        "_",
        "; DROP TABLE",
        "\0",
        "\u{301}",
        "\u{200b}",
        "É́",
        "ﷺ",
        "\u{fdfa}",
        "𝔘𝔫𝔦",
        "½",
        "①",
        "ⅷ",
        &long,
        &many,
        &endless,
        &khmer,
    ] {
        find(database.store(), &Viewer::Operator, &Query::read(typed)).await;
    }
});

on_both_databases!(
    a_very_long_text_is_found_to_its_end,
    async |database: TestDatabase| {
        let mut book = full_book();
        change_commitment(&mut book, "US37-01", |it| {
            let filler = "the grid of the power ".repeat(5_000);
            it.promise.words = format!("{filler} at last the very end {}", "x".repeat(5_000));
        });
        save_all(database.store(), &book).await;
        for typed in [
            "\"the very end\"",
            "\"power at last\"",
            "\"grid of the power the grid\"",
            "xxx",
        ] {
            let found = find(database.store(), &Viewer::Operator, &Query::read(typed)).await;
            let references: Vec<&str> = found.commitments.iter().map(|(r, _)| r.as_str()).collect();
            assert_eq!(references, ["US37-01"], "{typed}");
        }
    }
);
