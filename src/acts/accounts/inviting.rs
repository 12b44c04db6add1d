//! Inviting people, and the links by which they set a password: an invitation, or a way back for whoever
//! forgot it. A link goes out in a letter of the delivery engine, or is handed over by whoever asked for
//! it; its word is drawn at that moment and kept as a hash.

use std::sync::Arc;

use super::{AccountError, Actor, Field, Keeper, account_of, name_in};
use crate::domain::account::{Account, LinkPurpose, Reach};
use crate::domain::desk::{EmailAddress, Person};
use crate::domain::directory::Directory;
use crate::domain::habits::Habits;
use crate::domain::ids::PersonId;
use crate::doors::word::Word;
use crate::record::{EntityKey, entity};
use crate::store::{AccessLink, Change, StoreError};

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// As the record names them; without meaning where the address is on record already.
    pub name: String,
    pub email: String,
    pub reach: Reach,
    pub administrator: bool,
}

/// How a link reaches whom it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// In a letter.
    Mail,
    /// Whoever asked for it hands it over.
    Hand,
}

/// A link that was made. The word is there to be handed over, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub person: PersonId,
    pub word: Option<Word>,
}

/// What a link opens, for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub purpose: LinkPurpose,
    pub person: PersonId,
    pub name: String,
    pub email: EmailAddress,
}

impl Keeper {
    /// Makes an account and a link by which its holder sets a password.
    pub async fn invite(
        &self,
        actor: &Actor,
        invitation: &Invitation,
        by: By,
    ) -> Result<Made, AccountError> {
        let email = address(&invitation.email)?;
        if invitation.administrator && invitation.reach == Reach::Public {
            let words = "An administrator belongs to the house: a guest runs nothing.";
            return Err(AccountError::refused(Field::Form, words));
        }
        let mut change = self.store.edit().await?;
        change.lock_installation().await?;
        if change.account_of(&email).await?.is_some() {
            let words = format!("{email} has an account already.");
            return Err(AccountError::refused(Field::Email, words));
        }
        let person = person_of(&mut change, &invitation.name, &email).await?;
        if change.account(&person).await?.is_some() {
            let words = format!("`{person}` has an account already, under another address.");
            return Err(AccountError::refused(Field::Email, words));
        }
        let account = Account {
            reach: invitation.reach,
            administrator: invitation.administrator,
            ..Account::new(person.clone(), &email, self.real_now())
        };
        change.enter_account(&account).await?;
        let word = self
            .enter_link(&mut change, LinkPurpose::Invite, &person, by)
            .await?;
        let detail = match (invitation.reach, invitation.administrator) {
            (Reach::Public, _) => "invited as a guest",
            (Reach::House, true) => "invited as an administrator",
            (Reach::House, false) => "invited",
        };
        self.note(&mut change, actor, "invite", &person, detail)
            .await?;
        change.commit().await?;
        Ok(Made { person, word })
    }

    /// Another link for an account: an invitation where it was never taken up. Where there is a
    /// password, it is void from now on, and whoever is signed in with it no longer is.
    pub async fn invite_again(
        &self,
        actor: &Actor,
        person: &PersonId,
        by: By,
    ) -> Result<Made, AccountError> {
        let mut change = self.store.change().await?;
        change.lock_installation().await?;
        let account = account_of(&change, person).await?;
        if account.is_disabled() {
            let words = "The account is disabled; enable it first.";
            return Err(AccountError::refused(Field::Form, words));
        }
        let (purpose, act, detail) = match account.password {
            Some(_) => (
                LinkPurpose::Recover,
                "reset-password",
                "its password is void",
            ),
            None => (LinkPurpose::Invite, "invite", "invited again"),
        };
        change.set_password(person, None).await?;
        change.end_sessions(person, None).await?;
        change.void_links(person).await?;
        let word = self.enter_link(&mut change, purpose, person, by).await?;
        self.note(&mut change, actor, act, person, detail).await?;
        change.commit().await?;
        let person = person.clone();
        Ok(Made { person, word })
    }

    /// Enters a link; its word where it is handed over.
    pub(super) async fn enter_link(
        &self,
        change: &mut Change,
        purpose: LinkPurpose,
        person: &PersonId,
        by: By,
    ) -> Result<Option<Word>, StoreError> {
        let word = (by == By::Hand).then(|| Word::draw(self.entropy.as_ref()));
        let now = self.real_now();
        let link = AccessLink {
            id: self.entropy.uuid(),
            purpose,
            person: Some(person.clone()),
            hash: word.as_ref().map(Word::hash),
            made_at: now,
            expires_at: now + purpose.lifetime(),
        };
        change.enter_link(&link).await?;
        Ok(word)
    }

    /// What a link opens. Looking uses nothing up.
    pub async fn open(&self, word: &Word) -> Result<Opened, AccountError> {
        let snapshot = self.store.read().await?;
        let link = snapshot.open_link(&word.hash(), self.real_now()).await?;
        let link = link.ok_or(AccountError::DeadLink)?;
        let person = link.person.ok_or(AccountError::DeadLink)?;
        let account = snapshot.account(&person).await?;
        let account = account.filter(|account| !account.is_disabled());
        let account = account.ok_or(AccountError::DeadLink)?;
        Ok(Opened {
            purpose: link.purpose,
            name: name_in(&*snapshot.directory().await?, &person),
            person,
            email: account.email,
        })
    }

    /// Sets a password by a link, which is used up. Whoever was signed in no longer is.
    pub async fn set_password_by(
        &self,
        word: &Word,
        password: &str,
    ) -> Result<Opened, AccountError> {
        let opened = self.open(word).await?;
        self.check_password(password, &opened.name, &opened.email)
            .await?;
        let hash = self.passwords.hash(password.to_owned()).await?;
        let now = self.real_now();
        let mut change = self.store.change().await?;
        change.lock_installation().await?;
        let link = change.open_link(&word.hash(), now).await?;
        let link = link.filter(|link| link.person.as_ref() == Some(&opened.person));
        let account = account_of(&change, &opened.person).await?;
        let used = match link {
            Some(link) => change.use_link(link.id, now).await?,
            None => false,
        };
        if !used || account.is_disabled() {
            change.roll_back().await?;
            return Err(AccountError::DeadLink);
        }
        change.set_password(&opened.person, Some(&hash)).await?;
        change.end_sessions(&opened.person, None).await?;
        change.void_links(&opened.person).await?;
        let actor = Actor::Person(opened.person.clone());
        let detail = match opened.purpose {
            LinkPurpose::Invite => "took up the invitation",
            _ => "set another password by a link in a mail",
        };
        self.note(&mut change, &actor, "set-password", &opened.person, detail)
            .await?;
        change.commit().await?;
        Ok(opened)
    }
}

/// The address of a form.
pub(super) fn address(typed: &str) -> Result<EmailAddress, AccountError> {
    EmailAddress::parse(typed.trim())
        .map_err(|error| AccountError::refused(Field::Email, format!("{error}.")))
}

/// The person of an address: whoever has it on record, else one who is entered under this name.
pub(super) async fn person_of(
    change: &mut Change,
    name: &str,
    email: &EmailAddress,
) -> Result<PersonId, AccountError> {
    let mut book = (*change.book().await?).clone();
    let directory = Arc::make_mut(&mut book.directory);
    let wanted = email.lower_case();
    let has = |p: &&Person| p.email.as_ref().map(EmailAddress::lower_case) == Some(wanted.clone());
    let mut known = directory.people.values().filter(has);
    match (known.next(), known.next()) {
        (Some(person), None) => return Ok(person.id.clone()),
        (Some(_), Some(_)) => {
            let words = format!(
                "Several people on record have the address {email}; an account belongs to one of \
                 them. Correct the record first."
            );
            return Err(AccountError::refused(Field::Email, words));
        }
        _ => {}
    }
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_fit = !name.is_empty() && name.chars().count() <= 200;
    if !is_fit || name.chars().any(char::is_control) {
        let words = "Say the name as the record is to have it.";
        return Err(AccountError::refused(Field::Name, words));
    }
    let id = free_id(directory, &name, email);
    let person = Person {
        id: id.clone(),
        name,
        email: Some(email.clone()),
        timezone: None,
        calendar: None,
        habits: Habits::default(),
    };
    directory.people.insert(id.clone(), person);
    let key = EntityKey {
        kind: entity::PERSON,
        id: id.to_string(),
    };
    change.save(&book, &[key]).await?;
    Ok(id)
}

/// An id that neither a person nor a desk has: of the name, else of the address.
fn free_id(directory: &Directory, name: &str, email: &EmailAddress) -> PersonId {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let word = [name, local, "person"]
        .into_iter()
        .map(slug)
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    let taken = |id: &str| directory.people.contains_key(id) || directory.desks.contains_key(id);
    let numbered = (2..).map(|n| format!("{word}-{n}"));
    let mut candidates = std::iter::once(word.clone()).chain(numbered);
    let free = candidates.find(|id| !taken(id)).unwrap_or(word);
    PersonId::parse(&free).expect("letters, digits and hyphens make an id")
}

/// Letters and digits of ASCII, words joined by hyphens; short enough to be numbered.
fn slug(text: &str) -> String {
    let plain = |c: char| match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => ' ',
    };
    let words: String = text.chars().map(plain).collect();
    let joined = words.split_whitespace().collect::<Vec<_>>().join("-");
    joined.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_name_and_is_nobody_elses() {
        let mut directory = Directory::default();
        let email = EmailAddress::parse("s.chan@mfa.example.org").unwrap();
        let mut enter = |name: &str| {
            let id = free_id(&directory, name, &email);
            let person = Person {
                id: id.clone(),
                name: name.to_owned(),
                email: None,
                timezone: None,
                calendar: None,
                habits: Habits::default(),
            };
            directory.people.insert(id.clone(), person);
            id.to_string()
        };
        assert_eq!(enter("Sokha Chan"), "sokha-chan");
        assert_eq!(enter("Sokha Chan"), "sokha-chan-2");
        assert_eq!(enter("សុខា"), "s-chan");
    }
}
