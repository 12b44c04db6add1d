//! What stands around every page: the way to the other pages, a banner while mail does not leave,
//! and in a demonstration the bar that moves its day and says as whom one looks.

use serde::Serialize;

use crate::config::TransportKind;
use crate::domain::access::Viewer;
use crate::domain::desk::Person;
use crate::domain::directory::Directory;
use crate::domain::notice::MailMode;
use crate::store::Hold;
use crate::wording;

use super::WebSettings;
use super::row::Link;
use super::scene::Scene;
use super::told::Told;

#[derive(Debug, Serialize)]
pub struct Frame<'a> {
    /// What the installation is called.
    pub name: &'a str,
    pub title: String,
    pub style_path: &'a str,
    /// Who is signed in, by name.
    pub me: Option<&'a str>,
    pub administrator: bool,
    pub nav: Vec<NavItem>,
    /// Whether the head of the page has the field to search by.
    pub searches: bool,
    pub banner: Option<Banner>,
    pub demo: Option<DemoBar<'a>>,
    /// Where what the page is about is edited, for whoever may.
    pub edit: Option<String>,
    /// What the last step did, told once.
    pub told: Option<Told>,
}

#[derive(Debug, Serialize)]
pub struct NavItem {
    pub href: &'static str,
    pub text: &'static str,
    pub here: bool,
}

/// Says that mail does not leave.
#[derive(Debug, Serialize)]
pub struct Banner {
    pub words: String,
    pub link: Option<Link>,
}

#[derive(Debug, Serialize)]
pub struct DemoBar<'a> {
    pub date: String,
    /// Where the forms come back to.
    pub back: &'a str,
    pub people: Vec<DemoPerson<'a>>,
    pub looking_as: &'a str,
}

#[derive(Debug, Serialize)]
pub struct DemoPerson<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub office: &'static str,
    pub chosen: bool,
}

/// The pages one can go to from everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Overview,
    MyDesk,
    Reviews,
    Commitments,
    Search,
    Meetings,
    Desks,
    Mail,
    Record,
    Operator,
    Elsewhere,
}

/// Whoever holds no office has no desk, and nothing to decide.
pub const MY_DESK: &str = "/my-desk";
pub const REVIEWS: &str = "/reviews";
/// Where the record is kept by hand, and documents are brought in.
pub const RECORD: &str = "/record";

/// As what somebody stands before a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not signed in, or it cannot be told.
    Unknown,
    Guest,
    Member {
        administrator: bool,
    },
    Demonstration,
}

impl Standing {
    /// Whether they search, and not on the page for it already.
    pub fn searches(self, area: Area) -> bool {
        matches!(self, Standing::Member { .. } | Standing::Demonstration) && area != Area::Search
    }

    /// The ways to the pages that are for them.
    pub fn nav(self, area: Area) -> Vec<NavItem> {
        let house = [
            (Area::Overview, "/", "Overview"),
            (Area::MyDesk, MY_DESK, "My desk"),
            (Area::Reviews, REVIEWS, "Reviews"),
            (Area::Commitments, "/commitments", "Commitments"),
            (Area::Meetings, "/meetings", "Meetings"),
            (Area::Desks, "/desks", "Desks"),
            (Area::Mail, "/mail", "Mail"),
            (Area::Record, RECORD, "Record"),
        ];
        let operator = (Area::Operator, "/operator", "Operator");
        let items: Vec<_> = match self {
            Standing::Unknown => Vec::new(),
            Standing::Guest => vec![(Area::Commitments, "/public", "Commitments")],
            Standing::Member {
                administrator: false,
            } => house.to_vec(),
            Standing::Member { .. } | Standing::Demonstration => {
                house.into_iter().chain([operator]).collect()
            }
        };
        let item = |(of, href, text)| NavItem {
            href,
            text,
            here: of == area,
        };
        items.into_iter().map(item).collect()
    }
}

/// What stands on every page while mail does not reach its readers.
pub fn banner(settings: &WebSettings, hold: Option<&Hold>, demo: bool) -> Option<Banner> {
    let mailbox = settings.transport == TransportKind::Mailbox;
    if let Some(hold) = hold {
        return Some(held(hold));
    }
    let words = match (settings.mode, &settings.redirect_to) {
        (MailMode::Hold, _) => {
            "Mail is on hold: everything is planned and kept, and nothing leaves.".to_owned()
        }
        (MailMode::Redirect, Some(to)) => {
            format!("Mail is redirected: everything goes to {to}, saying for whom it was.")
        }
        (MailMode::Redirect, None) => {
            "Mail is redirected: everything goes to one address.".to_owned()
        }
        (MailMode::Live, _) if mailbox && demo => return None,
        (MailMode::Live, _) if mailbox => {
            "Mail does not leave this machine: it is kept in the mailbox here.".to_owned()
        }
        (MailMode::Live, _) => return None,
    };
    Some(Banner {
        words,
        link: mailbox.then(|| Link::new("/mailbox", "Read the mailbox")),
    })
}

/// A restored database: the administrator has to decide.
fn held(hold: &Hold) -> Banner {
    let words = format!(
        "Mail is on hold since {}. {} Everything is planned and kept, and nothing leaves until an administrator decides (aide-memoire release).",
        wording::day(hold.since.date_naive()),
        hold.reason
    );
    Banner { words, link: None }
}

impl<'a> DemoBar<'a> {
    pub fn of(scene: &Scene<'a>, back: &'a str) -> Self {
        let directory = scene.directory();
        let chosen = match scene.viewer {
            Viewer::Person(person) | Viewer::Guest(person) => person.as_str(),
            Viewer::Desk(desk) => desk.as_str(),
            Viewer::Operator | Viewer::Stranger => "",
        };
        let mut people: Vec<DemoPerson<'a>> = directory
            .people
            .values()
            .filter_map(|p| {
                Some(DemoPerson {
                    id: p.id.as_str(),
                    name: &p.name,
                    office: office(p, directory)?,
                    chosen: p.id.as_str() == chosen,
                })
            })
            .collect();
        people.sort_by_key(|p| (office_rank(p.office), p.name));
        Self {
            date: wording::weekday_day(scene.today()),
            back,
            people,
            looking_as: scene.viewer_name().unwrap_or("the operator"),
        }
    }
}

/// The highest office somebody holds.
fn office(person: &Person, directory: &Directory) -> Option<&'static str> {
    let desks = || directory.desks.values();
    if desks().any(|d| d.som_leader.as_ref() == Some(&person.id)) {
        Some("SOM leaders")
    } else if desks().any(|d| d.head.as_ref() == Some(&person.id)) {
        Some("Heads")
    } else if desks().any(|d| d.officers.contains(&person.id)) {
        Some("Officers")
    } else {
        None
    }
}

fn office_rank(office: &str) -> u8 {
    match office {
        "SOM leaders" => 0,
        "Heads" => 1,
        _ => 2,
    }
}

/// Whom a demonstration looks as before anybody chose: the first SOM leader, for whom the overview
/// is made.
pub fn first_viewer(directory: &Directory) -> Viewer {
    let leader = directory.desks.values().find_map(|d| d.som_leader.clone());
    leader.map_or(Viewer::Operator, Viewer::Person)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person};

    fn settings(mode: MailMode, transport: TransportKind) -> WebSettings {
        WebSettings {
            public_url: "http://127.0.0.1:8080".into(),
            name: "Aide-mémoire".into(),
            mode,
            redirect_to: Some("test@mfa.example.org".into()),
            transport,
            max_file: 1,
            max_document: 1,
        }
    }

    #[test]
    fn a_banner_stands_while_mail_does_not_reach_its_readers() {
        use MailMode::{Hold, Live, Redirect};
        use TransportKind::{Mailbox, Smtp};
        let words =
            |mode, transport| banner(&settings(mode, transport), None, false).map(|b| b.words);
        assert_eq!(words(Live, Smtp), None);
        assert!(words(Live, Mailbox).is_some_and(|w| w.contains("does not leave")));
        assert!(words(Hold, Smtp).is_some_and(|w| w.contains("on hold")));
        assert!(words(Redirect, Smtp).is_some_and(|w| w.contains("test@mfa.example.org")));
    }

    #[test]
    fn the_record_is_found_from_every_page_of_the_house() {
        let member = Standing::Member {
            administrator: false,
        };
        let leads = |of: Standing| {
            of.nav(Area::Record)
                .iter()
                .any(|i| i.href == RECORD && i.here)
        };
        assert!(leads(member) && leads(Standing::Demonstration));
        assert!(!leads(Standing::Guest) && !leads(Standing::Unknown));
    }

    #[test]
    fn the_demonstration_opens_for_the_som_leader() {
        let world = World::new(person("head-economic"), MONDAY);
        let scene = world.scene();
        assert_eq!(first_viewer(scene.directory()), person("som-leader"));
        let bar = DemoBar::of(&scene, "/");
        assert_eq!(bar.date, "Monday 2 June 2025");
        assert_eq!(bar.people[0].id, "som-leader");
        assert_eq!(bar.people.iter().filter(|p| p.chosen).count(), 1);
        assert_eq!(bar.looking_as, "Head, Economic Cooperation Division");
    }
}
