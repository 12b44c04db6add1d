//! The letter that carries a link to an account: an invitation, or a way back. It speaks of nothing on
//! the record.

use super::block::Block;
use super::{Letter, LetterSettings, Link, SUBJECT_LENGTH, Thread, home, one_line, shorten};
use crate::domain::account::LinkPurpose;
use crate::domain::notice::NoticeKind;

/// Writes it to somebody, with the address the link leads to.
pub fn access_letter(
    settings: &LetterSettings,
    name: &str,
    purpose: LinkPurpose,
    url: String,
) -> Letter {
    let house = &settings.name;
    let name = one_line(name);
    let (subject, ask, word, foot) = match purpose {
        LinkPurpose::Recover => (
            format!("Another password for {house}"),
            format!(
                "{name}, set another password for {house}. The link opens once, within an hour."
            ),
            "Set another password",
            "Somebody asked for this on the page of sign-in. If it was not you, leave it: nothing \
             changes, and nobody learns of it.",
        ),
        LinkPurpose::Invite | LinkPurpose::FirstAdministrator => (
            format!("Your account with {house}"),
            format!(
                "{name}, you have an account with {house}. Choose your password. The link opens once, \
                 within seven days."
            ),
            "Choose your password",
            "An administrator invited you.",
        ),
    };
    let page = Link {
        word: word.to_owned(),
        url,
    };
    Letter {
        kind: NoticeKind::Daily,
        subject: shorten(&subject, SUBJECT_LENGTH),
        preheader: ask.clone(),
        redirected: None,
        again: None,
        opening: None,
        blocks: vec![Block {
            reference: String::new(),
            ask,
            late: None,
            promise: None,
            state: None,
            note: None,
            answers: Vec::new(),
            why: None,
            page,
        }],
        sections: Vec::new(),
        foot: vec![foot.to_owned()],
        stop: None,
        home: home(settings),
        entries: Vec::new(),
        thread: Thread::None,
    }
}
