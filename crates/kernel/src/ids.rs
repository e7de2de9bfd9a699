//! Deterministic ids: the same cause gives the same id, however often it is processed.

use uuid::Uuid;

use crate::Position;

/// Namespace of every id derived from a log position (a random UUID, fixed for ever).
const POSITIONS: Uuid = Uuid::from_u128(0x6f2c_41de_9b0a_4c57_8e13_5a7d_20c4_91be);
/// Namespace of ids of events that came in from outside, derived from their content.
const EVENTS: Uuid = Uuid::from_u128(0x1d7e_03b9_54f6_4a28_b6c1_e90f_7a35_c842);

/// The id of the output that `processor` made of `cause` (topic, partition, offset and output index).
pub fn emit_id(processor: &str, cause: &Position) -> Uuid {
    Uuid::new_v5(&POSITIONS, format!("{processor}\n{cause}").as_bytes())
}

/// The id of output `index` that a processor without state made of the event `input`. Such a processor cannot know a
/// repetition of its input; its outputs carry the same ids as the first time, and their readers drop them by id.
pub fn derived_id(processor: &str, input: Uuid, index: u32) -> Uuid {
    Uuid::new_v5(
        &POSITIONS,
        format!("{processor}\n{input}\n{index}").as_bytes(),
    )
}

/// The id of an incoming event, from the bytes that make two events equal (its canonical JSON, say).
pub fn event_id(content: &[u8]) -> Uuid {
    Uuid::new_v5(&EVENTS, content)
}

/// The idempotency key of an effect: of its kind, its decider and its cause; no generation in it, so that a rebuild
/// asks for the same effect under the same key.
pub fn effect_key(kind: &str, decider: &str, cause: &Position) -> String {
    Uuid::new_v5(&POSITIONS, format!("{kind}\n{decider}\n{cause}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_cause_same_id_and_nothing_else_does() {
        let cause = Position::new("user.actions", 3, 9);
        assert_eq!(emit_id("badges", &cause), emit_id("badges", &cause.clone()));
        assert_ne!(emit_id("badges", &cause), emit_id("badges", &cause.at(1)));
        assert_ne!(emit_id("badges", &cause), emit_id("mails", &cause));
        assert_ne!(
            effect_key("mail", "x", &cause),
            effect_key("web", "x", &cause)
        );
    }
}
