//! What an installation's letters are written on: its templates, ours or an administrator's, and the
//! signature of its mail.
//!
//! An override is tried before anything is sent: every sample letter is set with it, and a mistake is
//! refused with its file and line. A letter that it fails on all the same is set with ours: a
//! reminder is not lost to a template.

use std::path::{Path, PathBuf};

use super::letter::Letter;
use super::letter::samples::{CANARY, MARKUP, Sample, samples};
use super::render::Templates;
use super::signature::{SignatureError, Signer};
use crate::config::{Config, ConfigError};

/// Templates and signature.
#[derive(Debug, Default)]
pub struct Stationery {
    /// An administrator's templates, where there are any.
    own: Option<Templates>,
    pub(super) signer: Option<Signer>,
}

/// Stationery that cannot be used: where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StationeryError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Signature(#[from] SignatureError),
    #[error(
        "setting mail.templates: {folder} cannot be read: {reason}; name a folder that holds letter.html, letter.txt or both"
    )]
    Unreadable {
        folder: PathBuf,
        reason: std::io::Error,
    },
    #[error(
        "setting mail.templates: {folder} holds neither letter.html nor letter.txt; put one there, or leave the setting empty to use ours"
    )]
    Nothing { folder: PathBuf },
    #[error(
        "setting mail.templates: {file} leads out of the folder; put the file itself there, because templates include nothing from elsewhere"
    )]
    Elsewhere { file: PathBuf },
    #[error(
        "setting mail.templates: {place}: {problem}; correct it, or remove the file to use ours (docs/templates.md lists what a letter has)"
    )]
    Template { place: String, problem: String },
}

impl Stationery {
    /// The stationery of these settings, tried on every sample.
    ///
    /// # Errors
    /// A key that cannot be used, a folder without templates, a template with a mistake.
    pub fn from_config(config: &Config) -> Result<Self, StationeryError> {
        let (_, from) = config.mail.sender()?;
        let folder = config.mail.templates.trim();
        Ok(Self {
            own: match folder {
                "" => None,
                folder => Some(from_folder(Path::new(folder))?),
            },
            signer: Signer::from_settings(&config.mail.dkim, &from)?,
        })
    }

    /// The text part of a letter.
    pub fn text(&self, letter: &Letter) -> String {
        self.set(letter, Templates::text, super::render::text)
    }

    /// The HTML part of a letter.
    pub fn html(&self, letter: &Letter) -> String {
        self.set(letter, Templates::html, super::render::html)
    }

    fn set(
        &self,
        letter: &Letter,
        own: impl Fn(&Templates, &Letter) -> Result<String, minijinja::Error>,
        ours: impl Fn(&Letter) -> String,
    ) -> String {
        let Some(templates) = &self.own else {
            return ours(letter);
        };
        own(templates, letter).unwrap_or_else(|error| {
            // The error's own words could quote the letter.
            tracing::error!(
                template.place = %place(&error),
                "a template of mail.templates failed on a letter ({}); it was set with ours",
                error.kind()
            );
            ours(letter)
        })
    }
}

/// An administrator's templates, read and tried.
fn from_folder(folder: &Path) -> Result<Templates, StationeryError> {
    let sources = read(folder)?;
    if !sources
        .iter()
        .any(|(name, _)| name == "letter.html" || name == "letter.txt")
    {
        let folder = folder.to_owned();
        return Err(StationeryError::Nothing { folder });
    }
    let templates = Templates::with(&sources).map_err(|e| mistake(folder, &e, None))?;
    for sample in samples() {
        try_on(&templates, &sample, folder)?;
    }
    Ok(templates)
}

/// Every template of the folder itself, by its name. Nothing but these can be included.
fn read(folder: &Path) -> Result<Vec<(String, String)>, StationeryError> {
    let unreadable = |reason| StationeryError::Unreadable {
        folder: folder.to_owned(),
        reason,
    };
    let home = folder.canonicalize().map_err(unreadable)?;
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        let name = file
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let is_template = name.ends_with(".html") || name.ends_with(".txt");
        if !is_template || name.starts_with('.') {
            continue;
        }
        let real = file.canonicalize().map_err(unreadable)?;
        if real.parent() != Some(&home) {
            return Err(StationeryError::Elsewhere { file });
        }
        let source = std::fs::read_to_string(&real).map_err(unreadable)?;
        sources.push((name.to_owned(), source));
    }
    sources.sort();
    Ok(sources)
}

/// Sets one sample with the templates and looks at what came out.
fn try_on(templates: &Templates, sample: &Sample, folder: &Path) -> Result<(), StationeryError> {
    let set = |made: Result<String, minijinja::Error>| {
        made.map_err(|error| mistake(folder, &error, Some(sample.name)))
    };
    let (text, html) = (
        set(templates.text(&sample.letter))?,
        set(templates.html(&sample.letter))?,
    );
    for (file, part) in [("letter.txt", &text), ("letter.html", &html)] {
        if let Some(problem) = fault(part, file == "letter.html", &sample.letter) {
            return Err(StationeryError::Template {
                place: format!("{} (with the sample `{}`)", file, sample.name),
                problem,
            });
        }
    }
    Ok(())
}

/// What is wrong with a part as it came out.
fn fault(part: &str, is_html: bool, letter: &Letter) -> Option<String> {
    if part.contains(CANARY) {
        return Some("it tells what is restricted".to_owned());
    }
    if is_html && part.contains(MARKUP) {
        return Some(
            "it prints what is in the record as markup; take away the filter `safe`".to_owned(),
        );
    }
    let remote = [
        "src=\"http",
        "src='http",
        "url(http",
        "url('http",
        "<script",
        "<link",
        "@import",
    ];
    if let Some(found) = remote.iter().find(|r| is_html && part.contains(**r)) {
        return Some(format!(
            "it has `{found}`: mail fetches nothing from elsewhere and runs nothing"
        ));
    }
    let missing = essentials(letter)
        .into_iter()
        .find(|(_, needed)| !part.contains(needed.as_str()));
    missing.map(|(what, _)| format!("{what} is missing from what it prints"))
}

/// What a reader must find in every letter, whatever it looks like.
fn essentials(letter: &Letter) -> Vec<(&'static str, String)> {
    let blocks = letter.blocks.iter();
    let answers = blocks.clone().flat_map(|b| &b.answers);
    let lines = letter.sections.iter().flat_map(|s| &s.lines);
    let more = letter.sections.iter().filter(|s| s.more > 0);
    let redirected = letter.redirected.iter().filter_map(|r| {
        let address = r.split(['<', '>']).nth(1)?;
        Some(("for whom redirected mail was", address.to_owned()))
    });
    blocks
        .map(|b| ("the link to a commitment", b.page.url.clone()))
        .chain(answers.map(|a| ("the link of an answer", a.url.clone())))
        .chain(lines.map(|l| ("the link of a line", l.url.clone())))
        .chain(more.map(|s| ("the link to the whole list", s.list.url.clone())))
        .chain(
            letter
                .stop
                .iter()
                .map(|s| ("the link that stops digests", s.url.clone())),
        )
        .chain(redirected)
        .collect()
}

fn mistake(folder: &Path, error: &minijinja::Error, sample: Option<&str>) -> StationeryError {
    // An error in an included file is reported as such, with the real one behind it.
    let mut cause = error;
    while let Some(inner) = std::error::Error::source(cause)
        .and_then(|source| source.downcast_ref::<minijinja::Error>())
    {
        cause = inner;
    }
    let detail = cause.detail().unwrap_or_default();
    let with = sample.map_or_else(String::new, |s| format!(" (with the sample `{s}`)"));
    let problem = match detail {
        "" => format!("{}{with}", cause.kind()),
        detail => format!("{}: {detail}{with}", cause.kind()),
    };
    StationeryError::Template {
        place: folder.join(place(cause)).display().to_string(),
        problem,
    }
}

/// `letter.html:41`.
fn place(error: &minijinja::Error) -> String {
    match (error.name(), error.line()) {
        (Some(name), Some(line)) => format!("{name}:{line}"),
        (Some(name), None) => name.to_owned(),
        _ => "a template".to_owned(),
    }
}
