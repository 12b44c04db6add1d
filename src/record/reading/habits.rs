//! The habits of a person or a desk: keys that both kinds of table have.

use super::policy::time_of_day;
use crate::domain::habits::{Cadence, Habits, Pause};
use crate::record::fields::{Fields, Keys};

pub(in crate::record) const PAUSE: Keys = Keys {
    kind: "pause",
    known: &["from", "until"],
    required: &["from", "until"],
};

pub(super) fn habits(f: &Fields<'_>) -> Habits {
    Habits {
        slot: f.parsed("slot", time_of_day),
        digest: f
            .word("digest", Cadence::ALL, Cadence::as_str)
            .unwrap_or_default(),
        pause: f.table("pause", &PAUSE).as_ref().and_then(pause),
        calendar_part: f.flag("calendar_part"),
    }
}

fn pause(f: &Fields<'_>) -> Option<Pause> {
    let from = f.day("from");
    let until = f.day("until");
    let pause = Pause {
        from: from?,
        until: until?,
    };
    if pause.until < pause.from {
        f.say(f.place_of("until"), "`until` is before `from`");
    }
    Some(pause)
}
