//! The foot of a letter: why it came to this reader, when it ends, and what can be changed about it.

use super::matter::Writing;
use super::one_line;
use crate::domain::habits::Cadence;
use crate::domain::notice::NoticeKind;
use crate::wording;

/// The sentences of the foot.
pub(super) fn of(writing: &Writing<'_>) -> Vec<String> {
    let installation = &writing.settings.name;
    let mut foot = vec![
        why_this_reader(writing),
        "Reminders are duty mail: they end when the commitment is met, moved or withdrawn on the record."
            .to_owned(),
    ];
    let mut change = "To change your hour or to pause";
    if writing.notice.kind == NoticeKind::Digest {
        foot.push(how_often(writing));
        change = "To change that or your hour, or to pause";
    }
    foot.push(format!("{change}, ask whoever administers {installation}."));
    foot
}

/// How often digests come to this reader, and what else there is.
fn how_often(writing: &Writing<'_>) -> String {
    let reader = writing.directory().reader(&writing.notice.recipient);
    let cadence = reader.map(|r| r.habits.digest).unwrap_or_default();
    let how = match cadence {
        Cadence::Weekly => "comes every week; it can come fortnightly, monthly or not at all",
        Cadence::Fortnightly => "comes every other week; it can come monthly or not at all",
        Cadence::Monthly => "comes every month; it can be stopped",
        Cadence::Never => "was stopped",
    };
    let stays = match cadence {
        Cadence::Never => "tells only what is overdue and yours to answer for",
        _ => "and what is overdue and yours to answer for is told every week all the same",
    };
    match cadence {
        Cadence::Never => format!("Your digest {how}; this {stays}."),
        _ => format!("This digest {how}, {stays}."),
    }
}

/// Why this reader gets mail at all, and for whom else it is, where they stand in.
fn why_this_reader(writing: &Writing<'_>) -> String {
    let items = &writing.notice.items;
    let mut places: Vec<String> = items
        .iter()
        .filter_map(|item| wording::in_place_of(&item.because, writing.directory()))
        .map(|whom| one_line(&whom))
        .collect();
    let part = match places.len() == items.len() {
        true => "It is for",
        false => "Part of it is for",
    };
    places.sort();
    places.dedup();
    let named = why_named(writing);
    match places.as_slice() {
        [] => named,
        places => format!("{named} {part} {}.", places.join("; and for ")),
    }
}

fn why_named(writing: &Writing<'_>) -> String {
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
