//! A ministry's own words, on top of those that are built in.

use aide_memoire::intake::extraction::extract;
use aide_memoire::intake::lexicon::Lexicon;

use crate::support::world::day;

const OWN: &str = r#"
[verbs.commit]
words = ["bind ourselves/bound ourselves"]

[agents]
bodies = ["stewards"]

[[party]]
name = "Ruritania"
aliases = ["Kingdom of Ruritania", "Ruritania"]
adjectives = ["Ruritanian"]
"#;

const TEXT: &str = "Statement of Ruritania and Japan\n\n\
    The leaders of Ruritania and Japan met on 2 May 2030. We bound ourselves to clear the fairway. \
    Japan looked forward to the Ruritanian contribution and to Ruritania's support for the lighthouse.";

#[test]
fn partners_and_verbs_of_ones_own_are_read_like_the_others() {
    let plain = extract(TEXT, day("2030-05-03"), Lexicon::standard());
    assert!(plain.proposals.iter().all(|p| !p.quote.contains("fairway")));

    let own = Lexicon::with(&[OWN]).unwrap();
    let read = extract(TEXT, day("2030-05-03"), &own);
    let fairway = read
        .proposals
        .iter()
        .find(|p| p.quote.contains("fairway"))
        .expect("the new verb");
    assert_eq!(fairway.obligors, ["Ruritania", "Japan"]);
    assert_eq!(fairway.cue, "bound ourselves");
}

#[test]
fn a_slip_of_the_pen_is_named() {
    let said = |text: &str| Lexicon::with(&[text]).unwrap_err().to_string();
    assert!(said("[verbs.comit]\nwords = []").contains("no class of verbs `comit`"));
    assert!(said("[nouns]\nact = []").contains("[nouns] has no list `act`"));
    assert!(said("[[party]]\nnam = \"X\"").contains("nam"));
    assert!(said("[verbs").contains("cannot be read"));
}
