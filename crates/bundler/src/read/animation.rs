//! Clips.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::document::Document;
use super::fields::Fields;
use super::{ReadError, broken};
use crate::model::{Animation, Channel, Interpolation, Model, Path};

pub(super) fn read(document: &Document<'_>, model: &Model) -> Result<Vec<Animation>, ReadError> {
    let mut keys = Keys {
        document,
        known: BTreeMap::new(),
    };
    let animations = document.json.list("animations").iter();
    animations
        .map(|json| {
            let samplers = json.list("samplers");
            let mut channels = Vec::new();
            for channel in json.list("channels") {
                channels.extend(keys.channel(channel, samplers, model)?);
            }
            Ok(Animation {
                name: json.name(),
                channels,
                annotations: json.annotations(),
            })
        })
        .collect()
}

/// Floats of accessors that were read already: tracks share their times.
struct Keys<'d, 'a> {
    document: &'d Document<'a>,
    known: BTreeMap<usize, Arc<[f32]>>,
}

impl Keys<'_, '_> {
    fn floats(&mut self, accessor: usize) -> Result<Arc<[f32]>, ReadError> {
        if let Some(floats) = self.known.get(&accessor) {
            return Ok(floats.clone());
        }
        let floats: Arc<[f32]> = self.document.scalars(accessor)?.into();
        self.known.insert(accessor, floats.clone());
        Ok(floats)
    }

    /// `None` of a track that moves nothing known.
    fn channel(
        &mut self,
        json: &Value,
        samplers: &[Value],
        model: &Model,
    ) -> Result<Option<Channel>, ReadError> {
        let Some(target) = json.get("target") else {
            return Ok(None);
        };
        let Some(node) = target.index("node", model.nodes.len())? else {
            return Ok(None);
        };
        let path = match target.text("path") {
            Some("translation") => Path::Translation,
            Some("rotation") => Path::Rotation,
            Some("scale") => Path::Scale,
            Some("weights") => Path::Weights,
            _ => return Ok(None),
        };
        let sampler = json.index("sampler", samplers.len())?;
        let sampler = &samplers[sampler.ok_or_else(|| broken("a track without a sampler"))?];
        let accessors = self.document.json.list("accessors").len();
        let accessor = |name| {
            let accessor = sampler.index(name, accessors)?;
            accessor.ok_or_else(|| broken(format!("a sampler without {name}")))
        };
        let interpolation = match sampler.text("interpolation") {
            Some("STEP") => Interpolation::Step,
            Some("CUBICSPLINE") => Interpolation::CubicSpline,
            _ => Interpolation::Linear,
        };
        let times = self.floats(accessor("input")?)?;
        let values = self.floats(accessor("output")?)?;
        let width = match path {
            Path::Translation | Path::Scale => 3,
            Path::Rotation => 4,
            Path::Weights => target_count(model, node),
        };
        if width == 0 || times.is_empty() {
            return Ok(None);
        }
        let channel = Channel {
            node,
            path,
            interpolation,
            times,
            width,
            values,
        };
        checked(channel).map(Some)
    }
}

fn target_count(model: &Model, node: usize) -> usize {
    let mesh = model.nodes[node].mesh.map(|mesh| &model.meshes[mesh]);
    let first = mesh.and_then(|mesh| mesh.primitives.first());
    first.map_or(0, |p| model.geometries[p.geometry].targets.len())
}

/// Keys in order, and as many values as they need; keys that go back in time are left out.
fn checked(mut channel: Channel) -> Result<Channel, ReadError> {
    let per_key = channel.width
        * match channel.interpolation {
            Interpolation::CubicSpline => 3,
            Interpolation::Step | Interpolation::Linear => 1,
        };
    let keys = channel.times.len();
    if channel.values.len() / per_key < keys {
        let have = channel.values.len();
        return Err(broken(format!("a track of {keys} keys has {have} values")));
    }
    if channel.values.len() != keys * per_key {
        channel.values = channel.values[..keys * per_key].into();
    }
    if channel.times.is_sorted_by(|a, b| a < b) {
        return Ok(channel);
    }
    let (mut times, mut values) = (Vec::new(), Vec::new());
    for (key, &time) in channel.times.iter().enumerate() {
        if times.last().is_none_or(|&last| time > last) {
            times.push(time);
            values.extend_from_slice(&channel.values[key * per_key..(key + 1) * per_key]);
        }
    }
    channel.times = times.into();
    channel.values = values.into();
    Ok(channel)
}
