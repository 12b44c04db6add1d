//! Parse, run, exit code: 0 done, 1 refused or failed with one clear message, 2 wrong usage.

use std::process::ExitCode;

use aide_memoire::cli::Cli;
use clap::Parser;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("aide-memoire: {error:#}");
            ExitCode::FAILURE
        }
    }
}
