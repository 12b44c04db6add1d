//! What comes round again: `annually`, `every two years`.

use super::{Clock, Due, Precision};

impl Clock<'_> {
    /// `annually`, `every two years`, `at least once a year`.
    pub(super) fn recurring(&self, at: usize) -> Option<Due> {
        let word = self.lower(at);
        let (length, period) = match word {
            "annually" | "yearly" => (1, "P1Y"),
            "biennially" => (1, "P2Y"),
            "biannually" | "semi-annually" | "semiannually" => (1, "P6M"),
            "quarterly" => (1, "P3M"),
            "monthly" => (1, "P1M"),
            "every" | "each" => match (self.lower(at + 1), self.lower(at + 2)) {
                ("year", _) => (2, "P1Y"),
                ("two", "years") | ("other", "year") | ("second", "year") => (3, "P2Y"),
                ("three", "years") => (3, "P3Y"),
                ("four", "years") => (3, "P4Y"),
                ("five", "years") => (3, "P5Y"),
                ("six", "months") => (3, "P6M"),
                ("three", "months") => (3, "P3M"),
                ("month", _) => (2, "P1M"),
                _ => return None,
            },
            "once" | "twice" => {
                let each = self.is(at + 1, &["a", "every", "each", "per"]);
                let period = match (word, self.lower(at + 2)) {
                    ("once", "year") => "P1Y",
                    ("twice", "year") => "P6M",
                    ("once", "month") => "P1M",
                    _ => return None,
                };
                if !each {
                    return None;
                }
                (3, period)
            }
            "on" if self.is(at + 1, &["an", "a"]) => match (self.lower(at + 2), self.lower(at + 3))
            {
                ("annual" | "yearly", "basis") => (4, "P1Y"),
                ("biennial", "basis") => (4, "P2Y"),
                ("quarterly", "basis") => (4, "P3M"),
                _ => return None,
            },
            _ => return None,
        };
        if matches!(word, "annually" | "yearly" | "quarterly" | "monthly")
            && self.is_noun_behind(at)
        {
            return None;
        }
        let mut start = at;
        if at >= 2 && self.is(at - 1, &["least"]) && self.is(at - 2, &["at"]) {
            start = at - 2;
        }
        let mut due = Due {
            from: start,
            to: at + length,
            earliest: Some(self.issued),
            latest: None,
            precision: Precision::Range,
            recurrence: Some(period.to_owned()),
        };
        let mut next = due.to;
        if self.is(next, &[","]) {
            next += 1;
        }
        if self.is(next, &["starting", "beginning", "commencing"]) {
            let skip = usize::from(self.is(next + 1, &["in", "from", "on", "with"]));
            if let Some(found) = self.span(next + 1 + skip) {
                due.to = found.to;
                due.earliest = Some(found.window.first.max(self.issued));
                due.latest = Some(found.window.last);
                due.precision = found.precision;
            }
        }
        Some(due)
    }

    pub(super) fn is_noun_behind(&self, at: usize) -> bool {
        self.is(
            at + 1,
            &[
                "report",
                "reports",
                "meeting",
                "meetings",
                "review",
                "consultations",
            ],
        )
    }
}
