//! Passwords, hashed with Argon2id (RFC 9106) away from the threads that answer requests, and no more
//! at a time than the machine has processors: each takes 19 MiB and a tenth of a second.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::domain::account::Hidden;

/// OWASP's first choice for Argon2id: kibibytes, passes, lanes.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash of no password, as costly to compare with as any: whoever has no account or no password is
/// answered after the same time.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IG9mIG91cg\
                     $3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
pub struct HashError(String);

/// Hashes and compares. Clones share the limit.
#[derive(Debug, Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            turns: Arc::new(Semaphore::new(processors)),
        }
    }
}

impl Passwords {
    /// The hash of a password, in PHC form, with a salt of its own.
    pub async fn hash(&self, password: String) -> Result<Hidden<String>, HashError> {
        let hashed = self.in_turn(move || {
            let hash = argon2().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|e| e.to_string())
        });
        hashed.await.map(Hidden::new).map_err(HashError)
    }

    /// Whether this is the password. Without a hash to compare with it is not, after the same time.
    pub async fn is_right(&self, password: String, hash: Option<&Hidden<String>>) -> bool {
        let hash = hash.map(|hash| hash.reveal().clone());
        let compared = self.in_turn(move || {
            let right = compare(&password, hash.as_deref().unwrap_or(DECOY));
            Ok(right && hash.is_some())
        });
        compared.await.unwrap_or(false)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, String> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|closed| closed.to_string())?;
        let worked = tokio::task::spawn_blocking(move || {
            let worked = work();
            drop(turn);
            worked
        });
        worked.await.map_err(|broken| broken.to_string())?
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, LANES, None).expect("these parameters are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn compare(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else {
        return false;
    };
    argon2().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_two_hashes_are_alike() {
        let passwords = Passwords::default();
        let word = "correct horse battery staple";
        let (one, other) = (
            passwords.hash(word.into()).await.unwrap(),
            passwords.hash(word.into()).await.unwrap(),
        );
        assert_ne!(one, other);
        assert!(one.reveal().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.is_right(word.into(), Some(&one)).await);
        assert!(!passwords.is_right("Correct horse".into(), Some(&one)).await);
        assert!(!passwords.is_right(word.into(), None).await);
        assert_eq!(format!("{one:?}"), "…");
    }

    #[test]
    fn the_decoy_costs_what_a_hash_costs() {
        let decoy = PasswordHash::new(DECOY).unwrap();
        let real = argon2().hash_password(b"some password of ours").unwrap();
        assert_eq!(decoy.algorithm, real.algorithm);
        assert_eq!(decoy.version, real.version);
        assert_eq!(decoy.params, real.params);
        let length = |hash: &PasswordHash| hash.hash.map(|h| h.as_bytes().len());
        assert_eq!(length(&decoy), length(&real));
        assert!(!compare("", DECOY));
    }
}
