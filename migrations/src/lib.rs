//! The history of Aide-mémoire's database schema: one set of migrations for SQLite and PostgreSQL.
//! A migration that has been released is never edited; the next change is a new file here.

use sea_orm_migration::prelude::*;

mod m0001_record;
mod m0002_ledger;
mod m0003_habits;
mod m0004_bounces;
mod m0005_handover;
mod m0007_replan;
mod m0008_hold;
mod m0010_accounts;
mod m0011_work;
mod m0012_audit_chain;
mod m0013_answers;
mod m0014_finding;
mod m0015_intake;
mod m0016_mentions;
mod m0017_sightings;
mod m0018_programs;
mod tables;

pub use sea_orm_migration::{MigratorTrait, SchemaManager};

/// All migrations, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_record::Migration),
            Box::new(m0002_ledger::Migration),
            Box::new(m0003_habits::Migration),
            Box::new(m0004_bounces::Migration),
            Box::new(m0005_handover::Migration),
            Box::new(m0007_replan::Migration),
            Box::new(m0008_hold::Migration),
            Box::new(m0010_accounts::Migration),
            Box::new(m0011_work::Migration),
            Box::new(m0012_audit_chain::Migration),
            Box::new(m0013_answers::Migration),
            Box::new(m0014_finding::Migration),
            Box::new(m0015_intake::Migration),
            Box::new(m0016_mentions::Migration),
            Box::new(m0017_sightings::Migration),
            Box::new(m0018_programs::Migration),
        ]
    }
}
