//! `check`: says what is wrong with this installation, and exits with 1 if anything is.

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;

use super::{Common, block_on, open};
use crate::acts::accounts::sealing::{SealingError, look_at_second_steps};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::domain::audit::{End, Trail};
use crate::domain::book::Book;
use crate::domain::bounce::Bouncing;
use crate::domain::calendar::Coverage;
use crate::domain::directory::Directory;
use crate::domain::notice::MailMode;
use crate::jobs::Engine;
use crate::key_file::KeyFile;
use crate::planner::handover::undecided;
use crate::planner::instead::{Unreached, concerned};
use crate::planner::mailbox_of;
use crate::store::Store;
use crate::witness::Witness;
use crate::wording;

#[derive(Debug, Args)]
pub struct Check {
    /// An end of the audit that was noted down elsewhere: the audit must still pass it
    #[arg(long, value_name = "LINE:SEAL", value_parser = end_of_audit)]
    audit: Option<End>,
}

fn end_of_audit(text: &str) -> Result<End, String> {
    End::parse(text).ok_or_else(|| "write it as `check` printed it, LINE:SEAL".to_owned())
}

impl Check {
    pub fn run(self, common: &Common) -> Result<()> {
        run(common, self.audit)
    }
}

fn run(common: &Common, noted: Option<End>) -> Result<()> {
    let config = common.settings()?;
    let found = block_on(async {
        let store = open(&config).await?;
        let book = store.book().await?;
        let now = SystemClock.business_now();
        let mut findings = of_settings(&config);
        if let Some(hold) = store.hold().await? {
            findings.push(Finding::Wrong(format!(
                "mail is on hold since {}: {} Decide from which day on mail may leave: `aide-memoire release --from DATE`",
                wording::day(hold.since.date_naive()),
                hold.reason
            )));
        }
        findings.extend(of_record(&book, now));
        findings.extend(of_audit(&store, &config, noted).await?);
        findings.extend(of_second_steps(&store, &config).await?);
        let bouncing = store.read().await?.bouncing().await?;
        findings.extend(bouncing.iter().map(|b| of_bouncing(b, &book.directory)));
        let engine = Engine::new(store, &config, std::sync::Arc::new(SystemClock))?;
        if let Err(problem) = engine.try_relay().await {
            findings.push(Finding::Wrong(format!("the relay: {problem}")));
        }
        Ok(findings)
    })?;
    let mut wrong = 0;
    for finding in &found {
        match finding {
            Finding::Wrong(what) => {
                wrong += 1;
                println!("wrong   {what}");
            }
            Finding::Note(what) => println!("note    {what}"),
        }
    }
    if wrong > 0 {
        bail!("{} to put right", wording::count(wrong, "thing"));
    }
    println!("Everything is in order.");
    Ok(())
}

enum Finding {
    Wrong(String),
    /// Worth knowing, and no fault.
    Note(String),
}

fn of_settings(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = config.web.to_serve_on() {
        findings.push(Finding::Wrong(error.to_string()));
    }
    match config.mail.mode {
        MailMode::Live => {}
        MailMode::Hold => findings.push(Finding::Note("mail is on hold: nothing leaves".into())),
        MailMode::Redirect => findings.push(Finding::Note(format!(
            "all mail is redirected to {}",
            config.mail.redirect_to
        ))),
    }
    findings
}

/// Whether the audit is what was written, as far as it knows itself, and as far as its end was kept
/// elsewhere: by the witness, by a person.
async fn of_audit(store: &Store, config: &Config, noted: Option<End>) -> Result<Vec<Finding>> {
    let snapshot = store.read().await?;
    let installation = snapshot.installation().await?.token;
    let mut kept = vec![noted];
    if let Some(witness) = Witness::of(store, &config.database.witness) {
        let end = witness.audit_end(installation).with_context(|| {
            format!(
                "the witness file {} cannot be read",
                witness.path().display()
            )
        })?;
        kept.push(end);
    }
    // The chain is followed once for what it says of itself; an end that was kept is looked up.
    let whole = match snapshot.follow_audit().await? {
        Trail::Broken { line } => {
            return Ok(vec![Finding::Wrong(format!(
                "the audit was changed after it was written: line {line} is not what it was, or is missing. Compare with a backup"
            ))]);
        }
        Trail::Whole(end) => end,
    };
    let mut findings = Vec::new();
    for kept in kept.into_iter().flatten() {
        if !snapshot.audit_passes(&kept).await? {
            findings.push(Finding::Wrong(format!(
                "the audit is not the one whose line {} was kept elsewhere: it was rewritten, or comes from an older backup",
                kept.line
            )));
        }
    }
    if let Some(end) = whole.filter(|_| findings.is_empty()) {
        findings.push(Finding::Note(format!(
            "the audit is whole: {}; note its end elsewhere and ask again with --audit {end}",
            wording::count(usize::try_from(end.line).unwrap_or(usize::MAX), "line"),
        )));
    }
    Ok(findings)
}

/// Whether the key of the second steps is there. Nothing is made and nothing sealed by looking.
async fn of_second_steps(store: &Store, config: &Config) -> Result<Vec<Finding>> {
    let file = KeyFile::of(store, &config.sign_in.key_file);
    let looked = look_at_second_steps(store, file.as_ref()).await;
    match looked {
        Ok(_) => Ok(Vec::new()),
        Err(SealingError::Store(error)) => Err(error.into()),
        Err(error) => Ok(vec![Finding::Wrong(error.to_string())]),
    }
}

/// An address mail does not reach: since when, whom it concerns, who hears instead.
fn of_bouncing(bouncing: &Bouncing, directory: &Directory) -> Finding {
    let since = bouncing.since.with_timezone(&directory.house_zone());
    let concerns: Vec<String> = concerned(&bouncing.address, directory)
        .into_iter()
        .map(|Unreached { reader, hears }| {
            let hears = hears.map_or("nobody hears instead".to_owned(), |hears| {
                format!("{} hears instead", directory.reader_name(&hears))
            });
            format!("{}: {hears}", directory.reader_name(&reader))
        })
        .collect();
    if concerns.is_empty() {
        return Finding::Note(format!(
            "mail did not reach {} since {}, and nobody on record has that address any more; `aide-memoire bounces clear` forgets it",
            bouncing.address,
            wording::day(since.date_naive())
        ));
    }
    Finding::Wrong(format!(
        "mail does not reach {} since {} ({}). {}. Correct the address in the record, or, once the mailbox is in order, `aide-memoire bounces clear {}`",
        bouncing.address,
        wording::day(since.date_naive()),
        bouncing.reply,
        concerns.join("; "),
        bouncing.address
    ))
}

fn of_record(book: &Book, now: DateTime<Utc>) -> Vec<Finding> {
    let directory = &book.directory;
    let mut findings = Vec::new();
    if book.commitments.is_empty() {
        findings.push(Finding::Note(
            "the record is empty; load one with `aide-memoire import FILE`".into(),
        ));
    }
    for desk in directory.desks.values() {
        let leads = book.open().filter(|c| c.lead == desk.id).count();
        if leads > 0 && mailbox_of(&desk.id, directory).is_none() {
            findings.push(Finding::Wrong(format!(
                "the desk {} leads {} and cannot be reached: it has no address, nor has anybody it is reached through, nor its head",
                desk.id,
                wording::count(leads, "open commitment")
            )));
        }
        for person in [&desk.head, &desk.som_leader].into_iter().flatten() {
            let reachable = directory
                .people
                .get(person)
                .is_some_and(|p| p.email.is_some());
            if !reachable {
                findings.push(Finding::Wrong(format!(
                    "{person}, named by the desk {}, has no mail address: escalations do not reach them",
                    desk.id
                )));
            }
        }
    }
    for left in undecided(book, now) {
        findings.push(Finding::Wrong(wording::undecided(&left, directory)));
    }
    let today = now.with_timezone(&directory.house_zone()).date_naive();
    for calendar in directory.calendars.values() {
        let coverage = calendar.coverage(today);
        if !matches!(coverage, Coverage::Known(_)) {
            findings.push(Finding::Note(format!(
                "the calendar {}: {}; renew it with `aide-memoire calendar import {} FILE.ics`",
                calendar.id,
                wording::coverage(coverage),
                calendar.id
            )));
        }
    }
    findings
}
