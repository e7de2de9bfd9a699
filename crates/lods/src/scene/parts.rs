//! Parts: what is opaque, what is cut out, what is transparent, each with its share of triangles.

use super::gather::{Soup, cross, length};
use super::surface::{Look, Surface};

/// Triangles of one look.
pub(super) struct Part {
    pub(super) look: Look,
    pub(super) double_sided: bool,
    pub(super) soup: Soup,
}

/// The parts of a soup that has any, and how many triangles each may keep of `target`.
pub(super) fn split(soup: Soup, surfaces: &[Surface], target: usize) -> Vec<(Part, usize)> {
    let looks = [Look::Opaque, Look::Cutout, Look::Transparent];
    let parts = looks.map(|look| {
        let of = |corners: &[u32; 3]| {
            let surface = soup.vertices[corners[0] as usize].surface;
            surfaces[surface as usize]
        };
        let own = soup.indices.as_chunks::<3>().0.iter();
        let own: Vec<&[u32; 3]> = own.filter(|corners| of(corners).look == look).collect();
        Part {
            look,
            double_sided: own.iter().any(|corners| of(corners).double_sided),
            soup: Soup {
                // Welding drops the vertices of the others.
                vertices: soup.vertices.clone(),
                indices: own.into_iter().flatten().copied().collect(),
            }
            .welded(),
        }
    });
    drop(soup);
    let parts = parts
        .into_iter()
        .filter(|part| !part.soup.indices.is_empty());
    let parts: Vec<Part> = parts.collect();
    let targets = shares(&parts, target);
    parts.into_iter().zip(targets).collect()
}

/// By area and by number of triangles, half each. Who needs less than that leaves it to the others.
fn shares(parts: &[Part], target: usize) -> Vec<usize> {
    let area = |part: &Part| -> f64 {
        let triangles = part.soup.triangles();
        let areas = triangles.map(|t| f64::from(length(cross(t.map(|v| v.position)))));
        areas.sum()
    };
    let areas: Vec<f64> = parts.iter().map(area).collect();
    let counts: Vec<usize> = parts
        .iter()
        .map(|part| part.soup.triangle_count())
        .collect();
    let (all, many) = (areas.iter().sum::<f64>(), counts.iter().sum::<usize>());
    let weight = |at: usize| {
        let by_area = areas[at] / all.max(f64::MIN_POSITIVE);
        let by_count = counts[at] as f64 / many.max(1) as f64;
        (by_area + by_count) / 2.0
    };
    let mut given = vec![None; parts.len()];
    loop {
        let left = target - given.iter().flatten().sum::<usize>().min(target);
        let open = (0..parts.len()).filter(|&at| given[at].is_none());
        let open: Vec<usize> = open.collect();
        let weights: f64 = open.iter().map(|&at| weight(at)).sum();
        let share = |at: usize| {
            let share = weight(at) / weights.max(f64::MIN_POSITIVE) * left as f64;
            share as usize
        };
        let content: Vec<usize> = open
            .iter()
            .copied()
            .filter(|&at| counts[at] <= share(at))
            .collect();
        if content.is_empty() {
            let rest: Vec<(usize, usize)> = open.iter().map(|&at| (at, share(at))).collect();
            rest.into_iter()
                .for_each(|(at, share)| given[at] = Some(share));
            break;
        }
        content
            .into_iter()
            .for_each(|at| given[at] = Some(counts[at]));
    }
    given.into_iter().map(Option::unwrap_or_default).collect()
}
