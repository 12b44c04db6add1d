//! What letters say. The world is rehearsed over a year, so that the notices are those that would
//! really leave; the letters of the telling ones are kept as snapshots, and what must hold of every
//! letter is checked of all of them.

use std::collections::HashSet;

use aide_memoire::delivery::letter::{self, Letter, LetterSettings};
use aide_memoire::delivery::render;
use aide_memoire::delivery::signed::AnswerLinks;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Kind;
use aide_memoire::domain::deadline::Deadline;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::notice::{Notice, NoticeKind};
use aide_memoire::domain::progress::{Confidence, Reported, UpdateState};
use aide_memoire::domain::rule::Rule;
use aide_memoire::domain::token::SigningKey;
use aide_memoire::planner::rehearse::rehearse;

use crate::support::world::{World, day, id, raised, update};

pub fn settings() -> LetterSettings {
    LetterSettings {
        public_url: "https://aide-memoire.mfa.example.org".to_owned(),
        name: "Aide-mémoire".to_owned(),
        from: EmailAddress::parse("aide-memoire@mfa.example.org").unwrap(),
        from_name: Some("Aide-mémoire".to_owned()),
        return_path: None,
        reply_to: None,
        redirect: None,
    }
}

/// Every notice of the year that would leave.
fn year(book: &Book) -> Vec<Notice> {
    let rehearsal = rehearse(book, day("2025-04-24"), day("2025-12-31"), None);
    rehearsal.notices.into_iter().map(|n| n.notice).collect()
}

fn letter_of(notice: &Notice, book: &Book) -> Letter {
    letter::write(notice, book, &settings(), notice.date)
}

/// The notice of a reader's morning.
fn notice(book: &Book, recipient: &str, date: &str) -> Notice {
    let found = year(book)
        .into_iter()
        .find(|n| n.recipient.as_str() == recipient && n.date == day(date));
    found.unwrap_or_else(|| panic!("no notice to {recipient} on {date}"))
}

/// Keeps the text as a snapshot and the HTML as another, and a preview to look at.
fn keep(name: &str, letter: &Letter) {
    let (text, html) = (render::text(letter), render::html(letter));
    preview(name, &html);
    let subject = &letter.subject;
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("mail_{name}_text"), format!("Subject: {subject}\n\n{text}"));
        insta::assert_snapshot!(format!("mail_{name}_html"), html);
    });
}

/// Writes a page to look at into `target/mail-preview`.
fn preview(name: &str, html: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/mail-preview");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/{name}.html"), html).unwrap();
}

#[test]
fn one_reminder() {
    let mut world = World::with_one_deadline();
    world.amend("US37-03", |c| {
        let mut reported = update("2025-05-20", Reported::Ongoing);
        reported.confidence = Some(Confidence::Amber);
        c.updates.push(reported);
    });
    let book = world.book();
    keep(
        "reminder",
        &letter_of(&notice(&book, "asean-us", "2025-07-24"), &book),
    );
}

/// The answers of a letter can be given by their links, and whoever writes it twice writes the same.
#[test]
fn answers_lead_to_a_page_of_their_own() {
    let book = World::with_one_deadline().book();
    let morning = notice(&book, "asean-us", "2025-07-24");
    let key = SigningKey::of(&[7; SigningKey::LENGTH]).unwrap();
    let settings = settings();
    let of_day = |issued: &str| {
        let links = AnswerLinks {
            key: &key,
            public_url: &settings.public_url,
            notice: uuid::Uuid::from_u128(7),
            reader: &morning.recipient,
            address: book.directory.email_of(&morning.recipient),
            issued: day(issued),
        };
        letter::write_answerable(&morning, &book, &settings, morning.date, links)
    };
    let letter = of_day("2025-07-24");
    keep("answers", &letter);
    let again = of_day("2025-07-24");
    assert_eq!(render::text(&letter), render::text(&again));
    assert_eq!(render::html(&letter), render::html(&again));
    assert_ne!(render::text(&letter), render::text(&of_day("2025-07-25")));
}

#[test]
fn several_in_one_morning() {
    let book = World::asean_us().book();
    let morning = notice(&book, "asean-us", "2025-07-24");
    assert!(morning.items.len() > 1);
    keep("several", &letter_of(&morning, &book));
}

#[test]
fn the_morning_after_a_meeting() {
    let book = World::asean_us().book();
    keep(
        "outcome",
        &letter_of(&notice(&book, "asean-us", "2025-07-11"), &book),
    );
}

#[test]
fn overdue_to_the_head() {
    let world = World::with_one_deadline();
    let book = world.book();
    let letter = letter_of(&notice(&book, "head", "2025-08-08"), &book);
    assert!(letter.blocks[0].answers.is_empty());
    let note = letter.blocks[0].note.as_deref().unwrap();
    assert!(note.contains("Monday 18 August 2025"), "{note}");
    // What the head is told is what happens.
    notice(&book, "som", "2025-08-18");
    keep("overdue_to_head", &letter);
}

#[test]
fn a_request_is_for_raising_with_the_partner() {
    let book = World::asean_us().book();
    let letter = letter_of(&notice(&book, "asean-us", "2025-08-11"), &book);
    assert!(
        letter.blocks[0].ask.starts_with("Please raise"),
        "{letter:#?}"
    );
    keep("request_overdue", &letter);
}

/// That it was raised is no update, and no silence either: the sentence says both.
#[test]
fn a_request_that_was_raised_and_not_reported_is_not_said_to_be_silent() {
    let mut world = World::asean_us();
    world.amend("US37-04", |c| {
        c.deadline = None;
        c.raised.push(raised("2025-05-21"));
    });
    let book = world.book();
    let all = year(&book);
    let stale = |n: &&Notice| {
        n.items
            .iter()
            .any(|i| i.commitment.as_str() == "US37-04" && matches!(i.rule, Rule::Stale(1)))
    };
    let letter = letter_of(all.iter().find(stale).unwrap(), &book);
    let ask = &letter
        .blocks
        .iter()
        .find(|b| b.reference == "US37-04")
        .unwrap()
        .ask;
    assert!(ask.contains("no update since"), "{ask}");
    assert!(ask.contains("last raised on 21 May 2025"), "{ask}");
    assert!(!ask.contains("nothing was reported"), "{ask}");
}

#[test]
fn a_milestone_is_named() {
    let book = World::asean_us().book();
    let letter = letter_of(&notice(&book, "asean-us", "2025-07-03"), &book);
    assert!(letter.subject.contains("US37-01"), "{}", letter.subject);
    keep("milestone", &letter);
}

#[test]
fn a_restricted_one_is_reference_date_and_link() {
    let mut world = World::asean_us();
    world.amend("US37-03", |c| c.deadline = None);
    let book = world.book();
    let letter = letter_of(&notice(&book, "asean-us", "2025-07-30"), &book);
    assert_eq!(letter.subject, "US37-11: a deadline on 31 July");
    keep("restricted", &letter);
}

#[test]
fn a_late_one_says_so() {
    let world = World::with_one_deadline();
    let book = world.book();
    let mut late = notice(&book, "asean-us", "2025-07-24");
    late.date = day("2025-07-28");
    late.items.iter_mut().for_each(|i| i.late = true);
    let letter = letter::write(&late, &book, &settings(), late.date);
    assert_eq!(
        letter.subject,
        "US37-03: due in 3 days, Work plan on online scams"
    );
    keep("late", &letter);
}

fn world_of_a_busy_week() -> World {
    let mut world = World::asean_us();
    world.amend("US37-03", |c| {
        c.deadline = Some(Deadline::parse("May 2025").unwrap());
    });
    world.amend("US37-04", |c| {
        c.deadline = Some(Deadline::parse("by 16 June 2025").unwrap());
    });
    world.amend("US37-11", |c| {
        c.deadline = Some(Deadline::parse("13 June 2025").unwrap());
    });
    world.amend("US37-02", |c| {
        let mut reported = update("2025-05-28", Reported::Completed);
        reported.confidence = Some(Confidence::Green);
        reported.ask = Some("May we close this with the next JCC?".to_owned());
        c.updates.push(reported);
    });
    world
}

#[test]
fn the_digest_of_a_desk() {
    let book = world_of_a_busy_week().book();
    let digest = notice(&book, "asean-us", "2025-06-09");
    assert_eq!(digest.kind, NoticeKind::Digest);
    keep("digest", &letter_of(&digest, &book));
}

#[test]
fn the_digest_of_a_som_leader() {
    let book = world_of_a_busy_week().book();
    let letter = letter_of(&notice(&book, "som", "2025-06-02"), &book);
    assert_eq!(
        letter.subject,
        "SOM Leader, week of 2 June: 1 to decide, 1 overdue, 2 due by 16 June"
    );
    keep("digest_som_leader", &letter);
}

#[test]
fn the_brief_before_a_meeting() {
    let mut world = World::asean_us();
    world.amend("US37-04", |c| {
        let mut raised = raised("2025-05-30");
        raised.reply = Some("It is with the Treasury".to_owned());
        c.raised.push(raised);
    });
    world.amend("US37-02", |c| {
        let mut reported = update("2025-06-16", Reported::Ongoing);
        reported.confidence = Some(Confidence::Green);
        c.updates.push(reported);
    });
    world.amend("US37-03", |c| {
        c.revisions
            .push(aide_memoire::domain::commitment::Revision {
                date: day("2025-06-04"),
                milestone: None,
                from: Deadline::parse("May 2025").ok(),
                to: Deadline::parse("July 2025").ok(),
                reason: Some("The working group meets in July".to_owned()),
                by: None,
                approved: None,
                entered: None,
            });
    });
    world.amend_meeting("pmc-2025", |m| {
        m.place = Some("Kuala Lumpur".to_owned());
        m.host = Some("Malaysia".to_owned());
        m.co_chairs = vec![
            "the SOM Leader of Cambodia".to_owned(),
            "the SOM Leader of the United States".to_owned(),
        ];
    });
    let book = world.book();
    let brief = notice(&book, "som", "2025-06-26");
    assert_eq!(brief.kind, NoticeKind::Brief);
    let letter = letter_of(&brief, &book);
    assert_eq!(
        letter.subject,
        "For the PMC with the U.S., 10 July: 5 commitments"
    );
    keep("brief", &letter);
}

/// What presses stands first, though the record lists it last.
#[test]
fn a_brief_begins_with_what_awaits_its_reader_and_ends_with_what_has_no_deadline() {
    let mut world = World::asean_us();
    world.amend("US37-01", |c| {
        c.deadline = Some(Deadline::parse("September 2025").unwrap());
        c.milestones.clear();
    });
    world.amend("US37-03", |c| {
        c.deadline = Some(Deadline::parse("May 2025").unwrap());
        c.milestones.clear();
    });
    world.amend("US37-04", |c| {
        c.kind = Kind::Deliverable;
        let mut asking = update("2025-06-23", Reported::Ongoing);
        asking.ask = Some("May the desk go ahead?".to_owned());
        c.updates.push(asking);
    });
    let book = world.book();
    let of = |recipient: &str| {
        let letter = letter_of(&notice(&book, recipient, "2025-06-26"), &book);
        let sections = letter.sections.iter().filter(|s| !s.lines.is_empty());
        let told = sections.map(|s| {
            let names = s.lines.iter().map(|l| l.name.as_str());
            format!("{}: {}", s.heading, names.collect::<Vec<_>>().join(" "))
        });
        (letter.opening.clone().unwrap(), told.collect::<Vec<_>>())
    };
    let (opening, told) = of("som");
    assert!(opening.contains("one awaits your decision"), "{opening}");
    assert_eq!(told[0], "Awaits your decision: US37-04");
    assert_eq!(
        told[1],
        "Also open with this partner: US37-03 US37-11 US37-01"
    );
    assert_eq!(told.last().unwrap(), "Open without a deadline: US37-02");
    // The desk asked; to decide is not for it.
    let (opening, told) = of("asean-us");
    assert!(!opening.contains("your decision"), "{opening}");
    assert_eq!(
        told[0],
        "Also open with this partner: US37-03 US37-11 US37-04 US37-01"
    );
}

/// Titles of the region in their own scripts: to be looked at, that nothing is clipped.
#[test]
fn scripts_of_the_region() {
    let mut world = world_of_a_busy_week();
    let titles = [
        (
            "US37-01",
            "\u{179f}\u{17c1}\u{1785}\u{1780}\u{17d2}\u{178f}\u{17b8}\u{1790}\u{17d2}\u{179b}\u{17c2}\u{1784}\u{1780}\u{17b6}\u{179a}\u{178e}\u{17cd}\u{179a}\u{17bd}\u{1798}",
        ),
        (
            "US37-02",
            "\u{0e16}\u{0e49}\u{0e2d}\u{0e22}\u{0e41}\u{0e16}\u{0e25}\u{0e07}\u{0e27}\u{0e34}\u{0e2a}\u{0e31}\u{0e22}\u{0e17}\u{0e31}\u{0e28}\u{0e19}\u{0e4c}\u{0e23}\u{0e48}\u{0e27}\u{0e21}",
        ),
        (
            "US37-03",
            "\u{0e96}\u{0ec9}\u{0ead}\u{0e8d}\u{0ec1}\u{0e96}\u{0ea5}\u{0e87}\u{0ea7}\u{0eb4}\u{0ec4}\u{0eaa}\u{0e97}\u{0eb1}\u{0e94}\u{0eae}\u{0ec8}\u{0ea7}\u{0ea1}",
        ),
        (
            "US37-04",
            "\u{1015}\u{1030}\u{1038}\u{1010}\u{103d}\u{1032}\u{1000}\u{103c}\u{1031}\u{100a}\u{102c}\u{1001}\u{103b}\u{1000}\u{103a}",
        ),
    ];
    for (reference, title) in titles {
        world.amend(reference, |c| c.title = title.to_owned());
    }
    let book = world.book();
    let letter = letter_of(&notice(&book, "som", "2025-06-02"), &book);
    let html = render::html(&letter);
    preview("scripts", &html);
    assert!(
        letter
            .sections
            .iter()
            .flat_map(|s| &s.lines)
            .any(|l| l.title == titles[1].1)
    );
    // Lines have room for what stands above and below them: a height in pixels is a spacer's.
    for height in html.split("line-height:").skip(1) {
        let value: String = height
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let spacer = height[value.len()..].starts_with("px\">&nbsp;");
        assert!(
            spacer || value.parse::<f64>().unwrap() >= 1.6,
            "{height:.40}"
        );
    }
}

#[test]
fn redirected_mail_says_for_whom_it_was() {
    let world = World::with_one_deadline();
    let book = world.book();
    let notice = notice(&book, "asean-us", "2025-07-24");
    let settings = LetterSettings {
        redirect: Some(EmailAddress::parse("trial@mfa.example.org").unwrap()),
        ..settings()
    };
    let letter = letter::write(&notice, &book, &settings, notice.date);
    keep("redirected", &letter);
}

#[test]
fn the_test_letter() {
    keep("test", &letter::test_letter(&settings()));
}

/// Worlds that between them bring out every rule.
fn worlds() -> Vec<Book> {
    let mut silent = World::asean_us();
    silent.amend_meeting("summit-13", |m| {
        m.date =
            Some(aide_memoire::domain::deadline::MeetingDate::parse("26 October 2025").unwrap());
    });
    let mut busy = world_of_a_busy_week();
    busy.amend("US37-01", |c| {
        let mut returned = update("2025-05-05", Reported::Ongoing);
        returned.state = UpdateState::Returned;
        returned.reviewed = Some(day("2025-05-07"));
        returned.words = Some("Please say who holds the pen. ".repeat(20));
        c.updates.push(returned);
    });
    busy.amend("US37-03", |c| {
        c.updates.push(update("2025-05-12", Reported::Ongoing))
    });
    // The longest that a record may hold.
    let mut wordy = World::asean_us();
    for reference in ["US37-01", "US37-02", "US37-03", "US37-04"] {
        wordy.amend(reference, |c| {
            c.title = "A very long title that nobody would want to read twice ".repeat(5);
            c.promise.words = "and further commitments of great length and weight ".repeat(60);
            c.milestones
                .iter_mut()
                .for_each(|m| m.title.push_str(&" and more".repeat(10)));
        });
    }
    let directory = wordy.directory();
    for name in directory.parties.values_mut().map(|p| &mut p.name) {
        *name = format!("The Most Distinguished Community of {name} and All its Members");
    }
    let first = aide_memoire::record::first_record();
    vec![silent.book(), busy.book(), wordy.book(), first]
}

#[test]
fn every_letter_of_every_world_keeps_the_rules_of_mail() {
    let mut rules = HashSet::new();
    let mut letters = 0;
    for book in worlds() {
        for notice in year(&book) {
            rules.extend(
                notice
                    .items
                    .iter()
                    .map(|i| i.rule.to_string().split('-').next().map(str::to_owned)),
            );
            let letter = letter_of(&notice, &book);
            check(&letter, &notice);
            letters += 1;
        }
    }
    assert!(letters > 60, "{letters}");
    let all = [
        Rule::Opens,
        Rule::Before(1),
        Rule::LastDay,
        Rule::Outcome(1),
        Rule::Overdue(1),
        Rule::Assigned,
        Rule::Returned,
        Rule::Review(1),
        Rule::Stale(1),
        Rule::Decision(3),
        Rule::Brief,
        Rule::Digest,
    ];
    for rule in all {
        let name = rule.to_string().split('-').next().map(str::to_owned);
        assert!(rules.contains(&name), "no letter with {rule}");
    }
}

fn check(letter: &Letter, notice: &Notice) {
    let (text, html) = (render::text(letter), render::html(letter));
    let case = format!(
        "{} to {} on {}\n{text}",
        letter.subject, notice.recipient, notice.date
    );
    assert!(letter.subject.chars().count() <= 70, "{case}");
    for block in &letter.blocks {
        assert!(
            block.word_count() < 120,
            "{} words: {case}",
            block.word_count()
        );
        assert!(text.contains(&block.page.url), "{case}");
        assert!(html.contains(&block.page.url), "{case}");
    }
    for answer in letter.blocks.iter().flat_map(|b| &b.answers) {
        assert!(
            text.contains(&answer.url) && html.contains(&answer.url),
            "{case}"
        );
    }
    for item in &notice.items {
        assert!(text.contains(item.commitment.as_str()), "{case}");
        assert!(html.contains(item.commitment.as_str()), "{case}");
    }
    // Nothing but reference, date and link of what is restricted.
    for secret in ["vessel", "settle"] {
        for place in [&letter.subject, &letter.preheader, &text, &html] {
            assert!(!place.contains(secret), "{case}");
        }
    }
    // Nothing is fetched, nothing runs, nothing is exclaimed.
    for remote in [
        "src=", "url(", "@import", "<link", "<script", "<img", "cid:",
    ] {
        assert!(!html.contains(remote), "{remote}: {case}");
    }
    assert!(!text.contains('!'), "{case}");
    assert!(!text.contains("  \n") && !text.contains("\n\n\n"), "{case}");
    let long = text
        .lines()
        .find(|l| l.chars().count() > 72 && !l.contains("https://"));
    assert_eq!(long, None, "{case}");
    assert!(!text.to_lowercase().contains("unsubscribe"), "{case}");
    // Whose week it is, and at least the most pressing of it.
    assert!(letter.subject.contains(':'), "{case}");
    let preheader_is_hidden = html.contains("mso-hide:all");
    assert!(
        preheader_is_hidden && !letter.preheader.is_empty(),
        "{case}"
    );
}

#[test]
fn what_is_written_in_a_record_cannot_become_markup() {
    let mut world = World::asean_us();
    world.amend("US37-03", |c| {
        c.title = "<script>alert(1)</script> & \"Co\"".to_owned();
        c.promise.words = "<img src=x onerror=alert(1)>".to_owned();
    });
    let book = world.book();
    let letter = letter_of(&notice(&book, "asean-us", "2025-07-24"), &book);
    let html = render::html(&letter);
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Co&quot;"));
    assert!(render::text(&letter).contains("<script>alert(1)</script> & \"Co\""));
}

#[test]
fn five_thousand_lines_stay_under_a_hundred_kilobytes() {
    let mut world = World::empty();
    for n in 1..=5000 {
        let title =
            format!("Commitment number {n} with a title of an ordinary length for its kind");
        world.commit(&format!("US37-{n:04}"), &title, |c| {
            let deadline = match n % 3 {
                0 => "May 2025",
                1 => "by 20 June 2025",
                _ => "at pmc-2025",
            };
            c.deadline = Some(Deadline::parse(deadline).unwrap());
            if n % 7 == 0 {
                c.kind = Kind::Request;
            }
            if n % 5 == 0 {
                c.opened = day("2025-06-05");
            }
        });
    }
    let book = world.book();
    for (recipient, date) in [
        ("asean-us", "2025-04-24"),
        ("som", "2025-06-09"),
        ("som", "2025-06-26"),
    ] {
        let rehearsal = rehearse(&book, day(date), day(date), None);
        let found = rehearsal.notices.into_iter().map(|n| n.notice);
        let notice = found
            .into_iter()
            .find(|n| n.recipient == id(recipient))
            .unwrap_or_else(|| panic!("{recipient} {date}"));
        assert!(notice.items.len() > 1000, "{}", notice.items.len());
        let letter = letter_of(&notice, &book);
        let told: usize = letter.sections.iter().map(|s| s.lines.len()).sum();
        let more: usize = letter.sections.iter().map(|s| s.more).sum();
        let meetings = letter
            .sections
            .iter()
            .filter(|s| s.heading == "Next meetings" || s.heading.starts_with("Changed since"));
        let meetings: usize = meetings.map(|s| s.lines.len() + s.more).sum();
        assert_eq!(
            letter.blocks.len() + told + more - meetings,
            notice.items.len()
        );
        assert!(letter.sections.iter().all(|s| s.lines.len() <= 40));
        let message = super::messages::message(&letter, "desk@mfa.example.org");
        assert!(message.len() < 100_000, "{} bytes", message.len());
        preview(&format!("great_{recipient}_{date}"), &render::html(&letter));
    }
}
