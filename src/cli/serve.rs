//! `serve`: the daemon.

use std::sync::Arc;

use anyhow::Result;

use super::{Common, block_on, open_or_create};
use crate::app::App;
use crate::clock::SystemClock;

pub fn run(common: &Common) -> Result<()> {
    let config = common.settings()?;
    let address = config.web.to_serve_on()?;
    block_on(async {
        let store = open_or_create(&config).await?;
        let place = store.place().to_owned();
        let (mode, transport) = (config.mail.mode, config.mail.transport);
        let app = App::witnessed(store, config, Arc::new(SystemClock)).await?;
        app.seals().await?;
        let listener = app.listen(address).await?;
        let live_on = app.go_live().await?;
        tracing::info!(
            database = place,
            mail.mode = %mode,
            mail.transport = ?transport,
            live_on = %live_on,
            "ready; the pages are at http://{}",
            listener.local_addr()?
        );
        if let Some(link) = app.first_link().await? {
            println!(
                "Nobody has an account yet. This link makes the first administrator; it opens once, within a day:\n\n  {link}\n"
            );
        }
        app.serve(listener).await?;
        tracing::info!("stopped");
        Ok(())
    })
}
