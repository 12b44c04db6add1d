//! The canonical form of what commitments refer to.

use super::{Body, BodyBuilder, Entity};
use crate::domain::calendar::{Calendar, Weekend};
use crate::domain::desk::{Absence, Desk, Person};
use crate::domain::document::Document;
use crate::domain::habits::{Cadence, Habits, Pause};
use crate::domain::instrument::Instrument;
use crate::domain::meeting::Meeting;
use crate::domain::partnership::{Coordinator, Partnership};
use crate::domain::party::{Chairmanship, Party};
use crate::record::entity::{self, absence_id};
use crate::record::reading::{default_status, weekday_name};

impl Entity for Calendar {
    const KIND: &'static str = entity::CALENDAR;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Calendar {
            id,
            name,
            timezone,
            weekend,
            holidays,
        } = self;
        let builder = BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .text("timezone", timezone.name());
        // A weekend without days says something: this place works all week.
        let builder = if *weekend == Weekend::default() {
            builder
        } else {
            let days: Vec<&str> = weekend.days().map(weekday_name).collect();
            builder.put("weekend", days)
        };
        builder.texts("holidays", holidays).finish()
    }
}

impl Entity for Party {
    const KIND: &'static str = entity::PARTY;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Party { id, name, kind } = self;
        BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .text("kind", kind)
            .finish()
    }
}

impl BodyBuilder {
    /// The keys that a person and a desk have in common.
    fn habits(self, habits: &Habits) -> Self {
        let Habits {
            slot,
            digest,
            pause,
            calendar_part,
        } = habits;
        let builder = self
            .maybe("slot", slot.map(|time| time.format("%H:%M")))
            .unless("digest", *digest, Cadence::default())
            .table("pause", pause.as_ref().map(paused).unwrap_or_default());
        match calendar_part {
            true => builder.put("calendar_part", true),
            false => builder,
        }
    }
}

fn paused(pause: &Pause) -> Body {
    let Pause { from, until } = pause;
    BodyBuilder::default()
        .text("from", from)
        .text("until", until)
        .finish()
}

impl Entity for Person {
    const KIND: &'static str = entity::PERSON;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Person {
            id,
            name,
            email,
            timezone,
            calendar,
            habits,
        } = self;
        BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .maybe("email", email.as_ref())
            .maybe("timezone", timezone.map(|zone| zone.name()))
            .maybe("calendar", calendar.as_ref())
            .habits(habits)
            .finish()
    }
}

impl Entity for Desk {
    const KIND: &'static str = entity::DESK;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Desk {
            id,
            name,
            party,
            email,
            calendar,
            head,
            som_leader,
            officers,
            through,
            habits,
            ends,
            successor,
        } = self;
        BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .maybe("party", party.as_ref())
            .maybe("email", email.as_ref())
            .text("calendar", calendar)
            .maybe("head", head.as_ref())
            .maybe("som_leader", som_leader.as_ref())
            .texts("officers", officers)
            .maybe("through", through.as_ref())
            .habits(habits)
            .maybe("ends", *ends)
            .maybe("successor", successor.as_ref())
            .finish()
    }
}

impl Entity for Partnership {
    const KIND: &'static str = entity::PARTNERSHIP;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Partnership {
            id,
            name,
            parties,
            status,
            desk,
            coordinators,
            policy,
        } = self;
        BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .texts("parties", parties)
            .maybe("status", status.as_ref())
            .maybe("desk", desk.as_ref())
            .tables("coordinators", coordinators.iter().map(coordinator))
            .table("policy", policy.body())
            .finish()
    }
}

fn coordinator(coordinator: &Coordinator) -> Body {
    let Coordinator { party, term, desk } = coordinator;
    BodyBuilder::default()
        .text("party", party)
        .text("term", term)
        .maybe("desk", desk.as_ref())
        .finish()
}

impl Entity for Chairmanship {
    const KIND: &'static str = entity::CHAIRMANSHIP;

    fn id(&self) -> String {
        self.year.to_string()
    }

    fn body(&self) -> Body {
        let Chairmanship { year, party, theme } = self;
        BodyBuilder::default()
            .put("year", *year)
            .text("party", party)
            .maybe("theme", theme.as_ref())
            .finish()
    }
}

impl Entity for Meeting {
    const KIND: &'static str = entity::MEETING;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Meeting {
            id,
            partnership,
            series,
            number,
            forum,
            date,
            status,
            place,
            host,
            co_chairs,
            attending,
            date_revision: _,
            moved_on: _,
            moves: _,
        } = self;
        BodyBuilder::default()
            .text("id", id)
            .maybe("partnership", partnership.as_ref())
            .text("series", series)
            .number("number", *number)
            .maybe("forum", *forum)
            .maybe("date", date.as_ref().map(|d| d.text()))
            .unless("status", *status, default_status(date.as_ref()))
            .maybe("place", place.as_ref())
            .maybe("host", host.as_ref())
            .texts("co_chairs", co_chairs)
            .texts("attending", attending)
            .finish()
    }
}

impl Entity for Document {
    const KIND: &'static str = entity::DOCUMENT;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Document {
            id,
            meeting,
            kind,
            title,
            issued,
            issuer,
            authority,
            text,
            sha256,
        } = self;
        // Where the text stands, its hash is computed, not believed.
        let sha256 = sha256.as_ref().filter(|_| text.is_none());
        BodyBuilder::default()
            .text("id", id)
            .maybe("meeting", meeting.as_ref())
            .maybe("kind", kind.as_ref())
            .text("title", title)
            .maybe("issued", *issued)
            .maybe("issuer", issuer.as_ref())
            .maybe("authority", *authority)
            .maybe("text", text.as_ref())
            .maybe("sha256", sha256)
            .finish()
    }
}

impl Entity for Instrument {
    const KIND: &'static str = entity::INSTRUMENT;

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn body(&self) -> Body {
        let Instrument {
            id,
            name,
            acronym,
            kind,
        } = self;
        BodyBuilder::default()
            .text("id", id)
            .text("name", name)
            .maybe("acronym", acronym.as_ref())
            .maybe("kind", kind.as_ref())
            .finish()
    }
}

impl Entity for Absence {
    const KIND: &'static str = entity::ABSENCE;

    fn id(&self) -> String {
        absence_id(self)
    }

    fn body(&self) -> Body {
        let Absence {
            person,
            from,
            until,
            deputy,
        } = self;
        BodyBuilder::default()
            .text("person", person)
            .text("from", from)
            .text("until", until)
            .maybe("deputy", deputy.as_ref())
            .finish()
    }
}
