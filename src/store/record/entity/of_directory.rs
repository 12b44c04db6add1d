//! The installation, and everything commitments refer to.

table!(installation, "installation", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: i32,
    token: Uuid,
    live_on: Option<Date>,
    record_version: i64,
    directory_version: i64,
    policy: String,
    created_at: DateTimeUtc,
});

table!(calendar, "calendar", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    timezone: String,
    weekend: String,
});

table!(calendar_holiday, "calendar_holiday", {
    #[sea_orm(primary_key, auto_increment = false)]
    calendar_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    day: Date,
});

table!(party, "party", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    kind: String,
});

table!(person, "person", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    email: Option<String>,
    timezone: Option<String>,
    calendar_id: Option<String>,
    slot: Option<Time>,
    digest: String,
    pause_from: Option<Date>,
    pause_until: Option<Date>,
    calendar_part: bool,
});

table!(desk, "desk", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    party_id: Option<String>,
    email: Option<String>,
    calendar_id: String,
    head_id: Option<String>,
    som_leader_id: Option<String>,
    through_id: Option<String>,
    slot: Option<Time>,
    digest: String,
    pause_from: Option<Date>,
    pause_until: Option<Date>,
    calendar_part: bool,
    ends: Option<Date>,
    successor_id: Option<String>,
});

table!(desk_officer, "desk_officer", {
    #[sea_orm(primary_key, auto_increment = false)]
    desk_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    person_id: String,
    place: i32,
});

table!(absence, "absence", {
    #[sea_orm(primary_key, auto_increment = false)]
    person_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    from_day: Date,
    until_day: Date,
    deputy_id: Option<String>,
});

table!(partnership, "partnership", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    status: Option<String>,
    desk_id: Option<String>,
    policy: String,
});

table!(partnership_party, "partnership_party", {
    #[sea_orm(primary_key, auto_increment = false)]
    partnership_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    party_id: String,
    place: i32,
});

table!(coordinator, "coordinator", {
    #[sea_orm(primary_key, auto_increment = false)]
    partnership_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    party_id: String,
    from_year: i32,
    to_year: i32,
    desk_id: Option<String>,
});

table!(chairmanship, "chairmanship", {
    #[sea_orm(primary_key, auto_increment = false)]
    year: i32,
    party_id: String,
    theme: Option<String>,
});

table!(meeting, "meeting", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    partnership_id: Option<String>,
    series: String,
    number: Option<i32>,
    forum: Option<String>,
    date: Option<String>,
    status: String,
    place: Option<String>,
    host: Option<String>,
    co_chairs: String,
    attending: String,
    date_revision: i32,
    moved_on: Option<Date>,
    version: i64,
    next_due: Option<DateTimeUtc>,
});

table!(meeting_move, "meeting_move", {
    #[sea_orm(primary_key, auto_increment = false)]
    meeting_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    entered_at: Option<DateTimeUtc>,
    from_date: Option<String>,
    from_status: String,
    to_date: Option<String>,
    to_status: String,
    reason: Option<String>,
});

table!(document, "document", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    meeting_id: Option<String>,
    kind: Option<String>,
    title: String,
    issued: Option<Date>,
    issuer_id: Option<String>,
    authority: Option<String>,
    text: Option<String>,
    sha256: Option<String>,
    changed_in: i64,
});

table!(instrument, "instrument", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    name: String,
    acronym: Option<String>,
    kind: Option<String>,
});

table!(reader, "reader", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    version: i64,
    next_due: Option<DateTimeUtc>,
});

table!(imported, "imported", {
    #[sea_orm(primary_key, auto_increment = false)]
    kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    body: String,
});

table!(replan, "replan", {
    #[sea_orm(primary_key)]
    id: i64,
    scope: String,
    name: String,
    after_id: i64,
});

table!(seen, "seen", {
    #[sea_orm(primary_key, auto_increment = false)]
    reader_id: String,
    at: DateTimeUtc,
});
