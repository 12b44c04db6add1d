//! What is wrong with whole files: their notation, their schema, several of them as one record.

use super::house::{COMMITMENT, HOUSE, lines};
use crate::domain::book::Book;
use crate::record::{SourceFile, read, read_text};

#[test]
fn a_file_that_is_not_toml_or_json_says_on_which_line() {
    let broken = read_text("r.toml", "schema = 1\n\n[[desk]\nid = \"a\"\n").unwrap_err();
    assert_eq!(broken.iter().next().unwrap().line, 3);
    assert!(lines(&broken)[0].starts_with("r.toml:3: this is not TOML: "));

    let cases = [
        (
            "{\"schema\": 1,\n \"desk\": [],\n}",
            "r.json:3: this is not JSON: trailing comma",
        ),
        (
            "{\"schema\": 1,\n // no\n \"desk\": []}",
            "r.json:2: this is not JSON: key must be a string",
        ),
        (
            "{\"schema\": 1,\n 'desk': []}",
            "r.json:2: this is not JSON: key must be a string",
        ),
        ("", "r.json:1: this is not JSON: EOF while parsing a value"),
        (
            "{\"schema\": 1} 2",
            "r.json:1: this is not JSON: trailing characters",
        ),
    ];
    for (text, message) in cases {
        assert_eq!(lines(&read_text("r.json", text).unwrap_err()), [message]);
    }
}

#[test]
fn the_schema_is_given_and_known() {
    let said = |text| lines(&read_text("r.toml", text).unwrap_err());
    assert_eq!(
        said("[[desk]]\nid = \"a\"\n"),
        ["r.toml:1: `schema` is missing; begin the record with `schema = 1`"]
    );
    assert_eq!(
        said("# later\nschema = 2\n"),
        ["r.toml:2: `schema` is 2, which this version cannot read; it reads schema 1"]
    );
    assert_eq!(
        said("schema = \"1\"\n"),
        ["r.toml:1: `schema` is to be a number: `schema = 1`"]
    );
    assert_eq!(
        lines(&read_text("r.json", "[1]").unwrap_err()),
        ["r.json:1: a record is a table of keys and values, but this is a list"]
    );
}

#[test]
fn several_files_are_one_record_and_each_problem_names_its_own() {
    let file = |name: &str, text: &str| SourceFile {
        name: name.into(),
        text: text.into(),
        ..SourceFile::default()
    };
    let house = file("house.toml", HOUSE);
    let commitments = file("commitments.toml", &format!("schema = 1\n{COMMITMENT}"));
    let read_both = read(&[commitments, house.clone()], &Book::default()).unwrap();
    assert!(read_both.book.commitment("US37-01").is_some());

    let alone = read(
        &[file("c.toml", &format!("schema = 1\n{COMMITMENT}"))],
        &Book::default(),
    );
    assert_eq!(alone.unwrap_err().iter().count(), 3);
    let on_record = read(std::slice::from_ref(&house), &Book::default())
        .unwrap()
        .book;
    assert!(
        read(
            &[file("c.toml", &format!("schema = 1\n{COMMITMENT}"))],
            &on_record
        )
        .is_ok()
    );

    let again = file(
        "again.json",
        "{\"schema\": 1,\n\"party\": [\n{\"id\": \"asean\", \"name\": \"ASEAN\"}]}",
    );
    let broken = file("broken.toml", "schema = 1\nx = \n");
    assert_eq!(
        lines(&read(&[house.clone(), again, broken], &Book::default()).unwrap_err())[..1],
        [
            "again.json:3: party `asean` is described a second time; the first is on line 7 of house.toml"
        ]
    );
    let namesake = file(
        "n.toml",
        "schema = 1\n[[person]]\nid = \"desk\"\nname = \"Desk\"\n",
    );
    assert_eq!(
        lines(&read(&[namesake], &on_record).unwrap_err()),
        [
            "n.toml:3: person `desk` has the id of a desk that is on record; desks and people share one name space"
        ]
    );
    // What a broken file would have described is not reported as missing.
    let broken = file("broken.toml", "schema = 1\n[[calendar]]\nid = \n");
    let needy = file(
        "needy.toml",
        "schema = 1\n[[desk]]\nid = \"d\"\nname = \"D\"\ncalendar = \"us\"\n",
    );
    let problems = read(&[broken, needy], &Book::default()).unwrap_err();
    assert!(
        problems.iter().all(|p| p.file == "broken.toml"),
        "{problems}"
    );
}

#[test]
fn at_most_twenty_are_shown_and_the_rest_is_counted() {
    let parties = "[[party]]\n".repeat(12);
    let problems = read_text("r.toml", &format!("schema = 1\n{parties}")).unwrap_err();
    let shown = lines(&problems);
    assert_eq!(problems.iter().count(), 24);
    assert_eq!(shown.len(), 21);
    assert_eq!(shown[0], "r.toml:2: party: `id` is missing; add it");
    assert_eq!(shown[20], "and 4 more");
}
