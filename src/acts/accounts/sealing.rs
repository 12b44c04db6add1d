//! The secrets of second steps are sealed: before pages are served it is made sure that there is a key
//! that opens them, and what is still kept as it was drawn is sealed.

use std::path::PathBuf;

use crate::domain::account::{Account, Hidden};
use crate::doors::sealing::{SealKey, is_sealed};
use crate::entropy::Entropy;
use crate::key_file::{KeyFile, KeyFileError};
use crate::store::{Store, StoreError};

/// Why second steps cannot be checked here. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    #[error(
        "{who} set a second step of signing in, and no file is named for the key that seals their secrets: make one (`openssl rand -hex 32`), let every daemon read it, and name it with sign_in.key_file"
    )]
    NoFile { who: String },
    #[error(
        "the key file {path} is missing, and the second steps of {who} were sealed with its key: put it back. If it is lost, `aide-memoire user reset-password ADDRESS --second-step` for each of them, and start again"
    )]
    Lost { path: PathBuf, who: String },
    #[error(
        "the key file {path} is missing: make it (`openssl rand -hex 32`), and let every daemon of this database read the same"
    )]
    NotMade { path: PathBuf },
    #[error(
        "the key in {path} is not the one with which the second steps of {who} were sealed: put that one back. If it is lost, `aide-memoire user reset-password ADDRESS --second-step` for each of them, and start again"
    )]
    Another { path: PathBuf, who: String },
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The key of an installation, which opens every second step there is. `None`: no file is named, and
/// nobody set one.
///
/// 1. Whatever is sealed has to open ([`look_at_second_steps`]).
/// 2. Where there is no file yet and nothing is sealed, one is made, if it may be.
/// 3. What is not sealed is, each only where nobody set another meanwhile.
pub async fn key_of_second_steps(
    store: &Store,
    file: Option<&KeyFile>,
    entropy: &dyn Entropy,
) -> Result<Option<SealKey>, SealingError> {
    let (steps, key) = look(store, file).await?;
    let key = match (key, file) {
        (Some(key), _) => key,
        (None, Some(file)) => file.make(entropy)?,
        (None, None) => return Ok(None),
    };
    let open: Vec<&Step> = steps.iter().filter(|s| !is_sealed(&s.kept)).collect();
    if !open.is_empty() {
        let mut change = store.change().await?;
        for Step { account, kept } in &open {
            let person = &account.person;
            let sealed = Hidden::new(key.seal(kept, person, entropy));
            change.replace_totp(person, kept, &sealed).await?;
        }
        change.commit().await?;
        tracing::info!(
            second_steps = open.len(),
            "secrets of second steps are sealed"
        );
    }
    Ok(Some(key))
}

/// Whether the key of the second steps is there, or can be made. Nothing is changed.
pub async fn look_at_second_steps(
    store: &Store,
    file: Option<&KeyFile>,
) -> Result<(), SealingError> {
    look(store, file).await.map(|_| ())
}

/// The second steps, and the key that opens whatever of them is sealed; `None` where it is to be made.
async fn look(
    store: &Store,
    file: Option<&KeyFile>,
) -> Result<(Vec<Step>, Option<SealKey>), SealingError> {
    let steps = second_steps(store).await?;
    let Some(file) = file else {
        if !steps.is_empty() {
            let who = named(steps.iter());
            return Err(SealingError::NoFile { who });
        }
        return Ok((steps, None));
    };
    let path = file.path().to_owned();
    let sealed = || steps.iter().filter(|step| is_sealed(&step.kept));
    let Some(key) = file.read()? else {
        let who = named(sealed());
        return match (who.is_empty(), file.is_ours()) {
            (false, _) => Err(SealingError::Lost { path, who }),
            (true, false) => Err(SealingError::NotMade { path }),
            (true, true) => Ok((steps, None)),
        };
    };
    let who = named(sealed().filter(|s| key.open(&s.kept, &s.account.person).is_err()));
    if !who.is_empty() {
        return Err(SealingError::Another { path, who });
    }
    Ok((steps, Some(key)))
}

/// A second step that somebody set, as its secret is kept.
struct Step {
    account: Account,
    kept: Vec<u8>,
}

async fn second_steps(store: &Store) -> Result<Vec<Step>, StoreError> {
    let accounts = store.read().await?.accounts().await?;
    let step = |account: Account| {
        let kept = account.totp.as_ref()?.reveal().clone();
        Some(Step { account, kept })
    };
    Ok(accounts.into_iter().filter_map(step).collect())
}

/// The first few by their addresses, and how many more.
fn named<'a>(steps: impl Iterator<Item = &'a Step>) -> String {
    const MOST: usize = 5;
    let mut all: Vec<&str> = steps.map(|step| step.account.email.as_str()).collect();
    let more = all.len().saturating_sub(MOST);
    all.truncate(MOST);
    match more {
        0 => all.join(", "),
        more => format!("{} and {more} more", all.join(", ")),
    }
}
