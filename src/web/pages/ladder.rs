//! The ladder of a commitment: its milestones, each with where it stands.

use serde::Serialize;

use crate::domain::after_meeting::dropped;
use crate::domain::directory::Directory;
use crate::domain::schedule::{Schedule, of_window};
use crate::web::row::MarkView;
use crate::web::standing::Standing;
use crate::wording;

/// One step of the ladder of milestones.
#[derive(Debug, Serialize)]
pub struct Step<'a> {
    pub title: &'a str,
    pub mark: MarkView,
    /// `reached on 9 July 2025`, `dropped on 11 July 2025`, `overtaken`, or the deadline in its words.
    pub words: String,
    pub away: Option<String>,
    pub past: bool,
}

/// Every step, in its order.
pub(super) fn milestones<'a>(standing: &'a Standing, directory: &Directory) -> Vec<Step<'a>> {
    let commitment = &*standing.commitment;
    let due_soon = directory.policy_for(commitment).due_soon;
    let steps = commitment.milestones.iter().enumerate();
    steps
        .map(|(place, milestone)| {
            let past = commitment.milestone_is_past(place) || !commitment.is_open();
            if let Some(day) = milestone.done {
                return Step {
                    title: &milestone.title,
                    mark: MarkView {
                        word: "reached",
                        ..Schedule::Closed.into()
                    },
                    words: format!("reached on {}", wording::day(day)),
                    away: None,
                    past: true,
                };
            }
            if let Some(told) = dropped(commitment, milestone) {
                return Step {
                    title: &milestone.title,
                    mark: MarkView {
                        word: "dropped",
                        ..Schedule::NoDeadline.into()
                    },
                    words: format!("dropped on {}", wording::day(told.date)),
                    away: None,
                    past: true,
                };
            }
            let window = milestone
                .deadline
                .as_ref()
                .map(|d| directory.resolve(commitment, d).map(|r| r.window));
            let mark = match window {
                _ if past => MarkView {
                    word: "overtaken",
                    ..Schedule::Closed.into()
                },
                Some(window) => of_window(window, standing.today, due_soon).into(),
                None => Schedule::NoDeadline.into(),
            };
            let deadline = milestone.deadline.as_ref();
            Step {
                title: &milestone.title,
                mark,
                words: deadline.map_or("no deadline".to_owned(), |d| {
                    wording::deadline(d, directory)
                }),
                away: deadline
                    .filter(|_| !past)
                    .map(|d| wording::distance(d, window.flatten(), directory, standing.today)),
                past,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, first_book, person};

    #[test]
    fn a_milestone_that_was_dropped_is_told_as_dropped() {
        let mut book = first_book();
        let known = book.commitments.get_mut("US37-03").expect("it is there");
        let statement = std::sync::Arc::make_mut(known);
        let title = statement.milestones[1].title.clone();
        let from = statement.milestones[1].deadline.take();
        statement
            .revisions
            .push(crate::domain::commitment::Revision {
                date: "2025-05-30".parse().expect("a day"),
                milestone: Some(title),
                from,
                to: None,
                reason: Some("Dropped at the PMC: as the ministers agreed".into()),
                by: None,
                approved: None,
                entered: None,
            });
        let world = World::of(book, person("som-leader"), MONDAY);
        let scene = world.scene();
        let mut all = scene.open();
        let standing = all.find(|s| s.commitment.reference.as_str() == "US37-03");
        let steps = milestones(standing.expect("it is open"), scene.directory());
        let told = &steps[1];
        assert_eq!((told.mark.word, told.past), ("dropped", true));
        assert_eq!(told.words, "dropped on 30 May 2025");
        assert!(!steps[0].past && !steps[2].past);
    }
}
