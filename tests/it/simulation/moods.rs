//! The relay's bad moods: every fault at every step.

use std::time::Duration;

use super::dice::Dice;
use crate::support::smtp::{Fault, Script, Step};

const STEPS: [Step; 7] = [
    Step::Greeting,
    Step::Ehlo,
    Step::Mail,
    Step::Rcpt,
    Step::Data,
    Step::Content,
    Step::Rset,
];

/// A script that fails, and what it is called.
pub fn mood(dice: &mut Dice, addresses: &[String]) -> (Script, String) {
    // More often where it hurts.
    let step = if dice.chance(45) {
        Step::Content
    } else {
        dice.one_of(&STEPS)
    };
    let fault = fault(dice, step);
    let told = format!("{fault:?} at {step:?}");
    let script = Script::default();
    if dice.chance(30) && !addresses.is_empty() && !matches!(step, Step::Greeting | Step::Ehlo) {
        let whom = dice.one_of(addresses);
        let told = format!("{told} for {whom}");
        return (script.for_recipient(&whom, step, fault), told);
    }
    (script.at(step, fault), told)
}

fn fault(dice: &mut Dice, step: Step) -> Fault {
    let content = step == Step::Content;
    match dice.below(if content { 12 } else { 9 }) {
        0 | 1 => Fault::reply("451 4.3.0 try again later"),
        2 => Fault::reply("550 5.1.1 no such user"),
        3 => Fault::reply("421 4.3.2 going down"),
        4 => Fault::reply("552 5.3.4 too much"),
        5 => Fault::Stall,
        6 => Fault::Reset,
        7 => Fault::Delay(Duration::ZERO),
        8 => Fault::Drip(Duration::ZERO),
        9 | 10 => Fault::TakeThenReset,
        _ => Fault::TakeThenStall,
    }
}
