//! The foot of a letter: why it came to this reader, when it ends, and what can be changed about it.

use super::matter::Writing;
use super::one_line;
use crate::domain::notice::NoticeKind;
use crate::wording;

/// The sentences of the foot.
pub(super) fn of(writing: &Writing<'_>) -> Vec<String> {
    let mut foot = vec![why_this_reader(writing)];
    foot.push(
        "These are duty reminders: they end when the commitment is met, moved or withdrawn on the record."
            .to_owned(),
    );
    if writing.notice.kind == NoticeKind::Digest {
        foot.push(
            "The weekly summary can come less often or not at all; what is overdue and yours to answer for stays in it."
                .to_owned(),
        );
    }
    foot
}

/// Why this reader gets mail at all, in one sentence.
fn why_this_reader(writing: &Writing<'_>) -> String {
    let directory = writing.directory();
    let reader = &writing.notice.recipient;
    let name = one_line(&wording::with_article(writing.reader_name()));
    let installation = &writing.settings.name;
    if directory.desks.contains_key(reader.as_str()) {
        return format!(
            "You receive this because {name} answers for commitments kept in {installation}."
        );
    }
    let desks = directory.desks.values();
    let named: Vec<String> = desks
        .filter(|d| {
            [&d.head, &d.som_leader]
                .into_iter()
                .flatten()
                .any(|p| p.as_str() == reader.as_str())
        })
        .map(|d| one_line(&wording::with_article(&d.name)))
        .collect();
    match named.as_slice() {
        [desk] => {
            format!("You receive this because you are named for {desk} in {installation}.")
        }
        [first, others @ ..] => format!(
            "You receive this because you are named for {first} and {} in {installation}.",
            wording::count(others.len(), "other desk")
        ),
        [] => format!("You receive this because you are named in {installation}."),
    }
}
