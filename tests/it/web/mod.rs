//! The pages, asked over a real database as a browser asks them.

mod accessibility;
mod accounts;
mod answer;
mod api;
mod bounces;
mod browser;
mod browser_documents;
mod browser_doors;
mod browser_finding;
mod browser_forward;
mod browser_keys;
mod browser_record;
mod browser_work;
mod bulk;
mod carrying;
mod documents;
mod editing;
mod elsewhere;
mod finding;
mod mail;
mod pages;
mod protection;
mod restricted;
mod routes;
mod sightings;
mod sign_in;
mod unsubscribe;
mod views;
mod walk;
mod work;

/// An address of every kind of page on the first record.
const EVERY_PAGE: [&str; 26] = [
    "/",
    "/commitments",
    "/commitments?schedule=overdue&q=draft",
    "/commitments/US37-03",
    "/commitments/US37-03?answer=at-risk",
    "/commitments/PREP-05",
    "/search",
    "/search?q=the",
    "/search?q=session+clos&state=open",
    "/views",
    "/my-desk",
    "/reviews",
    "/meetings",
    "/meetings/asean-us-dialogue-37",
    "/meetings/pmc-us-2025",
    "/meetings/pmc-us-2025?to=31+July+2025",
    "/meetings/pmc-us-2025?to=&status=cancelled",
    "/commitments/US37-03?to=November+2025",
    "/documents/on-record/press-release-dialogue-37",
    "/partnerships/asean-us",
    "/calendars",
    "/desks",
    "/desks/asean-us-desk",
    "/mail",
    "/mailbox",
    "/operator",
];
