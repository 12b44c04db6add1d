//! The table of routes: each address and method with who may come and what of the record is shown.
//! The router is built from this table and from nothing else, so that an address that is not declared
//! here does not exist. A test walks the whole table as every role.

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

use super::handlers::{
    account, accounts, after_meeting, again, answer, api, bulk, carrying, demo, editing, elsewhere,
    finding, intake, ledger, link, plain, public, record, reviewing, sign_in, unsubscribe, views,
    work,
};
use super::site::Site;

/// Who may come to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Everybody, whoever they are: nothing of the record is behind it.
    Anyone,
    /// Programs that watch the daemon.
    Watch,
    /// Whoever holds the signed or secret word in the address. It says who asks.
    Token,
    /// Everybody who has signed in.
    SignedIn,
    /// Everybody who has signed in and belongs to the house: no guest.
    House,
    /// Programs of the house, with a key or a session: who has neither is told so in JSON and led nowhere.
    Program,
    /// Administrators.
    Administrator,
    /// Everybody, in a demonstration. Elsewhere there is no such address.
    Demonstration,
}

/// What class of record an address shows, at most. Of everything it shows what the one access rule
/// lets its reader read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shows {
    /// Nothing of the record.
    Nothing,
    /// Commitments, updates, meetings, documents, partnerships.
    Record,
    /// Desks, people and calendars.
    Directory,
    /// Notices: their envelopes, and the words of those that may be read as a whole.
    Mail,
    /// The state of the installation: counts, envelopes, checks, the audit.
    Installation,
    /// Accounts: names, addresses, rights.
    Accounts,
    /// What the word in the address names, and nothing beside it.
    OneThing,
}

/// What stands in the table of one address and method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: String,
    pub method: &'static str,
    pub door: Door,
    pub shows: Shows,
    /// Mail programs post here from wherever they are (RFC 8058), without a cookie.
    pub from_elsewhere: bool,
    /// About accounts, which a demonstration does not have: there it is nowhere.
    pub needs_accounts: bool,
}

/// An entry of the table, and what answers.
pub(super) struct Route {
    pub entry: Entry,
    pub answers: MethodRouter<Site>,
}

impl Route {
    fn new(
        path: &str,
        method: &'static str,
        (door, shows): (Door, Shows),
        answers: MethodRouter<Site>,
    ) -> Self {
        let entry = Entry {
            path: path.to_owned(),
            method,
            door,
            shows,
            from_elsewhere: false,
            needs_accounts: false,
        };
        Self { entry, answers }
    }

    fn with_accounts(mut self) -> Self {
        self.entry.needs_accounts = true;
        self
    }

    /// Files may come with the form: what reads it limits each by the setting.
    fn with_files(mut self) -> Self {
        self.answers = self.answers.layer(DefaultBodyLimit::disable());
        self
    }

    fn posted_from_elsewhere(mut self) -> Self {
        self.entry.from_elsewhere = true;
        self
    }
}

/// Looking. It changes nothing.
fn get<H, T>(path: &str, door: Door, shows: Shows, handler: H) -> Route
where
    H: Handler<T, Site>,
    T: 'static,
{
    Route::new(path, "GET", (door, shows), routing::get(handler))
}

/// Sending a form.
fn post<H, T>(path: &str, door: Door, shows: Shows, handler: H) -> Route
where
    H: Handler<T, Site>,
    T: 'static,
{
    Route::new(path, "POST", (door, shows), routing::post(handler))
}

/// The table.
#[rustfmt::skip]
pub(super) fn table(style_path: &str) -> Vec<Route> {
    use Door::{Administrator, Anyone, Demonstration, House, Program, SignedIn, Token, Watch};
    use Shows::{Accounts, Directory, Installation, Mail, Nothing, OneThing, Record};
    vec![
        // The record.
        get("/", House, Record, record::overview),
        get("/commitments", House, Record, record::commitments),
        get("/commitments/{reference}", House, Record, record::commitment),
        get("/search", House, Record, finding::search),
        post("/change-many", House, Record, bulk::change_many),
        get("/views", House, Directory, views::show),
        post("/views", House, Nothing, views::keep_new),
        post("/views/{id}", House, Nothing, views::change),
        get("/meetings", House, Record, record::meetings),
        get("/meetings/{id}", House, Record, record::meeting),
        get("/meetings/{id}/after", House, Record, after_meeting::show),
        post("/meetings/{id}/after", House, Record, after_meeting::enter_marks),
        get("/meetings/{id}/forward", House, Record, carrying::left_open),
        post("/meetings/{id}/forward", House, Record, carrying::enter_left_open),
        get("/partnerships/{id}", House, Record, record::partnership),
        get("/calendars", House, Directory, record::calendars),
        get("/desks", House, Directory, record::desks),
        get("/desks/{id}", House, Directory, record::desk),
        // Where people work.
        get("/my-desk", House, Record, work::my_desk),
        post("/my-desk", House, Record, work::send_from_desk).with_files(),
        post("/seen", House, Nothing, work::mark_seen),
        get("/reviews", House, Record, reviewing::reviews),
        post("/commitments/{reference}/update", House, Record, work::send_from_page).with_files(),
        get("/commitments/{reference}/evidence/{id}", House, Record, work::evidence),
        post("/commitments/{reference}/review", House, Record, reviewing::review),
        post("/commitments/{reference}/raised", House, Record, reviewing::raise),
        // The record, kept by hand.
        get("/record", House, Record, editing::record),
        get("/record/{kind}", House, Record, editing::show_new),
        post("/record/{kind}", House, Record, editing::save_new),
        get("/record/{kind}/{id}", House, Record, editing::show_known),
        post("/record/{kind}/{id}", House, Record, editing::save_known),
        // Outcome documents on their way into the record.
        get("/documents", House, Record, intake::list),
        get("/documents/new", House, Record, intake::show_new),
        post("/documents/new", House, Record, intake::bring).with_files(),
        get("/documents/on-record/{id}", House, Record, record::document),
        get("/documents/{id}", House, Record, intake::show),
        post("/documents/{id}", House, Record, intake::decide),
        get("/documents/{id}/record", House, Record, intake::show_confirmation),
        post("/documents/{id}/record", House, Record, intake::confirm),
        get("/documents/{id}/forward", House, Record, intake::show_forward),
        post("/documents/{id}/forward", House, Record, intake::carry_forward),
        get("/documents/{id}/{n}", House, Record, intake::show_one),
        post("/documents/{id}/{n}", House, Record, intake::change_one),
        // The mail.
        get("/mail", House, Mail, ledger::mail),
        get("/mail/{id}", House, Mail, ledger::notice),
        get("/mail/{id}/body", House, Mail, ledger::body),
        post("/mail/{id}/again", House, Mail, again::tell),
        get("/mailbox", Administrator, Mail, ledger::mailbox),
        // The installation.
        get("/operator", Administrator, Installation, ledger::operator),
        // What is public, for guests.
        get("/public", SignedIn, Record, public::list).with_accounts(),
        get("/public/{reference}", SignedIn, Record, public::one).with_accounts(),
        // Signing in.
        get("/sign-in", Anyone, Nothing, sign_in::show).with_accounts(),
        post("/sign-in", Anyone, Nothing, sign_in::sign_in).with_accounts(),
        get("/sign-in/second-step", Anyone, Nothing, sign_in::show_second_step).with_accounts(),
        post("/sign-in/second-step", Anyone, Nothing, sign_in::second_step).with_accounts(),
        get("/sign-in/elsewhere", Anyone, Nothing, elsewhere::depart).with_accounts(),
        get("/sign-in/elsewhere/back", Anyone, Nothing, elsewhere::back).with_accounts(),
        post("/sign-in/elsewhere", Anyone, Nothing, elsewhere::arrive).with_accounts(),
        post("/sign-out", Anyone, Nothing, sign_in::sign_out).with_accounts(),
        get("/recover", Anyone, Nothing, sign_in::show_recovery).with_accounts(),
        post("/recover", Anyone, Nothing, sign_in::recover).with_accounts(),
        get("/link/{word}", Token, OneThing, link::show).with_accounts(),
        post("/link/{word}", Token, OneThing, link::set_password).with_accounts(),
        get("/first/{word}", Token, OneThing, link::show_first).with_accounts(),
        post("/first/{word}", Token, OneThing, link::make_first).with_accounts(),
        // Accounts.
        get("/account", SignedIn, Accounts, account::show).with_accounts(),
        post("/account/password", SignedIn, Accounts, account::change_password).with_accounts(),
        get("/account/second-step", SignedIn, Accounts, account::show_second_step).with_accounts(),
        post("/account/second-step", SignedIn, Accounts, account::set_second_step).with_accounts(),
        post("/account/second-step/remove", SignedIn, Accounts, account::drop_second_step).with_accounts(),
        post("/account/elsewhere", SignedIn, Accounts, account::sign_out_elsewhere).with_accounts(),
        get("/accounts", Administrator, Accounts, accounts::show).with_accounts(),
        post("/accounts", Administrator, Accounts, accounts::invite).with_accounts(),
        post("/accounts/{person}", Administrator, Accounts, accounts::change).with_accounts(),
        post("/account/programs", SignedIn, Accounts, account::add_key).with_accounts(),
        post("/account/programs/{key}/remove", SignedIn, Accounts, account::remove_key).with_accounts(),
        // For programs.
        get("/api/v1/openapi.json", Anyone, Nothing, api::description),
        get("/api/v1/commitments", Program, Record, api::commitments),
        get("/api/v1/commitments/{reference}", Program, Record, api::commitment),
        get("/api/v1/meetings", Program, Record, api::meetings),
        get("/api/v1/meetings/{id}", Program, Record, api::meeting),
        get("/api/v1/documents", Program, Record, api::documents),
        get("/api/v1/documents/{id}", Program, Record, api::document),
        get("/api/v1/search", Program, Record, api::search),
        get("/api/v1/partnerships", Program, Record, api::partnerships),
        // By a link in a mail.
        get("/answer/{token}", Token, OneThing, answer::show),
        post("/answer/{token}", Token, OneThing, answer::give),
        get("/unsubscribe/{token}", Token, OneThing, unsubscribe::show),
        post("/unsubscribe/{token}", Token, OneThing, unsubscribe::change).posted_from_elsewhere(),
        // A demonstration.
        post("/demo/advance", Demonstration, Nothing, demo::advance),
        post("/demo/look-as", Demonstration, Nothing, demo::look_as),
        // What is no page.
        get(style_path, Anyone, Nothing, plain::style),
        get(&super::render::review_script_path(), Anyone, Nothing, plain::review_script),
        get("/favicon.svg", Anyone, Nothing, plain::icon),
        get("/healthz", Watch, Nothing, plain::healthz),
        get("/readyz", Watch, Nothing, plain::readyz),
        get("/metrics", Watch, Installation, plain::metrics),
    ]
}

/// Every address of the pages, as the router has it.
pub fn declared() -> Vec<Entry> {
    let style_path = super::render::style_path();
    let table = table(&style_path);
    table.into_iter().map(|route| route.entry).collect()
}
