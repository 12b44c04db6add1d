//! What a reader of a reminder can say to it in one step, from the mail itself.

closed_list! {
    /// One answer; the word stands in the links of letters.
    Answer {
        OnTrack = "on-track",
        AtRisk = "at-risk",
        Done = "done",
        /// The other side has to move first.
        Waiting = "waiting",
        /// A later date is wanted.
        NewDate = "new-date",
        /// Another desk's.
        NotOurs = "not-ours",
        /// To be reminded again on a day.
        Later = "later",
    }
}

impl Answer {
    /// What a desk may say: the lead desk everything, a cooperating one that it is the wrong one.
    pub fn open_to(leads: bool) -> &'static [Answer] {
        if leads { Self::ALL } else { &[Answer::NotOurs] }
    }

    /// What its link is called in a letter and on a page.
    pub fn label(self) -> &'static str {
        match self {
            Answer::OnTrack => "On track",
            Answer::AtRisk => "At risk",
            Answer::Done => "Done",
            Answer::Waiting => "Waiting for them",
            Answer::NewDate => "New date",
            Answer::NotOurs => "Not ours",
            Answer::Later => "Later",
        }
    }
}

/// How many days a link in a letter can be used, counted from the letter's day on the real clock.
pub const VALID_DAYS: u32 = 30;

/// How many days ahead a reader may put off reminders of one commitment, from the day of the answer.
pub const LONGEST_SNOOZE_DAYS: u32 = 30;
