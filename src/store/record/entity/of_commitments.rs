//! Commitments and the rows that are part of them.

table!(commitment, "commitment", {
    #[sea_orm(primary_key)]
    id: i64,
    #[sea_orm(unique)]
    reference: String,
    title: String,
    partnership_id: Option<String>,
    meeting_id: Option<String>,
    document_id: Option<String>,
    paragraph: Option<i32>,
    promise: String,
    kind: String,
    strength: Option<String>,
    sector: Option<String>,
    lead_id: String,
    confidentiality: String,
    follows: Option<String>,
    snoozed_until: Option<Date>,
    snoozed_reason: Option<String>,
    opened: Date,
    deadline: Option<String>,
    deadline_meeting_id: Option<String>,
    review_months: Option<i32>,
    state: String,
    closed: Option<Date>,
    verified: Option<String>,
    policy: String,
    version: i64,
    changed_in: i64,
    next_due: Option<DateTimeUtc>,
});

table!(commitment_party, "commitment_party", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    role: String,
    place: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    party_id: String,
});

table!(commitment_instrument, "commitment_instrument", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    place: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    instrument_id: String,
});

table!(commitment_desk, "commitment_desk", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    place: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    desk_id: String,
});

table!(commitment_reader, "commitment_reader", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    place: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    reader_id: String,
});

table!(milestone, "milestone", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    place: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    title: String,
    deadline: Option<String>,
    deadline_meeting_id: Option<String>,
    done: Option<Date>,
});

table!(progress_update, "progress_update", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    by_id: Option<String>,
    reported: String,
    confidence: Option<String>,
    text: Option<String>,
    evidence: String,
    state: String,
    reviewed: Option<Date>,
    words: Option<String>,
    ask: Option<String>,
    confidentiality: String,
    given: Option<String>,
    next_step: Option<String>,
    reviewer_id: Option<String>,
    assessed: Option<String>,
    extension_to: Option<String>,
    extension_of: Option<String>,
    entered_at: Option<DateTimeUtc>,
});

table!(deadline_revision, "deadline_revision", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    milestone: Option<String>,
    from_deadline: Option<String>,
    to_deadline: Option<String>,
    reason: Option<String>,
    by_id: Option<String>,
    approved_id: Option<String>,
    entered_at: Option<DateTimeUtc>,
});

table!(raised, "raised", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    meeting_id: Option<String>,
    by_id: Option<String>,
    reply: Option<String>,
});

table!(handover, "handover", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    entered_at: Option<DateTimeUtc>,
    from_id: String,
    to_id: String,
    role: String,
    reason: Option<String>,
});

table!(mention, "mention", {
    #[sea_orm(primary_key, auto_increment = false)]
    commitment_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    place: i32,
    date: Date,
    document_id: String,
    paragraph: Option<i32>,
    words: String,
    effect: String,
});

table!(evidence_file, "evidence_file", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    commitment_id: i64,
    name: String,
    media: String,
    size: i64,
    sha256: String,
    content: Vec<u8>,
    by_id: String,
    added_at: DateTimeUtc,
});

// A stretch of a text; its words are written and asked for by statements of their own.
table!(finding, "finding", {
    #[sea_orm(primary_key)]
    id: i64,
    commitment_id: Option<i64>,
    document_id: Option<String>,
    level: i32,
    part: i32,
});

table!(finding_progress, "finding_progress", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: i32,
    rules: i32,
    after_id: i64,
});

table!(saved_view, "saved_view", {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    owner_id: String,
    desk_id: Option<String>,
    name: String,
    page: String,
    query: String,
    kept_at: DateTimeUtc,
});
