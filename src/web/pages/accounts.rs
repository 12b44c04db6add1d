//! The accounts of everybody, as administrators see them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::acts::accounts::inviting::Invitation;
use crate::domain::account::{Account, Reach};
use crate::domain::ids::PersonId;
use crate::store::AccessLink;
use crate::web::form::{Blank, FormPage};
use crate::web::next::local_time;
use crate::web::scene::Scene;
use crate::wording;

/// What the store knows of accounts.
#[derive(Debug)]
pub struct Accounts {
    pub accounts: Vec<Account>,
    pub invitations: Vec<AccessLink>,
    pub seen: Vec<(PersonId, DateTime<Utc>)>,
}

#[derive(Debug, Serialize)]
pub struct AccountsPage {
    pub answer: String,
    pub rows: Vec<AccountRow>,
    pub invite: FormPage,
    pub kinds: Vec<Kind>,
    pub mail_leaves: bool,
    pub handed_over: Option<HandedOver>,
}

/// A link to hand over, shown this once.
#[derive(Debug, Serialize)]
pub struct HandedOver {
    pub person: String,
    pub link: String,
}

#[derive(Debug, Serialize)]
pub struct Kind {
    pub value: &'static str,
    pub text: &'static str,
    pub chosen: bool,
}

#[derive(Debug, Serialize)]
pub struct AccountRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub kind: &'static str,
    pub state: String,
    pub seen: Option<String>,
    pub second_step: bool,
    /// What may be done with it: the word of the form, and of the button.
    pub acts: Vec<(&'static str, &'static str)>,
}

/// Draws the page for an administrator.
pub fn accounts(
    scene: &Scene<'_>,
    known: &Accounts,
    me: Option<&PersonId>,
    typed: Option<&Invitation>,
    mail_leaves: bool,
) -> AccountsPage {
    let can = known.accounts.iter().filter(|a| !a.is_disabled()).count();
    let open = known
        .accounts
        .iter()
        .filter(|a| !a.is_disabled() && !can_sign_in(a))
        .count();
    let waiting = match open {
        0 => String::new(),
        n => format!("; {} not taken up yet", wording::count(n, "invitation")),
    };
    let rows = known
        .accounts
        .iter()
        .map(|account| row(scene, known, account, me));
    let (name, email) = typed.map_or(("", ""), |t| (&t.name, &t.email));
    let chosen = match typed {
        Some(t) if t.administrator => "administrator",
        Some(t) if t.reach == Reach::Public => "guest",
        _ => "member",
    };
    let kinds = [
        ("member", "A member of the house"),
        ("administrator", "An administrator"),
        ("guest", "A guest: reads what is public"),
    ];
    AccountsPage {
        answer: crate::web::say::capitalised(&format!(
            "{}{waiting}.",
            wording::count(can, "account")
        )),
        rows: rows.collect(),
        invite: FormPage {
            action: "/accounts".to_owned(),
            blanks: vec![
                Blank::email("Mail address").with(email).plain(),
                Blank::text(
                    "name",
                    "Name, where the address is not on record yet",
                    "off",
                )
                .with(name)
                .optional(),
            ],
            button: "Invite",
            ..FormPage::default()
        },
        kinds: kinds
            .map(|(value, text)| Kind {
                value,
                text,
                chosen: value == chosen,
            })
            .into(),
        mail_leaves,
        handed_over: None,
    }
}

/// By a password of its own, or as another house knows its holder.
fn can_sign_in(account: &Account) -> bool {
    account.password.is_some() || account.oidc.is_some()
}

fn row(
    scene: &Scene<'_>,
    known: &Accounts,
    account: &Account,
    me: Option<&PersonId>,
) -> AccountRow {
    let directory = scene.directory();
    let person = directory.people.get(&account.person);
    let invited = known
        .invitations
        .iter()
        .find(|link| link.person.as_ref() == Some(&account.person));
    let day = |at: DateTime<Utc>| wording::day(at.with_timezone(&scene.zone()).date_naive());
    let state = match (account.disabled_at, invited) {
        (Some(since), _) => format!("disabled since {}", day(since)),
        (None, _) if can_sign_in(account) => "in use".to_owned(),
        (None, Some(link)) => format!("invited; the link opens until {}", day(link.expires_at)),
        (None, None) => "no password; a link lets them set one".to_owned(),
    };
    let seen = known.seen.iter().find(|(p, _)| *p == account.person);
    let kind = match (account.reach, account.administrator) {
        (Reach::Public, _) => "guest",
        (Reach::House, true) => "administrator",
        (Reach::House, false) => "member",
    };
    AccountRow {
        id: account.person.to_string(),
        name: person.map_or_else(|| account.person.to_string(), |p| p.name.clone()),
        email: account.email.to_string(),
        kind,
        state,
        seen: seen.map(|(_, at)| local_time(*at, scene.zone())),
        second_step: account.totp.is_some(),
        acts: acts(account, me),
    }
}

/// Nobody disables themselves: another administrator does.
fn acts(account: &Account, me: Option<&PersonId>) -> Vec<(&'static str, &'static str)> {
    let mut acts = Vec::new();
    if account.is_disabled() {
        return vec![("enable", "Enable")];
    }
    if me == Some(&account.person) {
        return acts;
    }
    acts.push(match account.password {
        Some(_) => ("link", "Void the password and send a link"),
        None => ("link", "Send another link"),
    });
    if account.totp.is_some() {
        acts.push(("second-step", "Take the second step away"));
    }
    match (account.reach, account.administrator) {
        (Reach::Public, _) => {}
        (Reach::House, true) => acts.push(("member", "No administrator any more")),
        (Reach::House, false) => acts.push(("administrator", "Make an administrator")),
    }
    acts.push(("disable", "Disable"));
    acts
}
