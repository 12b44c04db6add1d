//! The things of the directory, saved one by one.

use chrono::NaiveDate;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use crate::domain::calendar::Calendar;
use crate::domain::desk::{Absence, Desk, Person};
use crate::domain::document::Document;
use crate::domain::habits::Habits;
use crate::domain::instrument::Instrument;
use crate::domain::meeting::{Meeting, Move};
use crate::domain::partnership::Partnership;
use crate::domain::party::{Chairmanship, Party};
use crate::domain::policy::PolicyOverride;
use crate::store::LOOK_AT_ONCE;
use crate::store::error::StoreError;
use crate::store::record::entity::{
    absence, calendar, calendar_holiday, chairmanship, coordinator, desk, desk_officer, document,
    installation, instrument, meeting, meeting_move, partnership, partnership_party, party, person,
};
use crate::store::record::write::{insert, upsert};
use crate::store::transaction::Change;
use crate::store::words::{instant, to_json};

fn id_text<T: ToString>(id: &Option<T>) -> Option<String> {
    id.as_ref().map(ToString::to_string)
}

fn number(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Writing: what an import or an act changed, in an order in which every reference is there.
impl Change {
    pub(in crate::store) async fn save_calendar(
        &mut self,
        calendar: &Calendar,
    ) -> Result<(), StoreError> {
        let Calendar {
            id,
            name,
            timezone,
            weekend,
            holidays,
        } = calendar;
        let days: Vec<_> = weekend.days().collect();
        let row = calendar::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            timezone: Set(timezone.name().to_owned()),
            weekend: Set(to_json(&days)),
        };
        upsert(&self.transaction, vec![row]).await?;
        calendar_holiday::Entity::delete_many()
            .filter(calendar_holiday::Column::CalendarId.eq(id.as_str()))
            .exec(&self.transaction)
            .await?;
        let holidays = holidays.iter().map(|day| calendar_holiday::ActiveModel {
            calendar_id: Set(id.to_string()),
            day: Set(*day),
        });
        insert(&self.transaction, holidays.collect()).await
    }

    pub(in crate::store) async fn save_party(&mut self, party: &Party) -> Result<(), StoreError> {
        let Party { id, name, kind } = party;
        let row = party::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            kind: Set(kind.to_string()),
        };
        upsert(&self.transaction, vec![row]).await
    }

    pub(in crate::store) async fn save_person(
        &mut self,
        person: &Person,
    ) -> Result<(), StoreError> {
        let Person {
            id,
            name,
            email,
            timezone,
            calendar,
            habits,
        } = person;
        let Habits {
            slot,
            digest,
            pause,
            calendar_part,
        } = *habits;
        let row = person::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            email: Set(id_text(email)),
            timezone: Set(timezone.map(|z| z.name().to_owned())),
            calendar_id: Set(id_text(calendar)),
            slot: Set(slot),
            digest: Set(digest.to_string()),
            pause_from: Set(pause.map(|p| p.from)),
            pause_until: Set(pause.map(|p| p.until)),
            calendar_part: Set(calendar_part),
        };
        upsert(&self.transaction, vec![row]).await
    }

    pub(in crate::store) async fn save_desk(&mut self, desk: &Desk) -> Result<(), StoreError> {
        let Desk {
            id,
            name,
            party,
            email,
            calendar,
            head,
            som_leader,
            officers,
            through: _, // saved when all desks are there
            habits,
            ends,
            successor,
        } = desk;
        let Habits {
            slot,
            digest,
            pause,
            calendar_part,
        } = *habits;
        let row = desk::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            party_id: Set(id_text(party)),
            email: Set(id_text(email)),
            calendar_id: Set(calendar.to_string()),
            head_id: Set(id_text(head)),
            som_leader_id: Set(id_text(som_leader)),
            through_id: Set(None),
            slot: Set(slot),
            digest: Set(digest.to_string()),
            pause_from: Set(pause.map(|p| p.from)),
            pause_until: Set(pause.map(|p| p.until)),
            calendar_part: Set(calendar_part),
            ends: Set(*ends),
            successor_id: Set(id_text(successor)),
        };
        upsert(&self.transaction, vec![row]).await?;
        desk_officer::Entity::delete_many()
            .filter(desk_officer::Column::DeskId.eq(id.as_str()))
            .exec(&self.transaction)
            .await?;
        let officers = (0..)
            .zip(officers)
            .map(|(place, person)| desk_officer::ActiveModel {
                desk_id: Set(id.to_string()),
                person_id: Set(person.to_string()),
                place: Set(place),
            });
        insert(&self.transaction, officers.collect()).await
    }

    /// The desk by which a desk is reached, once both are there.
    pub(super) async fn save_way_to_desk(&mut self, desk: &Desk) -> Result<(), StoreError> {
        if let Some(through) = &desk.through {
            desk::Entity::update_many()
                .col_expr(desk::Column::ThroughId, Expr::value(through.as_str()))
                .filter(desk::Column::Id.eq(desk.id.as_str()))
                .exec(&self.transaction)
                .await?;
        }
        Ok(())
    }

    pub(super) async fn remove_absence(
        &mut self,
        person: &str,
        day: NaiveDate,
    ) -> Result<(), StoreError> {
        absence::Entity::delete_by_id((person.to_owned(), day))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    pub(in crate::store) async fn save_absence(
        &mut self,
        absence: &Absence,
    ) -> Result<(), StoreError> {
        let Absence {
            person,
            from,
            until,
            deputy,
        } = absence;
        let row = absence::ActiveModel {
            person_id: Set(person.to_string()),
            from_day: Set(*from),
            until_day: Set(*until),
            deputy_id: Set(id_text(deputy)),
        };
        upsert(&self.transaction, vec![row]).await
    }

    pub(in crate::store) async fn save_partnership(
        &mut self,
        partnership: &Partnership,
    ) -> Result<(), StoreError> {
        let Partnership {
            id,
            name,
            parties,
            status,
            desk,
            coordinators,
            policy,
        } = partnership;
        let row = partnership::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            status: Set(status.clone()),
            desk_id: Set(id_text(desk)),
            policy: Set(to_json(policy)),
        };
        upsert(&self.transaction, vec![row]).await?;
        partnership_party::Entity::delete_many()
            .filter(partnership_party::Column::PartnershipId.eq(id.as_str()))
            .exec(&self.transaction)
            .await?;
        let parties = (0..)
            .zip(parties)
            .map(|(place, party)| partnership_party::ActiveModel {
                partnership_id: Set(id.to_string()),
                party_id: Set(party.to_string()),
                place: Set(place),
            });
        insert(&self.transaction, parties.collect()).await?;
        coordinator::Entity::delete_many()
            .filter(coordinator::Column::PartnershipId.eq(id.as_str()))
            .exec(&self.transaction)
            .await?;
        let terms = (0..)
            .zip(coordinators)
            .map(|(place, c)| coordinator::ActiveModel {
                partnership_id: Set(id.to_string()),
                place: Set(place),
                party_id: Set(c.party.to_string()),
                from_year: Set(c.term.from),
                to_year: Set(c.term.to),
                desk_id: Set(id_text(&c.desk)),
            });
        insert(&self.transaction, terms.collect()).await
    }

    pub(in crate::store) async fn save_chairmanship(
        &mut self,
        chairmanship: &Chairmanship,
    ) -> Result<(), StoreError> {
        let Chairmanship { year, party, theme } = chairmanship;
        let row = chairmanship::ActiveModel {
            year: Set(*year),
            party_id: Set(party.to_string()),
            theme: Set(theme.clone()),
        };
        upsert(&self.transaction, vec![row]).await
    }

    /// Saves a meeting; the planner looks at it again at once.
    pub(in crate::store) async fn save_meeting(
        &mut self,
        meeting: &Meeting,
    ) -> Result<(), StoreError> {
        let Meeting {
            id,
            partnership,
            series,
            number: count,
            forum,
            date,
            status,
            place,
            host,
            co_chairs,
            attending,
            date_revision,
            moved_on,
            moves,
        } = meeting;
        let known = meeting::Entity::find_by_id(id.to_string())
            .one(&self.transaction)
            .await?;
        let row = meeting::ActiveModel {
            id: Set(id.to_string()),
            partnership_id: Set(id_text(partnership)),
            series: Set(series.clone()),
            number: Set(count.map(number)),
            forum: Set(id_text(forum)),
            date: Set(date.as_ref().map(|d| d.text().to_owned())),
            status: Set(status.to_string()),
            place: Set(place.clone()),
            host: Set(host.clone()),
            co_chairs: Set(to_json(co_chairs)),
            attending: Set(to_json(attending)),
            date_revision: Set(number(*date_revision)),
            moved_on: Set(*moved_on),
            version: Set(known.map_or(1, |row| row.version + 1)),
            next_due: Set(Some(LOOK_AT_ONCE)),
        };
        upsert(&self.transaction, vec![row]).await?;
        let moves = (0..).zip(moves).map(|(place, m)| {
            let Move {
                date,
                entered,
                from,
                from_status,
                to,
                to_status,
                reason,
            } = m;
            meeting_move::ActiveModel {
                meeting_id: Set(id.to_string()),
                place: Set(place),
                date: Set(*date),
                entered_at: Set(entered.map(instant)),
                from_date: Set(from.as_ref().map(|d| d.text().to_owned())),
                from_status: Set(from_status.to_string()),
                to_date: Set(to.as_ref().map(|d| d.text().to_owned())),
                to_status: Set(to_status.to_string()),
                reason: Set(reason.clone()),
            }
        });
        upsert(&self.transaction, moves.collect()).await
    }

    pub(in crate::store) async fn save_document(
        &mut self,
        document: &Document,
        edition: i64,
    ) -> Result<(), StoreError> {
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
        } = document;
        let row = document::ActiveModel {
            id: Set(id.to_string()),
            meeting_id: Set(id_text(meeting)),
            kind: Set(kind.clone()),
            title: Set(title.clone()),
            issued: Set(*issued),
            issuer_id: Set(id_text(issuer)),
            authority: Set(id_text(authority)),
            text: Set(text.clone()),
            sha256: Set(sha256.clone()),
            changed_in: Set(edition),
        };
        upsert(&self.transaction, vec![row]).await?;
        self.index_document(document).await
    }

    pub(in crate::store) async fn save_instrument(
        &mut self,
        instrument: &Instrument,
    ) -> Result<(), StoreError> {
        let Instrument {
            id,
            name,
            acronym,
            kind,
        } = instrument;
        let row = instrument::ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.clone()),
            acronym: Set(acronym.clone()),
            kind: Set(kind.clone()),
        };
        upsert(&self.transaction, vec![row]).await
    }

    pub(in crate::store) async fn save_policy(
        &mut self,
        policy: &PolicyOverride,
    ) -> Result<(), StoreError> {
        self.set_installation(installation::Column::Policy, to_json(policy))
            .await
    }
}

impl installation::Model {
    pub(in crate::store) const ID: i32 = 1;
}
