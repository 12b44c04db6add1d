//! `user`: accounts at the command line of the machine: for the first days, and for whoever locked
//! everybody out.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::{Common, block_on, open_or_create};
use crate::acts::Actor;
use crate::acts::accounts::inviting::{By, Invitation, Made};
use crate::acts::accounts::{AccountError, Field, Keeper};
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, TransportKind};
use crate::domain::account::{Account, Reach};
use crate::domain::desk::EmailAddress;
use crate::domain::notice::MailMode;
use crate::doors::password::Passwords;
use crate::entropy::SystemEntropy;
use crate::store::Store;
use crate::wording;

#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Invite somebody: an account, and a link by which they choose a password
    Add(Add),
    /// List the accounts
    List,
    /// Let nobody sign in with an account any more, and end its sessions
    Disable(Whose),
    /// Let somebody sign in again
    Enable(Whose),
    /// Void a password; a link lets its holder choose another
    ResetPassword(Reset),
    /// Make somebody an administrator, or with --no an ordinary member again
    Administrator(Rights),
}

#[derive(Debug, Args)]
struct Add {
    /// The address they sign in with
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// Their name, as the record is to have it; whoever has the address on record keeps theirs
    #[arg(long, value_name = "NAME", default_value = "")]
    name: String,
    /// They run the installation
    #[arg(long, conflicts_with = "guest")]
    administrator: bool,
    /// They are from outside, and read what is public
    #[arg(long)]
    guest: bool,
    /// Send the link in a letter instead of printing it
    #[arg(long)]
    mail: bool,
}

#[derive(Debug, Args)]
struct Whose {
    /// The address they sign in with
    #[arg(value_name = "ADDRESS")]
    address: String,
}

#[derive(Debug, Args)]
struct Reset {
    #[command(flatten)]
    whose: Whose,
    /// Take the second step away, too: for whoever lost the telephone and the codes
    #[arg(long)]
    second_step: bool,
    /// Send the link in a letter instead of printing it
    #[arg(long)]
    mail: bool,
}

#[derive(Debug, Args)]
struct Rights {
    #[command(flatten)]
    whose: Whose,
    /// An administrator no more
    #[arg(long)]
    no: bool,
}

impl User {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let store = open_or_create(&config).await?;
            let keeper = Keeper {
                store,
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy),
                passwords: Passwords::default(),
                limits: config.sign_in.limits(),
                seals: None,
            };
            match self.act {
                Act::Add(add) => add.run(&keeper, &config).await,
                Act::List => list(&keeper.store).await,
                Act::Disable(whose) => {
                    let account = whose.account(&keeper.store).await?;
                    keeper.disable(&Actor::Operator, &account.person).await?;
                    println!("{} is disabled, and signed in nowhere.", account.email);
                    Ok(())
                }
                Act::Enable(whose) => {
                    let account = whose.account(&keeper.store).await?;
                    keeper.enable(&Actor::Operator, &account.person).await?;
                    println!("{} is enabled.", account.email);
                    Ok(())
                }
                Act::ResetPassword(reset) => reset.run(&keeper, &config).await,
                Act::Administrator(rights) => rights.run(&keeper).await,
            }
        })
    }
}

impl Add {
    async fn run(self, keeper: &Keeper, config: &Config) -> Result<()> {
        let by = by(self.mail, config)?;
        let invitation = Invitation {
            name: self.name,
            email: self.address.clone(),
            reach: match self.guest {
                true => Reach::Public,
                false => Reach::House,
            },
            administrator: self.administrator,
        };
        let made = keeper.invite(&Actor::Operator, &invitation, by).await;
        let made = made.map_err(|error| match error {
            AccountError::Refused {
                field: Field::Name,
                words,
            } => anyhow::anyhow!("{words} Give it as --name NAME."),
            other => other.into(),
        })?;
        println!("{} has an account, as `{}`.", self.address, made.person);
        tell(&made, config);
        Ok(())
    }
}

impl Reset {
    async fn run(self, keeper: &Keeper, config: &Config) -> Result<()> {
        let by = by(self.mail, config)?;
        let account = self.whose.account(&keeper.store).await?;
        let person = &account.person;
        if self.second_step {
            keeper.take_second_step(&Actor::Operator, person).await?;
        }
        let made = keeper.invite_again(&Actor::Operator, person, by).await?;
        println!("The password of {} is void.", account.email);
        tell(&made, config);
        Ok(())
    }
}

impl Rights {
    async fn run(self, keeper: &Keeper) -> Result<()> {
        let account = self.whose.account(&keeper.store).await?;
        keeper
            .set_administrator(&Actor::Operator, &account.person, !self.no)
            .await?;
        let what = if self.no {
            "no administrator"
        } else {
            "an administrator"
        };
        println!("{} is {what} from now on.", account.email);
        Ok(())
    }
}

/// Mail goes out with the daemon or `remind`, and only to whom it is for.
fn by(mail: bool, config: &Config) -> Result<By> {
    if !mail {
        return Ok(By::Hand);
    }
    if config.mail.transport == TransportKind::Mailbox || config.mail.mode != MailMode::Live {
        bail!(
            "mail does not leave to its readers at the moment (mail.transport, mail.mode); without --mail the link is printed, to be handed over"
        );
    }
    Ok(By::Mail)
}

fn tell(made: &Made, config: &Config) {
    let url = config.web.public_url.trim_end_matches('/');
    match &made.word {
        Some(word) => println!(
            "Hand over this link; it opens once, and lets them choose a password:\n\n  {url}/link/{}",
            word.reveal()
        ),
        None => println!("A letter with a link goes out with the daemon's next delivery."),
    }
}

impl Whose {
    async fn account(&self, store: &Store) -> Result<Account> {
        let email = EmailAddress::parse(self.address.trim())?;
        let account = store.read().await?.account_of(&email).await?;
        account.with_context(|| {
            format!("nobody has an account with the address {email}; `aide-memoire user list` shows them")
        })
    }
}

async fn list(store: &Store) -> Result<()> {
    let snapshot = store.read().await?;
    let directory = snapshot.directory().await?;
    let invited = snapshot.open_invitations(SystemClock.real_now()).await?;
    let accounts = snapshot.accounts().await?;
    if accounts.is_empty() {
        println!(
            "Nobody has an account. `aide-memoire serve` prints a link that makes the first administrator."
        );
    }
    for account in accounts {
        let name = directory.people.get(&account.person);
        let name = name.map_or(account.person.as_str(), |p| p.name.as_str());
        let kind = match (account.reach, account.administrator) {
            (Reach::Public, _) => "guest",
            (Reach::House, true) => "administrator",
            (Reach::House, false) => "member",
        };
        let link = invited
            .iter()
            .find(|l| l.person.as_ref() == Some(&account.person));
        let state = match (account.disabled_at, &account.password, link) {
            (Some(since), ..) => format!("disabled since {}", wording::day(since.date_naive())),
            (None, Some(_), _) => "in use".to_owned(),
            (None, None, Some(link)) => {
                format!(
                    "invited until {}",
                    wording::day(link.expires_at.date_naive())
                )
            }
            (None, None, None) if account.oidc.is_some() => "in use".to_owned(),
            (None, None, None) => "without a password".to_owned(),
        };
        println!(
            "{}\t{}\t{kind}\t{state}\t{name}",
            account.email, account.person
        );
    }
    Ok(())
}
