//! Why a commitment is quiet: asked when somebody says that nothing came.

use chrono::NaiveDate;

use super::courtesy::reader_may_read;
use super::recipients::mailbox_of;
use crate::domain::commitment::{Commitment, Kind};
use crate::domain::directory::Directory;
use crate::domain::schedule::live_deadlines;
use crate::domain::silence::Silence;

/// The reasons for which reminders of a commitment rest on a day, the weightiest first; empty where
/// nothing holds them back.
pub fn silences(commitment: &Commitment, directory: &Directory, today: NaiveDate) -> Vec<Silence> {
    if !commitment.is_open() {
        return vec![Silence::NotOpen(commitment.state)];
    }
    let mut found = Vec::new();
    if commitment.opened > today {
        found.push(Silence::NotYetOpened(commitment.opened));
    }
    match mailbox_of(&commitment.lead, directory) {
        None => found.push(Silence::NobodyReachable(commitment.lead.clone())),
        Some(reader) if !reader_may_read(&reader, commitment, directory) => {
            found.push(Silence::NotPermitted(commitment.lead.clone()));
        }
        Some(_) => {}
    }
    let latest = commitment.latest_update(today);
    if let Some(update) = latest.filter(|u| u.reports_completion()) {
        found.push(Silence::ReportedCompleted(update.date));
    }
    if let Some(snooze) = commitment.snoozed.as_ref().filter(|s| today < s.until) {
        found.push(Silence::Snoozed {
            until: snooze.until,
            reason: snooze.reason.clone(),
        });
    }
    found.extend(without_window(commitment, directory));
    found
}

/// Deadlines that have no window today, and the want of any.
fn without_window(commitment: &Commitment, directory: &Directory) -> Vec<Silence> {
    let live = live_deadlines(commitment, directory);
    // What has no end lives by its reviews.
    if live.is_empty() && commitment.kind != Kind::Standing {
        return vec![Silence::NoDeadline];
    }
    let awaiting = live.into_iter().filter(|d| d.window.is_none());
    awaiting
        .filter_map(|d| {
            Some(Silence::AwaitsEvent {
                milestone: d
                    .milestone
                    .map(|at| commitment.milestones[at].title.clone()),
                meeting: d.deadline.meeting()?.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    /// What holds a commitment with these lines back on 2 June 2025.
    fn held_back(lines: &str) -> String {
        let text = format!(
            "schema = 1\n[[calendar]]\nid = \"kh\"\nname = \"kh\"\ntimezone = \"Asia/Phnom_Penh\"\n\
             [[desk]]\nid = \"desk\"\nname = \"Desk\"\nemail = \"desk@mfa.example.org\"\ncalendar = \"kh\"\n\
             [[desk]]\nid = \"mute\"\nname = \"Mute\"\ncalendar = \"kh\"\n\
             [[desk]]\nid = \"body\"\nname = \"Body\"\ncalendar = \"kh\"\nthrough = \"desk\"\n\
             [[meeting]]\nid = \"summit\"\nseries = \"Summit\"\n\
             [[commitment]]\nref = \"C\"\ntitle = \"C\"\npromise = \"will\"\nopened = \"2025-04-01\"\n{lines}"
        );
        let book = record::read_text("record.toml", &text).expect("a sound record");
        let commitment = book.commitment("C").expect("it is there");
        let today = "2025-06-02".parse().expect("a day");
        let found = silences(commitment, &book.directory, today);
        format!("{found:?}")
    }

    #[test]
    fn nothing_holds_back_what_has_a_deadline_and_a_reader() {
        let deliverable = "kind = \"deliverable\"\nlead = \"desk\"\n";
        assert_eq!(
            held_back(&format!("{deliverable}deadline = \"July 2025\"\n")),
            "[]"
        );
        assert_eq!(held_back("kind = \"standing\"\nlead = \"desk\"\n"), "[]");
        assert_eq!(held_back(deliverable), "[NoDeadline]");
    }

    #[test]
    fn each_reason_is_found() {
        for (lines, reason) in [
            (
                "lead = \"desk\"\nstate = \"withdrawn\"\n",
                "NotOpen(Withdrawn)",
            ),
            ("lead = \"desk\"\ndeadline = \"at summit\"\n", "AwaitsEvent"),
            (
                "lead = \"mute\"\ndeadline = \"July 2025\"\n",
                "NobodyReachable",
            ),
            (
                "lead = \"body\"\ndeadline = \"July 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"body\"]\n",
                "NotPermitted",
            ),
            (
                "lead = \"desk\"\ndeadline = \"July 2025\"\nsnoozed = { until = \"2025-06-03\", reason = \"talks\" }\n",
                "Snoozed",
            ),
            (
                "lead = \"desk\"\ndeadline = \"July 2025\"\n[[commitment.update]]\ndate = \"2025-06-01\"\nreported = \"completed\"\nstate = \"submitted\"\n",
                "ReportedCompleted",
            ),
        ] {
            let found = held_back(&format!("kind = \"deliverable\"\n{lines}"));
            assert!(found.contains(reason), "{reason}: {found}");
        }
        let over = "kind = \"deliverable\"\nlead = \"desk\"\ndeadline = \"July 2025\"\nsnoozed = { until = \"2025-06-02\", reason = \"talks\" }\n";
        assert_eq!(held_back(over), "[]", "a snooze ends on its day");
    }
}
