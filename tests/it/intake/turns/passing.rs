//! What is no promise, and what is nearly none.

use aide_memoire::domain::commitment::Strength::{Firm, Hortatory, Political};

use super::{BOTH, nothing, promised};

#[test]
fn what_goes_on_is_no_promise_and_what_is_worked_towards_is() {
    nothing("Norway continues to support the fishermen of Lamu.");
    nothing("We announce several new initiatives to strengthen our friendship.");
    nothing("The harbour grew, given our shared commitment to keep it open.");
    promised(
        "We continue to work towards a treaty on fisheries.",
        &[("We continue to work", Political, BOTH, None)],
    );
    promised(
        "President Ruto also announced that Kenya will provide $2 million for the school.",
        &[("President Ruto", Firm, &["Kenya"], None)],
    );
    promised(
        "Both expressed the need to strengthen the coast guard.",
        &[("Both expressed", Hortatory, BOTH, None)],
    );
    promised(
        "They called on their governments to continue the work on reefs.",
        &[("They called on", Hortatory, BOTH, None)],
    );
    promised(
        "They concur on the utility of acceding to the convention.",
        &[("They concur", Hortatory, BOTH, None)],
    );
    promised(
        "Norway commits to refrain from banning exports of salmon.",
        &[("Norway commits", Firm, &["Norway"], None)],
    );
    promised(
        "We will speed up the works, of which over $2 million have been paid.",
        &[("We will speed up", Political, BOTH, None)],
    );
}

#[test]
fn what_is_past_strange_or_said_of_others_is_no_promise() {
    nothing("Two years ago our nations pledged to build a harbour.");
    nothing("Norway has committed $2 million to the reefs since 2019.");
    nothing("They welcomed Acme's proposal to train divers.");
    nothing("We encourage countries beyond the region to join us.");
    nothing("Like all friends, we will sometimes disagree.");
    nothing(
        "They reaffirm that an attack would be met with a response from the international community.",
    );
    promised(
        "Norway reiterated that any attack on a ferry will be met with a swift response.",
        &[("Norway reiterated", Political, &["Norway"], None)],
    );
    promised(
        "We will never recognise the seizure of the ferry.",
        &[("We will never recognise", Political, BOTH, None)],
    );
    promised(
        "They directed both sides to review the safety of ferries.",
        &[("They directed both sides", Firm, BOTH, None)],
    );
    promised(
        "They called on their administrations to extend the ferry line.",
        &[("They called on their", Hortatory, BOTH, None)],
    );
    promised(
        "Kenya continues to consult with the Agency to develop a safer ferry.",
        &[("Kenya continues to consult", Political, &["Kenya"], None)],
    );
    promised(
        "They welcomed President Ruto's announcement that Kenya will host the Forum.",
        &[("They welcomed President", Hortatory, &["Kenya"], None)],
    );
    promised(
        "The Task Force will accelerate the dredging.",
        &[("The Task Force will", Political, BOTH, None)],
    );
}
