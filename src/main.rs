//! Parse, run, exit code: 0 done, 1 refused or failed with one clear message, 2 wrong usage; 75 where
//! a mail server is to hand its message over again later.

use std::process::ExitCode;

use aide_memoire::cli::{Cli, TryLater, WrongUsage};
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aide-memoire: {error:#}");
            if error.is::<TryLater>() {
                ExitCode::from(TryLater::EXIT_CODE)
            } else if error.is::<WrongUsage>() {
                ExitCode::from(WrongUsage::EXIT_CODE)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
