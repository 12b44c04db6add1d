//! Settings: `config/default.toml` (embedded; it is the manual), then the file given with
//! `--config`, then the environment. Read once, checked section by section, and trusted after.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::config::{Config as Layers, ConfigError as LayerError, Environment, File, FileFormat};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::deadline::parse_day;
use crate::domain::desk::EmailAddress;
use crate::domain::nearest::nearest;
use crate::domain::notice::MailMode;

mod replies;

pub use replies::ReplyTrust;

mod extraction;
mod oidc;
mod sign_in;
mod web;

pub use extraction::{Extraction, LexiconFault};
pub use oidc::Oidc;
pub use sign_in::SignIn;
pub use web::{Network, Web};

/// The defaults, which document every setting.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

const PREFIX: &str = "AIDE_MEMOIRE";

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub database: Database,
    pub web: Web,
    pub sign_in: SignIn,
    pub oidc: Oidc,
    pub mail: Mail,
    pub delivery: Delivery,
    pub scheduler: Scheduler,
    pub extraction: Extraction,
    pub log: Log,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: Secret,
    /// Where the witness file is; empty: beside a SQLite file, nowhere for a server.
    pub witness: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: TransportKind,
    pub mode: MailMode,
    pub redirect_to: String,
    pub from: String,
    pub return_path: String,
    pub reply_to: String,
    pub reply_trust: ReplyTrust,
    pub authserv_id: String,
    pub name: String,
    pub templates: String,
    pub dkim: Dkim,
    pub smtp: Smtp,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dkim {
    pub domain: String,
    pub selector: String,
    pub key_file: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransportKind {
    Smtp,
    Mailbox,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub username: String,
    pub password: Secret,
    pub password_file: String,
    pub ca_file: String,
    pub hello_name: String,
    pub connect_timeout: u64,
    pub command_timeout: u64,
    pub content_timeout: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    None,
    Starttls,
    Implicit,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    pub sessions: usize,
    pub lease: u64,
    pub retry_after: u64,
}

impl Delivery {
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduler {
    pub every: u64,
    pub lease: u64,
    pub live_on: String,
}

impl Scheduler {
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease)
    }

    /// The day the administrator set, if one was set.
    pub fn live_on(&self) -> Option<NaiveDate> {
        parse_day(self.live_on.trim()).ok()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// A text that never prints itself.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Settings that cannot be used: where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file {path} cannot be read: {reason}")]
    Unreadable {
        path: PathBuf,
        reason: std::io::Error,
    },
    #[error("the settings file {path}, line {line}: {problem}")]
    Unparsed {
        path: PathBuf,
        line: usize,
        problem: String,
    },
    #[error("settings: {0}")]
    Layers(String),
    #[error("setting {name}: {problem}")]
    Unfit { name: &'static str, problem: String },
    #[error(
        "the environment has {found}, which is no setting: levels are separated by two underscores{hint}"
    )]
    StrayVariable { found: String, hint: String },
}

/// What to read the settings from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub file: Option<PathBuf>,
    /// The environment's variables.
    pub environment: Vec<(String, String)>,
    /// The database URL given on the command line; it wins.
    pub database: Option<String>,
}

impl Config {
    /// Reads and checks the settings.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        refuse_stray_variables(&sources.environment)?;
        let mut layers = Layers::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = &sources.file {
            let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Unreadable {
                path: path.clone(),
                reason,
            })?;
            well_formed(path, &text)?;
            layers = layers.add_source(File::from_str(&text, FileFormat::Toml));
        }
        let variables = sources
            .environment
            .iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .cloned()
            .collect();
        layers = layers.add_source(
            Environment::with_prefix(PREFIX)
                .prefix_separator("__")
                .separator("__")
                .source(Some(variables)),
        );
        if let Some(url) = &sources.database {
            layers = layers
                .set_override("database.url", url.as_str())
                .map_err(layer_error)?;
        }
        let mut config: Config = layers
            .build()
            .and_then(Layers::try_deserialize)
            .map_err(layer_error)?;
        config.mail.smtp.read_password_file()?;
        config.oidc.read_secret_file()?;
        config.web.follow_the_address()?;
        config.validate()?;
        Ok(config)
    }

    /// Checks every section.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.web.validate()?;
        self.sign_in.validate()?;
        self.oidc.validate()?;
        self.mail.validate()?;
        self.delivery.validate()?;
        self.scheduler.validate()?;
        self.extraction.validate()
    }
}

impl Mail {
    /// The sender's display name, if there is one, and address.
    pub fn sender(&self) -> Result<(Option<String>, EmailAddress), ConfigError> {
        let problem = || {
            unfit(
                "mail.from",
                format!(
                    "`{}` is not a sender; write it like `Aide-mémoire <aide-memoire@mfa.example.org>`",
                    self.from
                ),
            )
        };
        let (name, address) = match self
            .from
            .trim()
            .strip_suffix('>')
            .and_then(|f| f.rsplit_once('<'))
        {
            Some((name, address)) => (Some(name.trim().trim_matches('"').to_owned()), address),
            None => (None, self.from.trim()),
        };
        let address = EmailAddress::parse(address.trim()).map_err(|_| problem())?;
        if name
            .as_ref()
            .is_some_and(|n| n.chars().any(char::is_control))
        {
            return Err(problem());
        }
        Ok((name.filter(|n| !n.is_empty()), address))
    }

    /// Where everything goes while mail is redirected.
    pub fn redirect_to(&self) -> Result<Option<EmailAddress>, ConfigError> {
        if self.mode != MailMode::Redirect {
            return Ok(None);
        }
        let address = EmailAddress::parse(self.redirect_to.trim());
        address.map(Some).map_err(|_| {
            unfit(
                "mail.redirect_to",
                "mode is `redirect`, so this must be the mail address everything goes to".into(),
            )
        })
    }

    /// Where reports of mail that did not arrive go, before each notice's token is added; `None`:
    /// to the sender.
    pub fn return_path(&self) -> Result<Option<EmailAddress>, ConfigError> {
        let example = "bounces@mfa.example.org";
        replies::tagged("mail.return_path", &self.return_path, example)
    }

    fn validate(&self) -> Result<(), ConfigError> {
        self.sender()?;
        self.return_path()?;
        self.validate_replies()?;
        self.redirect_to()?;
        self.dkim.validate()?;
        self.smtp.validate()
    }
}

impl Dkim {
    /// Whether mail is to be signed.
    pub fn is_on(&self) -> bool {
        !self.domain.trim().is_empty()
    }

    fn validate(&self) -> Result<(), ConfigError> {
        let given = [&self.domain, &self.selector, &self.key_file].map(|s| !s.trim().is_empty());
        if given.contains(&true) && given.contains(&false) {
            return Err(unfit(
                "mail.dkim",
                "domain, selector and key_file are given together, or all left empty".into(),
            ));
        }
        let label = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let names = [self.domain.trim(), self.selector.trim()];
        if let Some(odd) = names.iter().find(|n| !n.chars().all(label)) {
            return Err(unfit(
                "mail.dkim",
                format!(
                    "`{odd}` is not a name in DNS; the key is looked up at SELECTOR._domainkey.DOMAIN"
                ),
            ));
        }
        Ok(())
    }
}

impl Smtp {
    fn read_password_file(&mut self) -> Result<(), ConfigError> {
        if self.password_file.is_empty() {
            return Ok(());
        }
        let path = Path::new(&self.password_file);
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|reason| {
            unfit(
                "mail.smtp.password_file",
                format!("{} cannot be read: {reason}", path.display()),
            )
        })?;
        self.password = Secret::new(text.trim_end_matches(['\r', '\n']));
        Ok(())
    }

    fn validate(&self) -> Result<(), ConfigError> {
        if self.host.trim().is_empty() {
            return Err(unfit("mail.smtp.host", "is empty; name the relay".into()));
        }
        let is_local = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&self.host.as_str());
        if self.tls == Tls::None && !self.username.is_empty() && !is_local {
            let problem = format!(
                "a password would cross the network to {} in the clear; set mail.smtp.tls to starttls or implicit",
                self.host
            );
            return Err(unfit("mail.smtp.tls", problem));
        }
        let timeouts = [
            self.connect_timeout,
            self.command_timeout,
            self.content_timeout,
        ];
        if timeouts.iter().any(|seconds| !(1..=3600).contains(seconds)) {
            return Err(unfit(
                "mail.smtp",
                "each timeout is between 1 and 3600 seconds".into(),
            ));
        }
        Ok(())
    }
}

impl Delivery {
    fn validate(&self) -> Result<(), ConfigError> {
        if !(1..=64).contains(&self.sessions) {
            return Err(unfit("delivery.sessions", "is between 1 and 64".into()));
        }
        if !(5..=86_400).contains(&self.lease) {
            return Err(unfit(
                "delivery.lease",
                "is between 5 seconds and a day".into(),
            ));
        }
        if !(1..=60).contains(&self.retry_after) {
            return Err(unfit(
                "delivery.retry_after",
                "is between 1 and 60 minutes".into(),
            ));
        }
        Ok(())
    }
}

impl Scheduler {
    fn validate(&self) -> Result<(), ConfigError> {
        if !(1..=60).contains(&self.every) {
            return Err(unfit(
                "scheduler.every",
                "is between 1 and 60 seconds".into(),
            ));
        }
        if !(2..=3600).contains(&self.lease) {
            return Err(unfit(
                "scheduler.lease",
                "is between 2 seconds and an hour".into(),
            ));
        }
        if !self.live_on.trim().is_empty() && self.live_on().is_none() {
            return Err(unfit(
                "scheduler.live_on",
                format!("`{}` is not a day; write it like 2025-06-02", self.live_on),
            ));
        }
        Ok(())
    }
}

fn unfit(name: &'static str, problem: String) -> ConfigError {
    ConfigError::Unfit { name, problem }
}

/// Whether a settings file is TOML at all; where it is not, the line says more than the excerpt.
fn well_formed(path: &Path, text: &str) -> Result<(), ConfigError> {
    let Err(error) = text.parse::<toml::Table>() else {
        return Ok(());
    };
    let before = error.span().and_then(|span| text.get(..span.start));
    Err(ConfigError::Unparsed {
        path: path.to_owned(),
        line: before.map_or(1, |before| before.matches('\n').count() + 1),
        problem: error.message().replace('\n', "; "),
    })
}

/// The words of a setting that has a closed list of them.
fn choices(list: &str) -> Option<&'static [&'static str]> {
    Some(match list {
        "MailMode" => &["live", "hold", "redirect"],
        "TransportKind" => &["smtp", "mailbox"],
        "Tls" => &["none", "starttls", "implicit"],
        "ReplyTrust" => &["dmarc", "internal", "off"],
        "LogFormat" => &["text", "json"],
        _ => return None,
    })
}

/// `enum MailMode does not have variant constructor off for key ...`, in words.
fn no_such_choice(text: &str) -> Option<ConfigError> {
    let (list, rest) = text
        .strip_prefix("enum ")?
        .split_once(" does not have variant constructor ")?;
    let (word, place) = rest.split_once(" for key ").unwrap_or((rest, ""));
    let (last, before) = choices(list)?.split_last()?;
    let place = match place {
        "" => String::new(),
        place => format!("{place}: "),
    };
    let problem = format!(
        "{place}`{word}` cannot be said there; say {} or {last}",
        before.join(", ")
    );
    Some(ConfigError::Layers(problem))
}

fn layer_error(error: LayerError) -> ConfigError {
    let text = error.to_string();
    if let Some(error) = no_such_choice(&text) {
        return error;
    }
    // serde lists what it expected; the nearest of those is what was meant.
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let suggestion = match quoted.as_slice() {
        [unknown, known @ ..] if text.contains("unknown field") => {
            nearest(unknown, known.iter().copied())
        }
        _ => None,
    };
    match suggestion {
        Some(name) => ConfigError::Layers(format!("{text}; did you mean `{name}`?")),
        None => ConfigError::Layers(text),
    }
}

/// `AIDE_MEMOIRE_WEB_LISTEN` with single underscores would be ignored without a word.
fn refuse_stray_variables(environment: &[(String, String)]) -> Result<(), ConfigError> {
    let single = format!("{PREFIX}_");
    let double = format!("{PREFIX}__");
    let stray = environment
        .iter()
        .map(|(name, _)| name)
        .find(|n| n.to_uppercase().starts_with(&single) && !n.starts_with(&double));
    let Some(found) = stray else { return Ok(()) };
    let words = found.to_uppercase()[single.len()..]
        .trim_start_matches('_')
        .to_owned();
    let known = known_variables();
    let meant = nearest(&words, known.iter().map(String::as_str));
    let hint = meant
        .map(|m| format!("; did you mean {double}{m}?"))
        .unwrap_or_default();
    Err(ConfigError::StrayVariable {
        found: found.clone(),
        hint,
    })
}

/// Every setting as the environment names it, without the prefix.
fn known_variables() -> Vec<String> {
    fn walk(prefix: &str, table: &toml::Table, names: &mut Vec<String>) {
        for (key, value) in table {
            let name = if prefix.is_empty() {
                key.to_uppercase()
            } else {
                format!("{prefix}__{}", key.to_uppercase())
            };
            match value {
                toml::Value::Table(inner) => walk(&name, inner, names),
                _ => names.push(name),
            }
        }
    }
    let mut names = Vec::new();
    if let Ok(table) = DEFAULTS.parse::<toml::Table>() {
        walk("", &table, &mut names);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let environment = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        Config::load(&Sources {
            environment,
            ..Sources::default()
        })
    }

    fn complaint(variables: &[(&str, &str)]) -> String {
        with(variables).unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_fit_to_use() {
        let config = with(&[]).unwrap();
        assert_eq!(config.mail.transport, TransportKind::Mailbox);
        assert_eq!(
            config.mail.sender().unwrap().1.as_str(),
            "aide-memoire@localhost"
        );
    }

    #[test]
    fn the_environment_wins_and_passwords_keep_their_digits() {
        let config = with(&[
            ("AIDE_MEMOIRE__MAIL__SMTP__PASSWORD", "0123"),
            ("AIDE_MEMOIRE__MAIL__SMTP__PORT", "2525"),
        ])
        .unwrap();
        assert_eq!(config.mail.smtp.password.reveal(), "0123");
        assert_eq!(config.mail.smtp.port, 2525);
        assert!(!format!("{config:?}").contains("0123"));
    }

    #[test]
    fn a_setting_that_does_not_exist_is_named_with_the_one_that_does() {
        assert!(
            complaint(&[("AIDE_MEMOIRE__WEB__LISTENS", "x")]).contains("did you mean `listen`?")
        );
        let single = complaint(&[("AIDE_MEMOIRE_WEB_LISTEN", "x")]);
        assert!(
            single.contains("did you mean AIDE_MEMOIRE__WEB__LISTEN?"),
            "{single}"
        );
    }

    #[test]
    fn a_word_that_a_setting_does_not_have_is_answered_with_those_it_has() {
        for (name, words) in [
            ("MODE", "live, hold or redirect"),
            ("TRANSPORT", "smtp or mailbox"),
            ("REPLY_TRUST", "dmarc, internal or off"),
            ("SMTP__TLS", "none, starttls or implicit"),
        ] {
            let said = complaint(&[(&format!("AIDE_MEMOIRE__MAIL__{name}"), "never")]);
            assert!(said.contains(words) && said.contains("never"), "{said}");
            assert!(!said.contains("constructor"), "{said}");
        }
        let said = complaint(&[("AIDE_MEMOIRE__LOG__FORMAT", "xml")]);
        assert!(said.contains("text or json"), "{said}");
    }

    #[test]
    fn the_first_link_leads_to_where_the_pages_listen() {
        let url = |variables: &[(&str, &str)]| with(variables).unwrap().web.public_url;
        assert_eq!(url(&[]), "http://127.0.0.1:8080");
        let elsewhere = ("AIDE_MEMOIRE__WEB__LISTEN", "127.0.0.1:8097");
        assert_eq!(url(&[elsewhere]), "http://127.0.0.1:8097");
        // What is said is kept, even where it is what would be without it elsewhere.
        let said = ("AIDE_MEMOIRE__WEB__PUBLIC_URL", "http://127.0.0.1:8080");
        assert_eq!(url(&[elsewhere, said]), "http://127.0.0.1:8080");
    }

    #[test]
    fn what_cannot_work_is_refused_with_a_reason() {
        assert!(
            complaint(&[("AIDE_MEMOIRE__MAIL__MODE", "redirect")]).contains("mail.redirect_to")
        );
        assert!(complaint(&[("AIDE_MEMOIRE__MAIL__FROM", "nobody")]).contains("mail.from"));
        let soon = [("AIDE_MEMOIRE__EXTRACTION__FORGET_AFTER_DAYS", "7")];
        assert!(complaint(&soon).contains("30 days or more"));
        let long = [(
            "AIDE_MEMOIRE__MAIL__RETURN_PATH",
            "reports-of-undeliverable-mail@mfa.example.org",
        )];
        assert!(complaint(&long).contains("21 plain characters"));
        assert!(complaint(&[("AIDE_MEMOIRE__WEB__LISTEN", "8080")]).contains("127.0.0.1:8080"));
        let clear = [
            ("AIDE_MEMOIRE__MAIL__SMTP__HOST", "relay.example.org"),
            ("AIDE_MEMOIRE__MAIL__SMTP__USERNAME", "desk"),
        ];
        assert!(complaint(&clear).contains("in the clear"));
        let half = [("AIDE_MEMOIRE__MAIL__DKIM__DOMAIN", "mfa.example.org")];
        assert!(complaint(&half).contains("given together"));
    }

    #[test]
    fn networks_are_given_as_a_list_or_as_one_text() {
        let config = with(&[(
            "AIDE_MEMOIRE__WEB__TRUSTED_PROXIES",
            "127.0.0.1, 10.2.0.0/16",
        )])
        .unwrap();
        assert_eq!(config.web.trusted_proxies.len(), 2);
        let odd = complaint(&[("AIDE_MEMOIRE__WEB__WATCH_FROM", "everywhere")]);
        assert!(odd.contains("neither an address nor a network"), "{odd}");
        let longer = [
            ("AIDE_MEMOIRE__SIGN_IN__IDLE_HOURS", "24"),
            ("AIDE_MEMOIRE__SIGN_IN__END_HOURS", "12"),
        ];
        assert!(complaint(&longer).contains("sign_in"));
    }
}
