//! The answers of a letter, as its reader finds them in the text.

use mail_parser::MessageParser;

/// What each answer of a letter is called, and the path its link leads to, in their order.
pub fn answers_in(raw: &[u8]) -> Vec<(String, String)> {
    let parsed = MessageParser::default().parse(raw).expect("a message");
    let text = parsed.body_text(0).expect("a letter has a text");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let pairs = lines.windows(2).filter_map(|two| {
        let (_, behind) = two[1].split_once("/answer/")?;
        let label = two[0].strip_suffix(':')?;
        Some((label.to_owned(), format!("/answer/{behind}")))
    });
    pairs.collect()
}

/// The path of one answer.
pub fn answer_in(raw: &[u8], label: &str) -> String {
    let all = answers_in(raw);
    let found = all.iter().find(|(name, _)| name == label);
    found
        .map(|(_, path)| path.clone())
        .unwrap_or_else(|| panic!("no `{label}` in {all:?}"))
}

/// The token of a path.
pub fn token_of(path: &str) -> String {
    let behind = path.strip_prefix("/answer/").expect("an answer's path");
    behind.split('?').next().unwrap_or_default().to_owned()
}
