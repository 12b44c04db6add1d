//! Everything that is refused says in which file and on which line, and what to do.

use super::house::{COMMITMENT, HOUSE, lines};
use crate::record::read_text;

/// The problems of the house with something added, lines counted from where it was added.
fn with(added: &str) -> Vec<String> {
    relative(HOUSE, added)
}

/// The same for something added to the commitment.
fn with_commitment(added: &str) -> Vec<String> {
    relative(&format!("{HOUSE}{COMMITMENT}"), added)
}

fn relative(before: &str, added: &str) -> Vec<String> {
    let lines = before.lines().count();
    match read_text("record.toml", &format!("{before}{added}")) {
        Ok(_) => Vec::new(),
        Err(problems) => problems
            .iter()
            .map(|p| {
                assert_eq!(p.file, "record.toml");
                format!("{}: {}", p.line as i64 - lines as i64, p.message)
            })
            .collect(),
    }
}

#[test]
fn the_house_itself_is_without_fault() {
    assert_eq!(with(""), [""; 0]);
    assert_eq!(with_commitment(""), [""; 0]);
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    assert_eq!(
        with_commitment("promis = \"x\"\n"),
        ["1: commitment `US37-01`: `promis` is not a key of a commitment; did you mean `promise`?"]
    );
    assert_eq!(
        with_commitment("[[commitment.milestone]]\ntitle = \"Endorsed\"\ndeadlien = \"2025\"\n"),
        [
            "3: commitment `US37-01`, milestone: `deadlien` is not a key of a milestone; did you mean `deadline`?"
        ]
    );
    assert_eq!(
        with("[[comitment]]\nref = \"x\"\n"),
        ["1: the record: `comitment` is not a key of a record; did you mean `commitment`?"]
    );
    assert_eq!(
        with("[[party]]\nid = \"us\"\nname = \"U.S.\"\nxyz = 1\n"),
        ["4: party `us`: `xyz` is not a key of a party; it may have `id`, `name` or `kind`"]
    );
    assert_eq!(
        with("[policy]\nbefor = [7]\n"),
        ["2: the policy: `befor` is not a key of a policy; did you mean `before`?"]
    );
}

#[test]
fn a_missing_key_is_asked_for_where_the_thing_begins() {
    assert_eq!(
        with("\n[[desk]]\nid = \"other\"\n"),
        [
            "2: desk `other`: `name` is missing; add it",
            "2: desk `other`: `calendar` is missing; add it",
        ]
    );
    assert_eq!(
        with("[[commitment]]\nref = \"X-1\"\n"),
        ["title", "promise", "kind", "lead", "opened"]
            .map(|key| format!("1: commitment `X-1`: `{key}` is missing; add it"))
    );
    assert_eq!(
        with("[[calendar]]\nid = \"us\"\nname = \"U.S.\"\n"),
        ["1: calendar `us`: `timezone` is missing; add it"]
    );
}

#[test]
fn a_reference_finds_its_thing_or_names_the_nearest() {
    assert_eq!(
        with("[[desk]]\nid = \"two\"\nname = \"Two\"\ncalendar = \"kh\"\nhead = \"haed\"\n"),
        ["5: desk `two`: `head` names `haed`, but there is no such person; did you mean `head`?"]
    );
    assert_eq!(
        with_commitment("cooperating = [\n  \"desk\",\n  \"zz\",\n]\n"),
        [
            "3: commitment `US37-01`: `cooperating` names `zz`, but there is no such desk, neither on record nor in the files"
        ]
    );
    assert_eq!(
        with_commitment(
            "[[commitment.milestone]]\ntitle = \"Endorsed\"\ndeadline = \"before pcm-2025\"\n"
        ),
        [
            "3: commitment `US37-01`, milestone: `deadline` names `pcm-2025`, but there is no such meeting; did you mean `pmc-2025`?"
        ]
    );
    assert_eq!(
        with_commitment("follows = \"US36-01\"\n"),
        [
            "1: commitment `US37-01`: `follows` names `US36-01`, but there is no such commitment; did you mean `US37-01`?"
        ]
    );
    assert_eq!(
        with_commitment(
            "[[commitment.update]]\ndate = \"2025-05-01\"\nreported = \"ongoing\"\nby = \"hed\"\n"
        ),
        [
            "4: commitment `US37-01`, update: `by` names `hed`, but there is no such desk or person; did you mean `head`?"
        ]
    );
}

#[test]
fn a_word_of_a_closed_list_names_all_and_the_nearest() {
    assert_eq!(
        with("[[party]]\nid = \"us\"\nname = \"U.S.\"\nkind = \"patner\"\n"),
        [
            "4: party `us`: `kind` cannot be `patner`; it is one of `organisation`, `state`, `partner`, `sectoral-body` or `secretariat`; did you mean `partner`?"
        ]
    );
    assert_eq!(
        with_commitment("strength = \"xx\"\n"),
        [
            "1: commitment `US37-01`: `strength` cannot be `xx`; it is one of `firm`, `political` or `hortatory`"
        ]
    );
    assert_eq!(
        with("[[calendar]]\nid = \"us\"\nname = \"U.S.\"\ntimezone = \"America/New_Yrok\"\n"),
        [
            "4: calendar `us`: `timezone`: `America/New_Yrok` is not an IANA time zone; did you mean `America/New_York`?"
        ]
    );
}

#[test]
fn a_second_thing_of_one_name_is_told_where_the_first_is() {
    assert_eq!(
        with("[[party]]\nid = \"asean\"\nname = \"ASEAN again\"\n"),
        ["2: party `asean` is described a second time; the first is on line 7"]
    );
    assert_eq!(
        with("[[desk]]\nid = \"head\"\nname = \"Desk\"\ncalendar = \"kh\"\n"),
        [
            "2: desk `head` has the id of the person on line 10; desks and people share one name space"
        ]
    );
    let absence = "[[absence]]\nperson = \"head\"\nfrom = \"2025-06-01\"\nuntil = \"2025-06-05\"\n";
    assert_eq!(with(absence), [""; 0]);
    assert_eq!(
        with(&absence.repeat(2)),
        ["5: absence `head@2025-06-01` is described a second time; the first is on line 20"]
    );
    assert_eq!(
        with(
            "[[chairmanship]]\nyear = 2025\nparty = \"asean\"\n[[chairmanship]]\nyear = 2025\nparty = \"asean\"\n"
        ),
        ["5: chairmanship `2025` is described a second time; the first is on line 21"]
    );
    assert_eq!(
        with_commitment("beneficiaries = [\"asean\", \"asean\"]\n"),
        ["1: commitment `US37-01`: `beneficiaries` lists `asean` twice"]
    );
    let milestone = "[[commitment.milestone]]\ntitle = \"Endorsed\"\n";
    assert_eq!(
        with_commitment(&milestone.repeat(2)),
        [
            "4: commitment `US37-01`, milestone: `title` is `Endorsed`, as of the milestone on line 30; titles are unique within a commitment"
        ]
    );
    assert_eq!(
        lines(
            &read_text(
                "r.json",
                "{\"schema\": 1,\n\"party\": [{\"id\": \"a\",\n\"name\": \"A\",\n\"id\": \"b\"}]}"
            )
            .unwrap_err()
        ),
        ["r.json:4: party `a`: `id` is given a second time; the first is on line 2"]
    );
}

#[test]
fn names_are_one_plain_line() {
    assert_eq!(
        with("[[party]]\nid = \"us\"\nname = \"  \"\n"),
        ["3: party `us`: `name` is empty; write something"]
    );
    assert_eq!(
        with_commitment("sector = \"\"\n"),
        ["1: commitment `US37-01`: `sector` is empty; write something or leave the key out"]
    );
    assert_eq!(
        with("[[party]]\nid = \"us\"\nname = \"U.S.\\r\\nBcc: x@example.org\"\n"),
        ["3: party `us`: `name` holds the control character `\\r`; it must be one plain line"]
    );
    assert_eq!(
        with_commitment("[[commitment.milestone]]\ntitle = \"a\\u0000b\"\n"),
        [
            "2: commitment `US37-01`, milestone: `title` holds the control character `\\u{0}`; it must be one plain line"
        ]
    );
    assert_eq!(
        with_commitment(
            "[[commitment.update]]\ndate = \"2025-05-01\"\nreported = \"ongoing\"\ntext = \"one\\ntwo\\u001B[31m\"\n"
        ),
        [
            "4: commitment `US37-01`, update: `text` holds the control character `\\u{1b}`; take it out"
        ]
    );
    assert_eq!(
        with("[[party]]\nid = \"the us\"\nname = \"U.S.\"\n"),
        [
            "2: party `the us`: `id`: `the us` has the character ` `; an id is letters, digits, `-`, `_` and `.`, and begins with a letter or digit"
        ]
    );
    assert_eq!(
        with("[[person]]\nid = \"p\"\nname = \"P\"\nemail = \"p at example\"\n"),
        [
            "4: person `p`: `email`: `p at example` is not a mail address; write it like `desk@mfa.example.org`"
        ]
    );
}

#[test]
fn a_value_of_another_type_says_what_is_wanted() {
    assert_eq!(
        with_commitment("sector = 3\nobligor = []\n"),
        [
            "1: commitment `US37-01`: `sector` is to be a text; put it in quotes: \"3\"",
            "2: commitment `US37-01`: `obligor` is not a key of a commitment; did you mean `obligors`?",
        ]
    );
    assert_eq!(
        with_commitment("beneficiaries = \"asean\"\nparagraph = \"3\"\nsnoozed = true\n"),
        [
            "1: commitment `US37-01`: `beneficiaries` is to be a list, but it is a text",
            "2: commitment `US37-01`: `paragraph` is to be a number without quotes, but it is a text",
            "3: commitment `US37-01`, snoozed is to be a table of keys and values, but it is true or false",
        ]
    );
    assert_eq!(
        with("[absence]\nperson = \"head\"\n"),
        [
            "1: the record: `absence` is to be a list of tables (in TOML, `[[absence]]` with two brackets), but it is a table"
        ]
    );
    assert_eq!(
        with("[policy]\ndue_soon = 1.5\nhead_after = 0\n"),
        [
            "2: the policy: `due_soon` is to be a number without quotes, but it is a number with a fraction",
            "3: the policy: `head_after` is 0; it must be from 1 to 3660",
        ]
    );
    assert_eq!(
        lines(
            &read_text(
                "r.json",
                "{\"schema\": 1,\n\"party\": [{\"id\": \"a\", \"name\": null}]}"
            )
            .unwrap_err()
        ),
        ["r.json:2: party `a`: `name` is to be a text in quotes, but it is null"]
    );
}

#[test]
fn dates_and_deadlines_say_what_is_wrong_with_them() {
    assert_eq!(
        with_commitment(
            "closed = \"31 April\"\nsnoozed = { until = \"2025-02-30\", reason = \"x\" }\n"
        ),
        [
            "1: commitment `US37-01`: `closed`: `31 April` is not a date; write it like `2025-04-22`",
            "2: commitment `US37-01`, snoozed: `until`: `2025-02-30` names a day that does not exist",
        ]
    );
    let [message] =
        with_commitment("[[commitment.milestone]]\ntitle = \"x\"\ndeadline = \"soonish\"\n")
            .try_into()
            .unwrap();
    assert!(message.starts_with("3: commitment `US37-01`, milestone: `deadline`: `soonish` is not a deadline; write it like "), "{message}");
    let [message] = with("[[meeting]]\nid = \"m\"\ndate = \"at pmc-2025\"\n")
        .try_into()
        .unwrap();
    assert!(
        message.starts_with("3: meeting `m`: `date`: `at pmc-2025` is not a date of its own"),
        "{message}"
    );
    let partnership = "[[partnership]]\nid = \"p\"\nname = \"P\"\n";
    assert_eq!(
        with(&format!(
            "{partnership}coordinators = [{{ party = \"asean\", term = \"soon\" }}]\n"
        )),
        [
            "4: partnership `p`, coordinator: `term`: `soon` is not a term of years; write it like `2024-2027`"
        ]
    );
    assert_eq!(
        with_commitment("review = \"weekly\"\n"),
        [
            "1: commitment `US37-01`: `review`: `weekly` is not a review cycle; write it like `every 3 months`",
            "1: commitment `US37-01`: `review` is for standing commitments, and this is a deliverable; leave it out or make it `kind = \"standing\"`",
        ]
    );
}

#[test]
fn what_contradicts_itself_is_refused() {
    assert_eq!(
        with_commitment("confidentiality = \"restricted\"\nreaders = [\"head\"]\n"),
        [
            "2: commitment `US37-01`: it is restricted, but its lead desk `desk` is not among its readers; add it to `readers`"
        ]
    );
    assert_eq!(
        with_commitment("confidentiality = \"restricted\"\n"),
        [
            "1: commitment `US37-01`: it is restricted, but its lead desk `desk` is not among its readers; add it to `readers`"
        ]
    );
    assert_eq!(
        with_commitment(
            "[[commitment.milestone]]\ntitle = \"Endorsed\"\n[[commitment.revision]]\ndate = \"2025-05-01\"\nmilestone = \"Endorse\"\n"
        ),
        [
            "5: commitment `US37-01`, revision: the commitment has no milestone `Endorse`; did you mean `Endorsed`?"
        ]
    );
    assert_eq!(
        with(
            "[[absence]]\nperson = \"head\"\nfrom = \"2025-06-05\"\nuntil = \"2025-06-01\"\ndeputy = \"head\"\n"
        ),
        [
            "4: absence: `until` is before `from`",
            "5: absence: nobody stands in for themselves; name another `deputy` or leave it out",
        ]
    );
    assert_eq!(
        with(
            "[[calendar]]\nid = \"x\"\nname = \"X\"\ntimezone = \"UTC\"\nweekend = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\", \"saturday\", \"sunday\"]\n"
        ),
        ["5: calendar `x`: `weekend` leaves no day to work on; take one out"]
    );
    assert_eq!(
        with("[policy]\nbefore = [7, 1, 7]\ndigest_weekday = \"saturday\"\n"),
        [
            "1: the policy: `digest_weekday` is `saturday`, but calendar `kh` has no working day from saturday to sunday; choose an earlier day",
            "2: the policy: `before` lists 7 twice",
        ]
    );
}

#[test]
fn circles_are_refused() {
    let desk = |id: &str, through: &str| {
        format!(
            "[[desk]]\nid = \"{id}\"\nname = \"{id}\"\ncalendar = \"kh\"\nthrough = \"{through}\"\n"
        )
    };
    let circle = [
        desk("a", "b"),
        desk("b", "c"),
        desk("c", "b"),
        desk("d", "d"),
    ]
    .concat();
    assert_eq!(
        with(&circle),
        [
            "7: desk `b`: `through` leads back to the desk itself; one of the circle must have its own way",
            "17: desk `d`: `through` leads back to the desk itself; one of the circle must have its own way",
        ]
    );
    assert_eq!(
        with_commitment("follows = \"US37-01\"\n"),
        [
            "-7: commitment `US37-01`: `follows` leads back to the commitment itself; the first of the line follows nothing"
        ]
    );
}

#[test]
fn a_document_is_what_its_hash_says() {
    let document = "[[document]]\nid = \"d\"\ntitle = \"D\"\ntext = \"words\"\n";
    let right = "9f4a3e7e0d0b9a2b3b7a0a5f7d3c5a1e8f6d7c9b0a1e2f3d4c5b6a7988776655";
    let [message] = with(&format!("{document}sha256 = \"{right}\"\n"))
        .try_into()
        .unwrap();
    assert!(
        message.starts_with("5: document `d`: `sha256` is not that of the text, which is "),
        "{message}"
    );
    assert_eq!(
        with(&format!("{document}sha256 = \"abc\"\n")),
        ["5: document `d`: `sha256`: a SHA-256 is 64 hexadecimal digits"]
    );
    assert_eq!(
        with("[[document]]\nid = \"d\"\nfile = \"release.txt\"\n"),
        [
            "3: document `d`: `file` names `release.txt`, which could not be read beside the record; check the path or put the words into `text`"
        ]
    );
    assert_eq!(
        with(&format!("{document}file = \"release.txt\"\n")),
        ["5: document `d`: gives both `file` and `text`; keep one of them"]
    );
}
