//! Clips of the legacy player.

use super::assembly::{Layout, Objects};
use super::class;
use super::mesh::flip;
use crate::value::{Draft, Value};
use crate::{Error, Result};

/// A motion.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clip {
    /// The animation's name; the client plays it by that.
    pub name: String,
    /// What moves, in the order of glTF's channels.
    pub curves: Vec<Curve>,
}

/// One property of one node over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Which node.
    pub node: usize,
    /// Seconds, rising.
    pub times: Vec<f32>,
    /// What is between keys.
    pub interpolation: Interpolation,
    /// Values: one for each time, or in cubic curves three: tangent before, value, tangent after.
    pub track: Track,
}

/// What is between two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "glTF's own names")]
pub enum Interpolation {
    Linear,
    Step,
    CubicSpline,
}

/// Values of a curve, in glTF's conventions.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Track {
    Translation(Vec<[f32; 3]>),
    Rotation(Vec<[f32; 4]>),
    Scale(Vec<[f32; 3]>),
    /// Of one morph target, by its name.
    Weight {
        target: String,
        values: Vec<f32>,
    },
}

/// Under this the slope between two keys is infinite.
const TIME_STEP_MIN: f32 = 1e-5;
const SAMPLE_RATE: f32 = 60.0;
const WRAP_LOOP: i32 = 2;
const INFINITY_LOOP: i32 = 2;
const ROTATION_ORDER: i32 = 4;
const WEIGHTED_BOTH: i32 = 3;

/// A key of a curve of `N` numbers.
struct Key<const N: usize> {
    time: f32,
    value: [f32; N],
    slope_in: [f32; N],
    slope_out: [f32; N],
}

/// Keys in Unity's conventions; `cubic` when tangents are given.
struct Keys<const N: usize> {
    keys: Vec<Key<N>>,
    is_cubic: bool,
}

impl Curve {
    fn keys<const N: usize>(
        &self,
        values: &[[f32; N]],
        mirror: impl Fn([f32; N]) -> [f32; N],
    ) -> Result<Keys<N>> {
        let is_cubic = self.interpolation == Interpolation::CubicSpline;
        let each = if is_cubic { 3 } else { 1 };
        if values.len() != self.times.len() * each {
            let text = format!("{} values for {} times", values.len(), self.times.len());
            return Err(Error::invalid("curve", text));
        }
        let mut keys: Vec<Key<N>> = Vec::new();
        for (time, group) in self.times.iter().zip(values.chunks(each)) {
            if keys.last().is_some_and(|last| *time <= last.time) {
                continue;
            }
            let [before, value, after] = match group {
                [before, value, after] => [*before, *value, *after].map(&mirror),
                [value] => match self.interpolation {
                    Interpolation::Step => [[f32::INFINITY; N], mirror(*value), [0.0; N]],
                    _ => [[0.0; N], mirror(*value), [0.0; N]],
                },
                _ => unreachable!("groups are of one or three"),
            };
            keys.push(Key {
                time: *time,
                value,
                slope_in: before,
                slope_out: after,
            });
        }
        Ok(Keys { keys, is_cubic })
    }
}

/// Slopes between keys, where they are straight.
fn straighten<const N: usize>(keys: &mut [Key<N>]) {
    for at in 1..keys.len() {
        let (before, after) = (&keys[at - 1], &keys[at]);
        let seconds = after.time - before.time;
        let mut slope = [0.0; N];
        for (number, slope) in slope.iter_mut().enumerate() {
            let change = after.value[number] - before.value[number];
            *slope = if seconds >= TIME_STEP_MIN {
                change / seconds
            } else if change < 0.0 {
                f32::NEG_INFINITY
            } else {
                f32::INFINITY
            };
        }
        keys[at - 1].slope_out = slope;
        keys[at].slope_in = slope;
    }
}

/// Turns rotations that are more than half a turn from the one before to their negative, which is the same rotation.
fn shorten(keys: &mut [Key<4>]) {
    for at in 1..keys.len() {
        let before = keys[at - 1].value;
        let key = &mut keys[at];
        let dot: f32 = before.iter().zip(key.value).map(|(a, b)| a * b).sum();
        if dot < 0.0 {
            for list in [&mut key.value, &mut key.slope_in, &mut key.slope_out] {
                *list = list.map(|number| -number);
            }
        }
    }
}

fn set_numbers<const N: usize>(key: &mut Draft<'_>, path: &str, numbers: [f32; N]) -> Result<()> {
    if N == 1 {
        key.set(path, numbers[0])?;
        return Ok(());
    }
    for (axis, number) in ["x", "y", "z", "w"].iter().zip(numbers) {
        key.set(&format!("{path}.{axis}"), number)?;
    }
    Ok(())
}

/// An entry of the list at `list`, with these keys.
fn entry<'a, const N: usize>(
    object: &Draft<'a>,
    list: &str,
    path: &str,
    keys: &Keys<N>,
) -> Result<Draft<'a>> {
    let mut entry = object.element(list)?;
    entry.set("path", path)?;
    entry.set("curve.m_PreInfinity", INFINITY_LOOP)?;
    entry.set("curve.m_PostInfinity", INFINITY_LOOP)?;
    entry.set("curve.m_RotationOrder", ROTATION_ORDER)?;
    let mut values = Vec::new();
    for key in &keys.keys {
        let mut draft = entry.element("curve.m_Curve")?;
        draft.set("time", key.time)?;
        set_numbers(&mut draft, "value", key.value)?;
        set_numbers(&mut draft, "inSlope", key.slope_in)?;
        set_numbers(&mut draft, "outSlope", key.slope_out)?;
        if keys.is_cubic {
            draft.set("weightedMode", WEIGHTED_BOTH)?;
            set_numbers(&mut draft, "inWeight", [0.5; N])?;
            set_numbers(&mut draft, "outWeight", [0.5; N])?;
        }
        values.push(draft.done());
    }
    entry.set("curve.m_Curve", values)?;
    Ok(entry)
}

/// The four lists of curves of a clip.
#[derive(Default)]
struct Lists {
    rotations: Vec<Value>,
    positions: Vec<Value>,
    scales: Vec<Value>,
    floats: Vec<Value>,
}

impl Lists {
    fn add(&mut self, curve: &Curve, path: &str, object: &Draft<'_>) -> Result<()> {
        let is_straight = curve.interpolation == Interpolation::Linear;
        match &curve.track {
            Track::Translation(values) => {
                let mut keys = curve.keys(values, flip)?;
                if is_straight {
                    straighten(&mut keys.keys);
                }
                self.positions
                    .push(entry(object, "m_PositionCurves", path, &keys)?.done());
            }
            Track::Rotation(values) => {
                let mut keys = curve.keys(values, |[x, y, z, w]| [x, -y, -z, w])?;
                shorten(&mut keys.keys);
                if is_straight {
                    straighten(&mut keys.keys);
                }
                self.rotations
                    .push(entry(object, "m_RotationCurves", path, &keys)?.done());
            }
            Track::Scale(values) => {
                let mut keys = curve.keys(values, |scale| scale)?;
                if is_straight {
                    straighten(&mut keys.keys);
                }
                self.scales
                    .push(entry(object, "m_ScaleCurves", path, &keys)?.done());
            }
            Track::Weight { target, values } => {
                let values: Vec<[f32; 1]> = values.iter().map(|value| [*value]).collect();
                let mut keys = curve.keys(&values, |weight| weight)?;
                if is_straight {
                    straighten(&mut keys.keys);
                }
                let mut entry = entry(object, "m_FloatCurves", path, &keys)?;
                entry.set("attribute", &*format!("blendShape.{target}"))?;
                entry.set("classID", class::SKINNED_MESH_RENDERER)?;
                self.floats.push(entry.done());
            }
        }
        Ok(())
    }
}

/// Adds a clip. `path` gives a node's place below the animated root; curves of nodes without one are left out.
pub(super) fn add_clip(
    path_id: i64,
    clip: &Clip,
    path: impl Fn(usize) -> Option<String>,
    layout: &Layout,
    objects: &mut Objects,
) -> Result<()> {
    let mut object = layout.draft(class::ANIMATION_CLIP)?;
    let mut lists = Lists::default();
    for curve in &clip.curves {
        if let Some(path) = path(curve.node) {
            lists.add(curve, &path, &object)?;
        }
    }
    object.set("m_Name", &*clip.name)?;
    object.set("m_Legacy", true)?;
    object.set("m_UseHighQualityCurve", true)?;
    object.set("m_RotationCurves", lists.rotations)?;
    object.set("m_PositionCurves", lists.positions)?;
    object.set("m_ScaleCurves", lists.scales)?;
    object.set("m_FloatCurves", lists.floats)?;
    object.set("m_SampleRate", SAMPLE_RATE)?;
    object.set("m_WrapMode", WRAP_LOOP)?;
    set_muscles(&mut object)?;
    objects.add(path_id, class::ANIMATION_CLIP, object)
}

/// The part for the other player, as Unity fills it where it is not used.
fn set_muscles(object: &mut Draft<'_>) -> Result<()> {
    let lists = [
        ("m_DeltaPose.m_GoalArray", 4),
        ("m_DeltaPose.m_LeftHandPose.m_DoFArray", 20),
        ("m_DeltaPose.m_RightHandPose.m_DoFArray", 20),
        ("m_DeltaPose.m_DoFArray", 55),
        ("m_DeltaPose.m_TDoFArray", 21),
    ];
    for (list, count) in lists {
        let list = format!("m_MuscleClip.{list}");
        let element = object.element(&list)?.done();
        object.set(&list, vec![element; count])?;
    }
    object.set("m_MuscleClip.m_IndexArray", vec![Value::I32(-1); 200])?;
    object.set("m_MuscleClip.m_StopTime", 1.0_f32)?;
    object.set("m_MuscleClip.m_StartAtOrigin", true)?;
    object.set("m_MuscleClip.m_KeepOriginalPositionY", true)?;
    object.change(rest);
    Ok(())
}

/// Every transform in a value becomes the one that changes nothing.
fn rest(value: &mut Value) {
    let is_transform = ["t", "q", "s"]
        .iter()
        .all(|field| value.get(field).is_some());
    if is_transform {
        let ones = [("q", "w"), ("s", "x"), ("s", "y"), ("s", "z")];
        for (field, axis) in ones {
            if let Some(number) = value.get_mut(field).and_then(|field| field.get_mut(axis)) {
                *number = Value::F32(1.0);
            }
        }
        return;
    }
    match value {
        Value::Struct(fields) => fields.iter_mut().for_each(|(_, field)| rest(field)),
        Value::List(elements) => elements.iter_mut().for_each(rest),
        _ => {}
    }
}
