//! What is handed to a partner is a sound record, and has nothing in it of how we work.

use crate::domain::book::Book;
use crate::record::{first_record, for_partner, read_text, write_toml};

/// A book every text of which says whether a partner may have it: `told` or `canary`.
const BOOK: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "told", timezone = "Asia/Phnom_Penh" }, { id = "jp", name = "canary", timezone = "Asia/Tokyo" }]
party = [
  { id = "us", name = "told", kind = "partner" }, { id = "asean", name = "told", kind = "organisation" },
  { id = "jp", name = "canary", kind = "partner" },
]
person = [{ id = "dara", name = "canary", email = "canary@mfa.example.org" }]
desk = [
  { id = "us-desk", name = "told", party = "asean", email = "canary@mfa.example.org", calendar = "kh", head = "dara", officers = ["dara"] },
  { id = "canary-desk", name = "canary", calendar = "jp" },
]
partnership = [
  { id = "asean-us", name = "told", parties = ["asean", "us"], desk = "canary-desk", policy = { stale_after = 33 },
    coordinators = [{ party = "asean", term = "2024-2027", desk = "canary-desk" }] },
  { id = "asean-jp", name = "canary", parties = ["asean", "jp"] },
]
meeting = [
  { id = "pmc", partnership = "asean-us", series = "told", date = "10 July 2025" },
  { id = "jp-summit", partnership = "asean-jp", series = "canary" },
]
document = [
  { id = "release", meeting = "pmc", title = "told", text = "canary: somebody looked forward to something." },
  { id = "note", title = "canary" },
]
instrument = [{ id = "asw", name = "told" }, { id = "other", name = "canary" }]
absence = [{ person = "dara", from = "2025-06-01", until = "2025-06-05" }]
policy = { stale_after = 44 }

[[commitment]]
ref = "PUB-1"
title = "told"
partnership = "asean-us"
document = "release"
promise = "told"
kind = "request"
strength = "firm"
obligors = ["us"]
instruments = ["asw"]
lead = "us-desk"
cooperating = ["canary-desk"]
confidentiality = "public"
follows = "INT-1"
snoozed = { until = "2025-07-01", reason = "canary" }
opened = "2025-04-01"
deadline = "before pmc"
verified = "limited"
policy = { stale_after = 55 }
milestone = [{ title = "told", deadline = "12 June 2025" }]
update = [{ date = "2025-05-01", by = "dara", reported = "ongoing", text = "canary", confidentiality = "public", state = "accepted" }]
revision = [{ date = "2025-05-01", from = "1 June 2025", to = "before pmc", reason = "canary", by = "dara", approved = "dara" }]
raised = [{ date = "2025-05-01", by = "dara", reply = "canary" }]

[[commitment]]
ref = "INT-1"
title = "canary"
partnership = "asean-us"
promise = "canary"
kind = "standing"
lead = "us-desk"
opened = "2025-04-01"

[[commitment]]
ref = "JP-1"
title = "canary"
partnership = "asean-jp"
promise = "canary"
kind = "standing"
lead = "canary-desk"
confidentiality = "public"
opened = "2025-04-01"

[[commitment]]
ref = "PROP-1"
title = "canary"
partnership = "asean-us"
promise = "canary"
kind = "standing"
lead = "us-desk"
confidentiality = "public"
state = "proposed"
opened = "2025-04-01"
"#;

fn handed_over(book: &Book, party: &str) -> Book {
    for_partner(book, &party.parse().expect("a party"))
}

#[test]
fn of_how_we_work_nothing_is_in_it() {
    let book = read_text("record.toml", BOOK).unwrap_or_else(|e| panic!("{e}"));
    let text = write_toml(&handed_over(&book, "us"));
    for hidden in [
        "canary",
        "dara",
        "stale_after",
        "INT-1",
        "JP-1",
        "PROP-1",
        "2025-07-01",
        "limited",
    ] {
        assert!(!text.contains(hidden), "{hidden} is in\n{text}");
    }
    for told in [
        "PUB-1",
        "before pmc",
        "12 June 2025",
        "1 June 2025",
        "2024-2027",
    ] {
        assert!(text.contains(told), "{told} is missing in\n{text}");
    }
    // Another partner's is another.
    let theirs = write_toml(&handed_over(&book, "jp"));
    assert!(theirs.contains("JP-1") && !theirs.contains("PUB-1"));
}

#[test]
fn it_is_a_record_by_itself() {
    let book = read_text("record.toml", BOOK).unwrap_or_else(|e| panic!("{e}"));
    for (book, party) in [(&book, "us"), (&book, "jp"), (&first_record(), "us")] {
        let handed = handed_over(book, party);
        assert!(!handed.commitments.is_empty());
        let text = write_toml(&handed);
        let read = read_text("partner.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(read, handed);
        assert_eq!(handed_over(&read, party), read, "handed on, it is the same");
    }
}
