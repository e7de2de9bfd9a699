//! Islands: triangles whose texture hangs together.

use std::collections::HashMap;

use super::gather::{Soup, Vertex};

impl Soup {
    /// The same with equal vertices once, without those nothing names and without triangles that have
    /// no area.
    pub(super) fn welded(self) -> Self {
        let mut known: HashMap<[u32; 13], u32> = HashMap::new();
        let mut welded = Self::default();
        for corners in self.indices.as_chunks::<3>().0 {
            let triangle = corners.map(|corner| self.vertices[corner as usize]);
            let [a, b, c] = triangle.map(|vertex| vertex.position);
            if a == b || b == c || c == a {
                continue;
            }
            for vertex in triangle {
                let next = welded.vertices.len() as u32;
                let place = *known.entry(bits(&vertex)).or_insert(next);
                if place == next {
                    welded.vertices.push(vertex);
                }
                welded.indices.push(place);
            }
        }
        welded
    }

    /// For each vertex the number of its island; and how many there are. Vertices that differ in
    /// nothing but normal or colour hang together too.
    pub(super) fn islands(&self) -> (Vec<u32>, usize) {
        let mut parent: Vec<u32> = (0..self.vertices.len() as u32).collect();
        let mut known: HashMap<[u32; 6], u32> = HashMap::new();
        for (index, vertex) in self.vertices.iter().enumerate() {
            let all = bits(vertex);
            let key = [all[0], all[1], all[2], all[6], all[7], all[12]];
            let first = *known.entry(key).or_insert(index as u32);
            join(&mut parent, first, index as u32);
        }
        for &[a, b, c] in self.indices.as_chunks::<3>().0 {
            join(&mut parent, a, b);
            join(&mut parent, a, c);
        }
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let islands = (0..self.vertices.len() as u32).map(|vertex| {
            let root = root(&mut parent, vertex);
            let next = numbers.len() as u32;
            *numbers.entry(root).or_insert(next)
        });
        let islands: Vec<u32> = islands.collect();
        (islands, numbers.len())
    }
}

fn bits(vertex: &Vertex) -> [u32; 13] {
    let Vertex {
        position: [x, y, z],
        normal: [nx, ny, nz],
        uv: [u, v],
        color: [r, g, b, a],
        surface,
    } = *vertex;
    let floats = [x, y, z, nx, ny, nz, u, v, r, g, b, a].map(|float| (float + 0.0).to_bits());
    let mut bits = [surface; 13];
    bits[..12].copy_from_slice(&floats);
    bits
}

fn root(parent: &mut [u32], mut at: u32) -> u32 {
    while parent[at as usize] != at {
        let above = parent[parent[at as usize] as usize];
        parent[at as usize] = above;
        at = above;
    }
    at
}

/// The lower root stays one.
fn join(parent: &mut [u32], a: u32, b: u32) {
    let (a, b) = (root(parent, a), root(parent, b));
    parent[a.max(b) as usize] = a.min(b);
}
