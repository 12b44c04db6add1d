//! An account that cannot fail proves nothing: here worlds are spoiled, in their evidence or behind
//! the back of their daemons, and the accounts must notice, each by the word it has for it.

use aide_memoire::jobs::checkpoint::Point;
use aide_memoire::store::DatabaseKind;

use super::history::{History, Weather, play_spoiled};
use super::sketch::Sketch;
use super::worlds::run_with;

/// What is done to a world that no product does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoil {
    Nothing,
    /// The relay forgets a message.
    MessageLost,
    /// The relay has a message twice.
    MessageDoubled,
    /// The relay has another message under the same Message-ID.
    OtherBytes,
    /// The relay has a message of nobody.
    Stranger,
    /// Nobody is to be asked any more.
    NextDueForgotten,
    /// An occurrence vanishes from the ledger, and with it the memory that it was said.
    OccurrenceForgotten,
    /// A notice that was to leave vanishes, and leaves its occurrences waiting.
    NoticeForgotten,
    /// As if T2 were not written: a notice in data is pending again before its outcome is known.
    WithoutT2,
    /// As if an edit asked for no re-timing of what hangs on it.
    WithoutRetiming,
    /// What goes out is judged as if its readers had no right to what is restricted.
    RightsForgotten,
    /// An address that gave mail back is written to as if it had not.
    BounceForgotten,
    /// A reader who wanted no digest any more gets them.
    UnsubscribeForgotten,
    /// A holiday calendar is imported into nothing.
    HolidaysForgotten,
    /// Nobody's own hour counts.
    SlotsForgotten,
    /// Nobody's pause counts.
    PausesForgotten,
    /// Everybody gets calendar parts.
    CalendarPartsForAll,
    /// Nobody is ever away.
    AbsencesForgotten,
    /// No desk ever ends.
    EndingsForgotten,
    /// A handover leaves no trace for the successor's digest.
    HandoversUntold,
}

impl Spoil {
    /// What the product is told instead of what the clerks noted.
    pub fn retold(self, sketch: &Sketch) -> Sketch {
        let mut told = sketch.clone();
        let desks = told.desks.iter_mut().map(|d| &mut d.habits);
        let habits = desks.chain(told.people.iter_mut().map(|p| &mut p.habits));
        match self {
            Spoil::SlotsForgotten => habits.for_each(|h| h.slot = None),
            Spoil::PausesForgotten => habits.for_each(|h| h.pause = None),
            Spoil::CalendarPartsForAll => habits.for_each(|h| h.calendar_part = true),
            Spoil::AbsencesForgotten => told.absences.clear(),
            Spoil::EndingsForgotten => told.desks.iter_mut().for_each(|d| d.ends = None),
            _ => {}
        }
        told
    }
}

impl History {
    /// Before the accounts are made.
    pub async fn spoil_evidence(&mut self) {
        let spoil = self.spoil;
        self.relay.tamper(|taken| match spoil {
            Spoil::MessageLost => {
                taken.pop();
            }
            Spoil::MessageDoubled => taken.extend(taken.last().cloned()),
            Spoil::OtherBytes => {
                let mut other = taken.last().cloned();
                if let Some(other) = &mut other {
                    other.content.extend_from_slice(b"P.S.\r\n");
                }
                taken.extend(other);
            }
            Spoil::Stranger => {
                let mut stranger = taken.last().cloned();
                if let Some(stranger) = &mut stranger {
                    stranger.message_id = Some("<stranger@example.org>".to_owned());
                }
                taken.extend(stranger);
            }
            _ => {}
        });
        let statements: &[&str] = match spoil {
            Spoil::NextDueForgotten => &[
                "UPDATE commitment SET next_due = NULL",
                "UPDATE reader SET next_due = NULL",
            ],
            Spoil::OccurrenceForgotten => &[
                "DELETE FROM notice_item",
                "DELETE FROM occurrence WHERE state IN ('sent', 'skipped')",
            ],
            Spoil::NoticeForgotten => &[
                "UPDATE occurrence SET state = 'waiting' WHERE state = 'sent'",
                "DELETE FROM notice_item",
            ],
            _ => &[],
        };
        for statement in statements {
            self.witness.change(statement).await;
        }
    }

    pub async fn spoil_edit(&mut self) {
        if self.spoil == Spoil::WithoutRetiming {
            self.witness.change("DELETE FROM replan").await;
        }
    }

    pub async fn spoil_step(&mut self, point: Point) {
        match (self.spoil, point) {
            (Spoil::WithoutT2, Point::BeforeSettling) if self.relay.taken() > 0 => {
                let unsaid = "UPDATE notice SET state = 'pending', lease_token = NULL, \
                              lease_until = NULL, content = NULL WHERE state = 'in-data'";
                self.witness.change(unsaid).await;
                self.spoil = Spoil::Nothing;
            }
            (Spoil::RightsForgotten, Point::ContentFinal) => self.witness.forget_rights(),
            (Spoil::HandoversUntold, Point::BatchCommitted) => {
                let untold = "DELETE FROM notice_item WHERE line = 'handed-over'";
                self.witness.change(untold).await;
            }
            _ => {}
        }
    }
}

/// The worlds that are spoiled, one in which much happens before the others.
const WORLDS: [std::ops::Range<u64>; 2] = [521..530, 500..521];

/// Spoils one world after another until the accounts notice; they must, soon.
fn is_noticed(spoil: Spoil, word: &str) {
    is_noticed_as(spoil, word, "");
}

/// As [`is_noticed`], and by what is said of it.
fn is_noticed_as(spoil: Spoil, word: &str, said: &str) {
    for seed in WORLDS.into_iter().flatten() {
        let outcome = run_with(DatabaseKind::Sqlite, async |database| {
            play_spoiled(seed, Weather::Rough, spoil, database).await
        });
        let outcome = outcome.expect("SQLite is always there");
        let is_it = |v: &String| v.starts_with(word) && v.contains(said);
        if outcome.violations.iter().any(is_it) {
            println!("{spoil:?} was noticed in world {seed}");
            return;
        }
    }
    panic!("{spoil:?} was not noticed");
}

#[test]
fn a_message_that_never_arrived_is_noticed() {
    is_noticed(Spoil::MessageLost, "lost:");
}

#[test]
fn a_second_copy_is_noticed() {
    is_noticed(Spoil::MessageDoubled, "doubled:");
}

#[test]
fn a_copy_of_other_bytes_is_noticed() {
    is_noticed(Spoil::OtherBytes, "doubled: two copies of");
}

#[test]
fn a_message_of_nobody_is_noticed() {
    is_noticed(Spoil::Stranger, "unexpected:");
}

#[test]
fn somebody_who_is_never_asked_again_is_noticed() {
    is_noticed(Spoil::NextDueForgotten, "lost:");
}

#[test]
fn an_occurrence_that_vanished_is_noticed() {
    is_noticed(Spoil::OccurrenceForgotten, "lost:");
}

#[test]
fn an_occurrence_that_waits_on_nothing_is_noticed() {
    is_noticed(Spoil::NoticeForgotten, "lost: nobody knows");
}

#[test]
fn without_t2_a_notice_goes_out_twice() {
    is_noticed(Spoil::WithoutT2, "doubled:");
}

#[test]
fn without_retiming_somebody_is_asked_too_late() {
    is_noticed(Spoil::WithoutRetiming, "lost:");
}

#[test]
fn a_name_told_to_the_wrong_reader_is_noticed() {
    is_noticed(Spoil::RightsForgotten, "unexpected:");
}

#[test]
fn mail_to_an_address_that_gave_it_back_is_noticed() {
    is_noticed_as(
        Spoil::BounceForgotten,
        "unexpected:",
        "which gave mail back",
    );
}

#[test]
fn a_digest_for_one_who_wants_none_is_noticed() {
    is_noticed_as(
        Spoil::UnsubscribeForgotten,
        "unexpected: digest",
        "they want no digest",
    );
}

#[test]
fn a_holiday_that_nobody_entered_is_noticed() {
    is_noticed_as(Spoil::HolidaysForgotten, "unexpected:", "a day off");
}

#[test]
fn mail_before_somebodys_hour_is_noticed() {
    is_noticed_as(Spoil::SlotsForgotten, "unexpected:", "before their hour");
}

#[test]
fn mail_in_a_pause_is_noticed() {
    is_noticed_as(Spoil::PausesForgotten, "unexpected:", "in their pause");
}

#[test]
fn a_calendar_part_nobody_asked_for_is_noticed() {
    is_noticed_as(Spoil::CalendarPartsForAll, "unexpected:", "never asked for");
}

#[test]
fn mail_to_somebody_who_is_away_is_noticed() {
    is_noticed_as(
        Spoil::AbsencesForgotten,
        "unexpected:",
        "when they are away",
    );
}

#[test]
fn a_desk_that_ended_and_keeps_what_it_had_is_noticed() {
    is_noticed_as(Spoil::EndingsForgotten, "lost:", "which has ended");
}

#[test]
fn a_successor_who_is_not_told_is_noticed() {
    is_noticed(Spoil::HandoversUntold, "lost: the digest of");
}
