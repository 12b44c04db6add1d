//! Later documents that say a promise again: read with places, written, and merged as a log of their own.

use super::house::{COMMITMENT, HOUSE};
use super::installation::{Installation, RECORD, day, key};
use crate::domain::commitment::{Effect, Mention};
use crate::record::{read_text, write_toml};

const DOCUMENT: &str = "\n[[document]]\nid = \"statement\"\ntitle = \"Chair's Statement\"\n";

fn mention(lines: &str) -> String {
    format!("\n[[commitment.mention]]\n{lines}\n")
}

fn sound() -> String {
    mention(
        "date = \"2025-07-10\"\ndocument = \"statement\"\nparagraph = 3\nwords = \"will do it\"\neffect = \"strengthens\"",
    )
}

#[test]
fn what_is_wrong_with_a_mention_is_told_with_its_line() {
    let told = |lines: &str| {
        let before = format!("{HOUSE}{DOCUMENT}{COMMITMENT}");
        let above = before.lines().count();
        let problems = read_text("record.toml", &format!("{before}{}", mention(lines)));
        let problems = problems.err().into_iter().flat_map(|found| {
            let each = found.iter();
            let each = each.map(|p| format!("{}: {}", p.line - above, p.message));
            each.collect::<Vec<_>>()
        });
        problems.collect::<Vec<String>>()
    };
    let rest = "date = \"2025-07-10\"\ndocument = \"statement\"\nwords = \"x\"";
    assert_eq!(told(&format!("{rest}\neffect = \"repeats\"")), [""; 0]);
    let odd = told(&format!("{rest}\neffect = \"repeat\""));
    assert!(
        odd[0].starts_with("6: ") && odd[0].contains("repeats"),
        "{odd:?}"
    );
    let odd = told(rest);
    assert!(
        odd[0].starts_with("2: ") && odd[0].contains("effect"),
        "{odd:?}"
    );
    let odd = told(&format!("{rest}\neffect = \"repeats\"\nparagraf = 1"));
    assert!(
        odd[0].starts_with("7: ") && odd[0].contains("`paragraph`"),
        "{odd:?}"
    );
    let odd = told(&format!(
        "{}\neffect = \"repeats\"",
        rest.replace("statement", "statment")
    ));
    assert!(
        odd[0].starts_with("4: ") && odd[0].contains("`statement`"),
        "{odd:?}"
    );
    let odd = told(&format!("{rest}\neffect = \"repeats\"\nparagraph = 0"));
    assert!(odd[0].starts_with("7: "), "{odd:?}");
}

#[test]
fn a_mention_entered_here_does_not_block_an_edit_there() {
    let mut there = Installation::new();
    there.import(DOCUMENT_RECORD).unwrap();
    let entered = Mention {
        date: day("2025-07-10"),
        document: "statement".parse().unwrap(),
        paragraph: Some(3),
        words: "will do it".into(),
        effect: Effect::Strengthens,
    };
    there.change(|c| c.mentions.push(entered.clone()));
    let renamed = RECORD.replace("A report", "A longer report");
    let merged = there.import(&renamed).unwrap();
    assert_eq!(merged.changed, [key("commitment", "US37-01")]);
    assert_eq!(there.commitment().mentions, [entered]);
    // What is exported has it, word for word as a file would, and is the common ground.
    let exported = write_toml(&there.book);
    assert!(exported.contains(sound().trim_start()), "{exported}");
    assert!(there.import(&exported).unwrap().changed.is_empty());
    // The file corrects it; then both change it, and nobody guesses.
    let corrected = exported.replace("effect = \"strengthens\"", "effect = \"repeats\"");
    there.import(&corrected).unwrap();
    assert_eq!(there.commitment().mentions[0].effect, Effect::Repeats);
    there.change(|c| c.mentions[0].paragraph = None);
    let both = there.import(&corrected.replace("\"repeats\"", "\"weakens\""));
    let said = both.unwrap_err().to_string();
    assert!(
        said.contains("US37-01") && said.contains("mention"),
        "{said}"
    );
}

/// The document alone, as a record.
const DOCUMENT_RECORD: &str =
    "schema = 1\n\n[[document]]\nid = \"statement\"\ntitle = \"Chair's Statement\"\n";
