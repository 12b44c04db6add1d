//! What happens to a world beside the steps of its daemons: its clerks work, the relay changes its
//! mood, somebody sets the clock.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use aide_memoire::acts::Actor;
use aide_memoire::acts::import::{ImportError, import};
use aide_memoire::record::SourceFile;
use chrono::TimeDelta;

use super::edits;
use super::history::History;
use super::moods;
use crate::support::smtp::Script;

impl History {
    /// A clerk edits the record and imports it, or does something else that people do.
    pub async fn somebody_works(&mut self) {
        if self.dice.chance(50) {
            self.edit().await;
        } else {
            self.act().await;
        }
    }

    pub async fn import(&mut self, record: &str) -> Result<(), ImportError> {
        let file = SourceFile {
            name: "record.toml".into(),
            text: record.into(),
            attached: BTreeMap::new(),
        };
        import(&self.clerk, &[file], &Actor::Operator, self.now()).await?;
        self.witness.look_at_the_record(&self.clerk).await;
        Ok(())
    }

    async fn edit(&mut self) {
        let today = self.now().date_naive();
        let before = self.sketch.clone();
        let Some(what) = edits::edit(&mut self.dice, today, &mut self.sketch) else {
            return;
        };
        let record = self.spoil.retold(&self.sketch).to_toml();
        match self.import(&record).await {
            Ok(()) => {
                self.edited = self.now();
                self.spoil_edit().await;
                self.say(format!("edit: {what}"));
                self.count("edits");
            }
            Err(ImportError::Problems(problems)) => {
                self.sketch = before;
                self.say(format!("refused: {what}: {problems}"));
                self.count("refused edits");
            }
            Err(error) => {
                self.sketch = before;
                let failed = format!("an import failed: {error}");
                self.outcome.violations.push(failed);
            }
        }
    }

    pub fn change_mood(&mut self) {
        let well = self.dice.chance(50);
        self.cut
            .store(!well && self.dice.chance(15), Ordering::Relaxed);
        let addresses: Vec<String> = self
            .sketch
            .desks
            .iter()
            .filter_map(|d| d.email.clone())
            .chain(self.sketch.people.iter().filter_map(|p| p.email.clone()))
            .collect();
        let (script, told) = if well {
            (Script::default(), "well".to_owned())
        } else {
            moods::mood(&mut self.dice, &addresses)
        };
        self.relay.set(|s| *s = script);
        self.say(format!("relay: {told}"));
        self.count("moods");
    }

    pub fn set_the_clock(&mut self) {
        let hours = self
            .dice
            .one_of(&[-200, -72, -30, -20, -3, -1, 2, 26, 80, 300]);
        self.clocks.jump(TimeDelta::hours(hours));
        self.witness.forget_handovers();
        self.say(format!("the clock is set by {hours} hours"));
        self.count("clock jumps");
    }
}
