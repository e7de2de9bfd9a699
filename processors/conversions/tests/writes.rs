//! What the store is given for each answer of a large scene.

use std::collections::BTreeMap;

use bytes::Bytes;
use kernel::{AnyEvent, AnyState, Context, ErasedProcessor, Part, Position, Saved};
use model::events::conversion::{Asked, Told};

use super::{ENTITY, answer, file, plan, target};
use crate::conversions::{Conversions, Event, State};

/// The document without plan and answers, and one of a thousand shards of the answers.
const ANSWER_BYTES_MAX: usize = 4_096;
/// Between two times that it is read anew, told things.
const SOMETIMES: usize = 40;

/// An entity as a store has it, and what was written of it so far.
#[derive(Default)]
struct Stored {
    doc: Option<Bytes>,
    parts: BTreeMap<Bytes, Bytes>,
    /// Bytes of each write.
    writes: Vec<usize>,
    /// What they would be together if each were the whole state, about: every so often it is looked at.
    whole: usize,
}

impl Stored {
    fn write(&mut self, saved: Saved) {
        let parts = saved.parts.iter();
        let sizes = parts.map(|part| part.name.len() + part.doc.as_ref().map_or(0, Bytes::len));
        self.writes.push(saved.doc.len() + sizes.sum::<usize>());
        self.doc = Some(saved.doc);
        for Part { name, doc } in saved.parts {
            match doc {
                Some(doc) => self.parts.insert(name, doc),
                None => self.parts.remove(&name),
            };
        }
    }

    fn load(&self) -> AnyState {
        let parts = self.parts.iter().map(|(name, doc)| Part {
            name: name.clone(),
            doc: Some(doc.clone()),
        });
        Conversions
            .load(self.doc.as_deref(), &parts.collect::<Vec<_>>())
            .expect("it was written so")
    }
}

/// Everything that a scene of so many files is told, each written before the next is told; it is read anew now and then.
fn whole(files: usize) -> Stored {
    let names: Vec<String> = (0..files)
        .map(|n| format!("bafkreihash{n:048}_{n:016}"))
        .collect();
    let files = names.iter().enumerate();
    let files: Vec<_> = files
        .map(|(n, name)| file(&format!("models/town/house-{n}.glb"), name))
        .collect();
    let mut told = vec![
        Told::Asked(Asked {
            servers: vec!["https://peer/content".into()],
            ..Asked::default()
        }),
        plan(1, &[target("web", "gltf")], &files),
    ];
    told.extend(
        names
            .iter()
            .map(|name| answer(1, &format!("v50-gltf/{name}"), "converted")),
    );
    let mut stored = Stored::default();
    let (mut state, mut since) = (stored.load(), None);
    for (n, told) in told.into_iter().enumerate() {
        if n % SOMETIMES == 0 {
            state = stored.load();
            since = (!stored.parts.is_empty())
                .then(|| Conversions.copy(&state))
                .flatten();
        }
        let event: AnyEvent = Box::new(Event {
            entity_id: ENTITY.into(),
            told,
        });
        let context = Context {
            position: Position::new("conversion.inputs", 0, n as u64),
            timestamp: 0,
            generation: 1,
        };
        let step = ErasedProcessor::step(&Conversions, &state, &event, &context).unwrap();
        state = step.state.expect("everything told is news");
        if n % SOMETIMES == 0 {
            let whole: &State = state.downcast_ref().expect("its own state");
            stored.whole += SOMETIMES * serde_json::to_vec(whole).expect("JSON").len();
        }
        stored.write(Conversions.save(&state, since.as_ref()));
        since = Conversions.copy(&state);
    }
    stored
}

#[test]
fn an_answer_of_a_large_scene_writes_what_is_new() {
    let most = |files: usize| {
        let stored = whole(files);
        // The last one ends the scene.
        let most = *stored.writes[2..files + 1].iter().max().unwrap();
        let (all, whole) = (stored.writes.iter().sum::<usize>(), stored.whole);
        println!(
            "{files} files: {most} bytes an answer, {all} in all; about {whole} as whole states"
        );
        (most, stored)
    };
    let (_, few) = most(20);
    let (many, stored) = most(2_000);
    assert!(many < ANSWER_BYTES_MAX, "{many} bytes for an answer");
    for over in [few, stored] {
        assert_eq!(over.parts.len(), 0, "nothing stays when it is over");
    }
}
