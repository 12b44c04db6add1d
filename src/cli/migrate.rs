//! `migrate`: brings the database up to date.

use anyhow::Result;

use super::{Common, block_on, unfit};
use crate::clock::{Clock, SystemClock};
use crate::store::{SchemaState, Store};

pub fn run(common: &Common) -> Result<()> {
    let config = common.settings()?;
    block_on(async {
        let store = Store::open(config.database.url.reveal()).await?;
        match store.schema().await? {
            SchemaState::Current => println!("The database is up to date already."),
            state @ SchemaState::Newer(_) => return Err(unfit(&store, &state)),
            SchemaState::Empty | SchemaState::Behind(_) => {
                store.migrate(SystemClock.real_now()).await?;
                println!("The database is up to date.");
            }
        }
        Ok(())
    })
}
