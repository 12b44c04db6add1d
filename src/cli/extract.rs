//! `extract`: the commitments an outcome document proposes, offline, each with its words and its
//! reason; and what was passed over, with why.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Args;
use serde_json::{Value, json};

use super::{Common, Format, date};
use crate::intake::extraction::{Extraction, Passed, Proposal, date_of, extract};
use crate::intake::files;
use crate::record::sha256_of;
use crate::wording;

#[derive(Debug, Args)]
pub struct Extract {
    /// The document: plain text, HTML, DOCX, or a PDF with text
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The day it was issued, on which "next month" is resolved; else the date it bears
    #[arg(long, value_name = "DATE", value_parser = date)]
    issued: Option<NaiveDate>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Extract {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        let lexicon = config.extraction.read_lexicon()?;
        let name = self.file.display().to_string();
        let text = text_of(&self.file, &name)?;
        let issued = self.issued.or_else(|| date_of(&text, &lexicon));
        let issued = issued.with_context(|| {
            format!("{name} bears no date that could be read; say when it was issued with --issued, like --issued 2025-04-23")
        })?;
        let extraction = extract(&text, issued, &lexicon);
        match self.format {
            Format::Text => print!("{}", in_words(&extraction, issued)),
            Format::Json => {
                let json = as_json(&extraction, issued, &sha256_of(&text));
                println!("{}", serde_json::to_string_pretty(&json)?);
            }
        }
        Ok(())
    }
}

fn text_of(path: &Path, name: &str) -> Result<String> {
    let size = std::fs::metadata(path).map(|m| m.len());
    let size = size.with_context(|| format!("the file {name} cannot be read"))?;
    if size > files::LARGEST {
        anyhow::bail!(
            "{name} is larger than {} MB; an outcome document is not",
            files::LARGEST / 1024 / 1024
        );
    }
    let bytes = std::fs::read(path).with_context(|| format!("the file {name} cannot be read"))?;
    // A damaged file may make the library that reads it panic; that is told in our words below.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let text = files::text_of(&bytes);
    std::panic::set_hook(hook);
    text.map_err(|error| anyhow::anyhow!("{name} {error}"))
}

fn as_json(extraction: &Extraction, issued: NaiveDate, sha256: &str) -> Value {
    let Extraction {
        frame,
        proposals,
        passed,
    } = extraction;
    json!({
        "document": {
            "title": frame.title,
            "issued": issued,
            "sha256": sha256,
            "frame": frame,
        },
        "proposals": proposals.iter().map(proposal_json).collect::<Vec<_>>(),
        "passed": passed.iter().map(passed_json).collect::<Vec<_>>(),
    })
}

fn proposal_json(proposal: &Proposal) -> Value {
    let Proposal {
        start,
        end,
        quote,
        paragraph,
        subject,
        strength,
        kind,
        obligors,
        beneficiaries,
        instruments,
        meeting,
        deadline,
        recurrence,
        cue,
        why,
    } = proposal;
    json!({
        "start": start,
        "end": end,
        "quote": quote,
        "subject": subject,
        "strength": strength.as_str(),
        "kind": kind.as_str(),
        "obligors": obligors,
        "beneficiaries": beneficiaries,
        "instruments": instruments,
        "meeting": meeting,
        "deadline": deadline,
        "recurrence": recurrence,
        "paragraph": paragraph,
        "why": { "cue": cue, "reason": why },
    })
}

fn passed_json(passed: &Passed) -> Value {
    let Passed {
        start,
        end,
        quote,
        reason,
    } = passed;
    json!({ "start": start, "end": end, "quote": quote, "reason": reason })
}

fn in_words(extraction: &Extraction, issued: NaiveDate) -> String {
    let Extraction {
        frame,
        proposals,
        passed,
    } = extraction;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{}",
        frame
            .title
            .as_deref()
            .unwrap_or("A document without a title")
    );
    let _ = writeln!(text, "  issued {}", wording::day(issued));
    if let Some(meeting) = &frame.meeting {
        let held = frame.held.map(|(first, last)| {
            if first == last {
                wording::day(first)
            } else {
                format!("{} to {}", wording::day(first), wording::day(last))
            }
        });
        let held = held.map(|h| format!(", {h}")).unwrap_or_default();
        let place = frame
            .place
            .as_ref()
            .map(|p| format!(", {p}"))
            .unwrap_or_default();
        let _ = writeln!(text, "  of {meeting}{held}{place}");
    }
    for chair in &frame.co_chairs {
        let _ = writeln!(text, "  co-chair {chair}");
    }
    let parties = listed(&frame.parties);
    let parties = if parties.is_empty() {
        "not recognised".to_owned()
    } else {
        parties
    };
    let _ = writeln!(text, "  parties {parties}");
    let _ = writeln!(
        text,
        "\n{} proposed, {} passed over. Nothing of it is on the record until somebody accepts it.",
        wording::count(proposals.len(), "commitment"),
        wording::count(passed.len(), "sentence"),
    );
    for (n, proposal) in proposals.iter().enumerate() {
        write_proposal(&mut text, n + 1, proposal);
    }
    if !passed.is_empty() {
        text.push_str("\nPassed over\n");
    }
    for Passed { quote, reason, .. } in passed {
        let _ = writeln!(text, "  {}\n    {reason}", shortened(quote, 100));
    }
    text
}

fn write_proposal(text: &mut String, number: usize, proposal: &Proposal) {
    let _ = writeln!(text, "\n{number:>3}. {}", proposal.subject);
    let _ = writeln!(text, "     \"{}\"", folded(&proposal.quote));
    let owed = listed(&proposal.obligors);
    let owed = if owed.is_empty() {
        "nobody it names".to_owned()
    } else {
        owed
    };
    let to = listed(&proposal.beneficiaries);
    let to = if to.is_empty() {
        String::new()
    } else {
        format!(" to {to}")
    };
    let _ = writeln!(
        text,
        "     owed by {owed}{to}; {}, {}",
        wording::strength(proposal.strength),
        wording::kind(proposal.kind)
    );
    if let Some(deadline) = &proposal.deadline {
        let window = match (deadline.earliest, deadline.latest) {
            (Some(first), Some(last)) => {
                format!(" ({} to {})", wording::day(first), wording::day(last))
            }
            (Some(first), None) => format!(" (from {})", wording::day(first)),
            _ => " (no date known yet)".to_owned(),
        };
        let _ = writeln!(text, "     due {}{window}", deadline.text);
    }
    if let Some(meeting) = &proposal.meeting {
        let _ = writeln!(text, "     meeting {meeting}");
    }
    if !proposal.instruments.is_empty() {
        let _ = writeln!(text, "     names {}", proposal.instruments.join("; "));
    }
    let _ = writeln!(
        text,
        "     because of \"{}\": {}",
        proposal.cue, proposal.why
    );
    let _ = writeln!(
        text,
        "     paragraph {}, characters {} to {}",
        proposal.paragraph, proposal.start, proposal.end
    );
}

fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str, most: usize) -> String {
    let folded = folded(text);
    if folded.chars().count() <= most {
        return folded;
    }
    let cut: String = folded.chars().take(most).collect();
    format!("{}\u{2026}", cut.trim_end())
}
