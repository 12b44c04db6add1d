//! `extract`: CONTRACT's shape, what a reader sees, and how it refuses.

use serde_json::Value;

use super::Place;

const PRESS_RELEASE: &str = include_str!("../intake/documents/press-release.txt");

#[test]
fn the_proposals_in_json() {
    let place = Place::new();
    let file = place.file("release.txt", PRESS_RELEASE);
    let json = place.done(&["extract", &file, "--format", "json"]);
    let read: Value = serde_json::from_str(&json).unwrap();
    let document = &read["document"];
    assert_eq!(document["title"], "Outcomes of the 21st ASEAN-Japan Forum");
    assert_eq!(document["issued"], "2031-05-15", "the date it bears");
    assert_eq!(document["sha256"].as_str().unwrap().len(), 64);

    let proposals = read["proposals"].as_array().unwrap();
    let signed = proposals
        .iter()
        .find(|p| p["quote"].as_str().unwrap().contains("signed"));
    let signed = signed.expect("the signature");
    let chars: Vec<char> = PRESS_RELEASE.chars().collect();
    let at = |key: &str| usize::try_from(signed[key].as_u64().unwrap()).unwrap();
    let quote: String = chars[at("start")..at("end")].iter().collect();
    assert_eq!(signed["quote"], quote.as_str());
    for (key, value) in [
        ("strength", "firm"),
        ("kind", "deliverable"),
        ("meeting", "ASEAN-Japan Summit"),
    ] {
        assert_eq!(signed[key], value, "{key}");
    }
    let due = &signed["deadline"];
    assert_eq!(due["text"], "October 2031");
    assert_eq!(due["earliest"], "2031-10-01");
    assert_eq!(due["latest"], "2031-10-31");
    assert_eq!(due["precision"], "month");
    assert_eq!(signed["obligors"], serde_json::json!(["ASEAN", "Japan"]));
    for key in ["beneficiaries", "instruments", "subject", "why"] {
        assert!(!signed[key].is_null(), "{key}");
    }
    assert!(
        read["passed"]
            .as_array()
            .unwrap()
            .iter()
            .all(|p| p["reason"].is_string())
    );

    // Relative dates hang on the day it was issued.
    let later = place.done(&[
        "extract",
        &file,
        "--issued",
        "2033-05-15",
        "--format",
        "json",
    ]);
    let later: Value = serde_json::from_str(&later).unwrap();
    assert_eq!(later["document"]["issued"], "2033-05-15");
    let next_year = |read: &Value| {
        let all = read["proposals"].as_array().unwrap().clone();
        let tokyo = all
            .into_iter()
            .find(|p| p["quote"].as_str().unwrap().contains("Tokyo"));
        tokyo.expect("the next Forum")["deadline"]["latest"].clone()
    };
    assert_eq!(next_year(&read), "2032-12-31");
    assert_eq!(next_year(&later), "2034-12-31");
}

#[test]
fn the_proposals_for_a_reader() {
    let place = Place::new();
    let file = place.file("release.txt", PRESS_RELEASE);
    let text = place.done(&["extract", &file]);
    for words in [
        "Outcomes of the 21st ASEAN-Japan Forum\n  issued 15 May 2031",
        "parties ASEAN and Japan",
        "owed by Japan to ASEAN; ",
        "due October 2031 (1 October 2031 to 31 October 2031)",
        "because of \"looked forward to\": an act or event looked forward to",
        "Passed over\n",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_in_one_sentence() {
    let place = Place::new();
    for (name, content, words) in [
        ("empty.txt", " \n", "is empty"),
        ("scan.pdf", "%PDF-1.4\n", "is damaged: its pages"),
        ("old.rtf", "{\\rtf1 hello}", "save it as DOCX"),
        ("undated.txt", "We will meet.", "--issued"),
    ] {
        let file = place.file(name, content);
        let message = place.refused(&["extract", &file]);
        assert!(message.contains(words), "{words}: {message}");
        assert!(message.contains(name), "{message}");
        assert_eq!(message.trim_end().lines().count(), 1, "{message}");
    }
}

#[test]
fn a_lexicon_of_ones_own_is_named_in_the_settings() {
    let place = Place::new();
    let file = place.file(
        "t.txt",
        "The envoys of Ruritania and Japan met. We vouchsafe to clear the fairway.",
    );
    let lexicon = place.file("lexicon.toml", "[verbs.commit]\nwords = [\"vouchsafe\"]\n");
    let settings = place.file(
        "settings.toml",
        &format!("[extraction]\nlexicon = \"{lexicon}\"\n"),
    );
    let ask = [
        "extract",
        &file,
        "--issued",
        "2030-01-01",
        "--format",
        "json",
    ];
    assert!(!place.done(&ask).contains("\"cue\": \"vouchsafe\""));
    let own = [&["--config", &settings][..], &ask[..]].concat();
    assert!(place.done(&own).contains("\"cue\": \"vouchsafe\""));
    let broken = place.file("lexicon.toml", "[verbs.comit]\nwords = []\n");
    assert!(
        place.refused(&own).contains("no class of verbs `comit`"),
        "{broken}"
    );
}
