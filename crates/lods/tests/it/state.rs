//! What a log says stands where.

use lods::Limits;
use lods::crdt::{CrdtError, LeftOut, SceneState, Shape, Transparency, decode, lossy};

use crate::log::{Local, Log, float, int, message, text};

fn read(log: &Log) -> SceneState {
    decode(&log.bytes, &Limits::default()).expect("a log that was made")
}

fn at(state: &SceneState, index: usize) -> [f64; 3] {
    lossy(&state.models[index].place)
        .0
        .map(|c| (c * 1e4).round() / 1e4)
}

#[test]
fn places_go_through_parents() {
    let mut log = Log::default();
    let [child, parent, grand] = [log.entity(), log.entity(), log.entity()];
    // The child first: its parents come later in the log.
    let mut local = Local::at([1.0, 0.0, 0.0]);
    local.parent = parent;
    log.transform(child, &local);
    log.model(child, "models/door.glb");
    let mut local = Local::at([0.0, 0.0, 2.0]);
    local.turn(std::f32::consts::FRAC_PI_2);
    local.parent = grand;
    log.transform(parent, &local);
    let mut local = Local::at([10.0, 1.0, 10.0]);
    local.scale = [2.0, 3.0, 4.0];
    log.transform(grand, &local);
    let state = read(&log);
    assert_eq!(state.models.len(), 1);
    assert_eq!(state.models[0].src, "models/door.glb");
    assert_eq!(state.models[0].entity, child);
    // A quarter turn takes x to -z, which the grandparent makes four times as long.
    assert_eq!(at(&state, 0), [10.0, 1.0, 10.0 + 8.0 - 4.0]);
    let (_, rotation, scale) = lossy(&state.models[0].place);
    assert!((rotation[1] - 0.5_f64.sqrt()).abs() < 1e-6, "{rotation:?}");
    let near = |a: f64, b: f64| (a - b).abs() < 1e-5;
    assert!(
        near(scale[0], 4.0) && near(scale[1], 3.0) && near(scale[2], 2.0),
        "{scale:?}"
    );
}

#[test]
fn a_missing_parent_is_the_root_and_circles_are_left_out() {
    let mut log = Log::default();
    let [orphan, a, b, below] = [log.entity(), log.entity(), log.entity(), log.entity()];
    for (entity, parent) in [(orphan, 4000), (a, b), (b, a), (below, a)] {
        let mut local = Local::at([2.0, 0.0, 0.0]);
        local.parent = parent;
        log.transform(entity, &local);
        log.model(entity, "a.glb");
    }
    let state = read(&log);
    assert_eq!(state.models.len(), 1);
    assert_eq!(at(&state, 0), [2.0, 0.0, 0.0]);
    assert_eq!(state.left_out.endless, 3);
}

#[test]
fn long_chains_of_parents_are_followed() {
    let mut log = Log::default();
    let mut parent = 0;
    for _ in 0..20_000 {
        let entity = log.entity();
        let mut local = Local::at([0.01, 0.0, 0.0]);
        local.parent = parent;
        log.transform(entity, &local);
        parent = entity;
    }
    log.model(parent, "a.glb");
    let state = read(&log);
    assert!((lossy(&state.models[0].place).0[0] - 200.0).abs() < 0.01);
}

#[test]
fn the_last_write_wins() {
    let mut log = Log::default();
    let [older, equal, gone, back, dead] = [
        log.entity(),
        log.entity(),
        log.entity(),
        log.entity(),
        log.entity(),
    ];
    log.put_at(5, older, 1041, &text(1, "new.glb"));
    log.put_at(4, older, 1041, &text(1, "old.glb"));
    log.put_at(3, equal, 1041, &text(1, "b.glb"));
    log.put_at(3, equal, 1041, &text(1, "a.glb"));
    log.put_at(1, gone, 1041, &text(1, "gone.glb"));
    log.take_off(2, gone, 1041);
    log.take_off(2, back, 1041);
    log.put_at(3, back, 1041, &text(1, "back.glb"));
    log.model(dead, "dead.glb");
    log.delete(dead);
    // Late news of the dead change nothing; the next life of the number is another entity.
    log.put_at(9, dead, 1041, &text(1, "ghost.glb"));
    log.put_at(1, dead | 1 << 16, 1041, &text(1, "next.glb"));
    let state = read(&log);
    let paths: Vec<&str> = state.models.iter().map(|model| &*model.src).collect();
    assert_eq!(paths, ["new.glb", "b.glb", "back.glb", "next.glb"]);
}

#[test]
fn what_is_carried_or_invisible_is_left_out() {
    let mut log = Log::default();
    let entities: Vec<u32> = (0..6).map(|_| log.entity()).collect();
    let parents = [1, 2, 0, entities[2], 0, entities[4]];
    for (&entity, parent) in entities.iter().zip(parents) {
        let mut local = Local::at([0.0; 3]);
        local.parent = parent;
        log.transform(entity, &local);
        log.model(entity, "a.glb");
    }
    // Only itself; and then with all below it.
    log.put(entities[2], 1081, &int(1, 0));
    log.put(entities[4], 1081, &[int(1, 0), int(2, 1)].concat());
    let state = read(&log);
    let shown: Vec<u32> = state.models.iter().map(|model| model.entity).collect();
    assert_eq!(shown, [entities[3]]);
    let want = LeftOut {
        invisible: 3,
        carried: 2,
        ..LeftOut::default()
    };
    assert_eq!(state.left_out, want);
}

#[test]
fn shapes_come_with_their_paint() {
    let mut log = Log::default();
    let entity = log.entity();
    log.shape(entity, 3);
    let color: Vec<u8> = [float(1, 1.0), float(3, 0.5), float(4, 0.25)].concat();
    let texture = message(
        1,
        &message(1, &[text(1, "images/a.png"), int(2, 0)].concat()),
    );
    log.put(
        entity,
        1017,
        &message(2, &[texture, message(7, &color)].concat()),
    );
    let state = read(&log);
    let placed = &state.shapes[0];
    let cylinder = Shape::Cylinder {
        radius_top: 0.5,
        radius_bottom: 0.5,
    };
    assert_eq!(placed.shape, cylinder);
    assert_eq!(placed.paint.color, [1.0, 0.0, 0.5, 0.25]);
    assert_eq!(placed.paint.texture.as_deref(), Some("images/a.png"));
    assert!(placed.paint.repeats);
    assert_eq!(placed.paint.transparency, Transparency::Blend);
}

#[test]
fn logs_that_cannot_be_read_say_why() {
    let mut log = Log::default();
    let entity = log.entity();
    log.model(entity, "a.glb");
    let whole = log.bytes.clone();
    let limits = Limits::default();
    let error = |bytes: &[u8], limits: &Limits| decode(bytes, limits).expect_err("no log");
    let cut = &whole[..whole.len() - 1];
    assert_eq!(error(cut, &limits), CrdtError::Truncated { at: 0 });
    let mut lies = whole.clone();
    lies[20] = 200;
    assert!(matches!(
        error(&lies, &limits),
        CrdtError::BadLength { at: 0, .. }
    ));
    let mut short = whole.clone();
    short[0] = 7;
    let want = CrdtError::BadLength { at: 0, length: 7 };
    assert_eq!(error(&short, &limits), want);
    let twice = [&whole[..], &whole].concat();
    let few = Limits {
        messages_max: 1,
        ..limits
    };
    assert_eq!(error(&twice, &few), CrdtError::TooManyMessages { max: 1 });
    let none = Limits {
        entities_max: 0,
        ..limits
    };
    assert_eq!(error(&whole, &none), CrdtError::TooManyEntities { max: 0 });
    let small = Limits {
        log_bytes_max: 10,
        ..limits
    };
    assert!(matches!(error(&whole, &small), CrdtError::TooLong { .. }));
}

#[test]
fn components_that_cannot_be_read_are_counted() {
    let mut log = Log::default();
    let [short, broken, odd] = [log.entity(), log.entity(), log.entity()];
    log.put(short, 1, &[0; 43]);
    log.model(short, "a.glb");
    log.put(broken, 1041, &[0x0a, 200, 1]);
    log.transform(odd, &Local::at([f32::NAN, 0.0, 0.0]));
    log.model(odd, "b.glb");
    // What nobody here knows is passed over.
    log.message(77, &[1, 2, 3]);
    let state = read(&log);
    assert_eq!(state.models.len(), 1);
    assert_eq!((state.left_out.unreadable, state.left_out.nowhere), (2, 1));
}
