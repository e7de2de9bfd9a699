//! Choices to bits: the palettes, the tables of codes and the slices of a BasisLZ texture.
//!
//! The format is that of KTX 2.0, "BasisLZ/ETC1S LZ Bitstream", and of the Basis Universal
//! documents it rests on.

use super::bits::{BitWriter, Huffman};
use super::block::{Endpoint, Selectors};
use super::endpoints::{self, Source};
use super::history::HISTORY;
use super::selectors::{self, Name};
use super::{Encoded, Slice};

/// Repeats the last four sources.
const REPEAT_SOURCES: u32 = 256;
const SOURCE_RUN_MIN: u32 = 3;
/// A run of the front of the history.
const RUN_MIN: u32 = 3;
const RUN_SYMBOLS: u32 = 64;

/// One thing a slice says; each kind but the last two has a code of its own.
#[derive(Debug, Clone, Copy)]
enum Symbol {
    Sources(u32),
    Delta(u32),
    Selector(u32),
    Run(u32),
    /// A number in groups of 4 bits.
    Variable4(u32),
    /// A number in groups of 7 bits.
    Variable7(u32),
}

/// All of a texture's bits.
pub(super) fn write(
    endpoints: &endpoints::Choice,
    selectors: &selectors::Choice,
    slices: &[Slice],
) -> Encoded {
    let said: Vec<Vec<Symbol>> = slices
        .iter()
        .map(|slice| symbols(endpoints, selectors, slice))
        .collect();
    let patterns = selectors.palette.len();
    let mut counts = [
        vec![0_u32; REPEAT_SOURCES as usize + 1],
        vec![0; endpoints.palette.len()],
        vec![0; patterns + HISTORY + 1],
        vec![0; RUN_SYMBOLS as usize],
    ];
    for symbol in said.iter().flatten() {
        if let Some((code, value)) = coded(*symbol) {
            counts[code][value] += 1;
        }
    }
    let codes = counts.map(|counts| Huffman::new(&counts));
    let mut tables = BitWriter::default();
    codes.iter().for_each(|code| code.put_table(&mut tables));
    tables.put(HISTORY as u32, 13);
    Encoded {
        endpoint_count: endpoints.palette.len() as u16,
        selector_count: patterns as u16,
        endpoints: write_endpoints(&endpoints.palette),
        selectors: write_selectors(&selectors.palette),
        tables: tables.finish(),
        slices: said
            .iter()
            .map(|symbols| write_slice(symbols, &codes))
            .collect(),
    }
}

fn coded(symbol: Symbol) -> Option<(usize, usize)> {
    match symbol {
        Symbol::Sources(value) => Some((0, value as usize)),
        Symbol::Delta(value) => Some((1, value as usize)),
        Symbol::Selector(value) => Some((2, value as usize)),
        Symbol::Run(value) => Some((3, value as usize)),
        Symbol::Variable4(_) | Symbol::Variable7(_) => None,
    }
}

fn write_slice(symbols: &[Symbol], codes: &[Huffman; 4]) -> Vec<u8> {
    let mut out = BitWriter::default();
    for symbol in symbols {
        match (coded(*symbol), symbol) {
            (Some((code, value)), _) => codes[code].put(value, &mut out),
            (None, Symbol::Variable4(value)) => out.put_variable(*value, 4),
            (None, Symbol::Variable7(value)) => out.put_variable(*value, 7),
            (None, _) => unreachable!("every other symbol has a code"),
        }
    }
    out.finish()
}

/// What one slice says, in order. Sources come for 2 × 2 blocks before the first of them.
fn symbols(
    endpoints: &endpoints::Choice,
    selectors: &selectors::Choice,
    slice: &Slice,
) -> Vec<Symbol> {
    let mut said = Vec::with_capacity(slice.across * slice.down);
    let groups = source_groups(endpoints, slice);
    let mut group = 0;
    let mut source_run = 0;
    let mut last_group = 0;
    let mut last_endpoint = 0;
    let mut selector_run = 0;
    let entries = endpoints.palette.len() as u32;
    for place in 0..slice.across * slice.down {
        let (x, y) = (place % slice.across, place / slice.across);
        if x % 2 == 0 && y % 2 == 0 {
            if source_run > 0 {
                source_run -= 1;
            } else {
                let run = groups[group..]
                    .iter()
                    .take_while(|g| **g == last_group)
                    .count() as u32;
                if run >= SOURCE_RUN_MIN {
                    said.push(Symbol::Sources(REPEAT_SOURCES));
                    said.push(Symbol::Variable4(run - SOURCE_RUN_MIN));
                    source_run = run - 1;
                } else {
                    said.push(Symbol::Sources(groups[group]));
                    last_group = groups[group];
                }
            }
            group += 1;
        }
        let here = slice.first + place;
        let endpoint = u32::from(endpoints.indices[here]);
        if endpoints.sources[here] == Source::Palette {
            said.push(Symbol::Delta(
                (endpoint + entries - last_endpoint) % entries,
            ));
        }
        last_endpoint = endpoint;
        if selector_run > 0 {
            selector_run -= 1;
        } else {
            let rest = &selectors.names[here..slice.first + slice.across * slice.down];
            selector_run = say_selector(rest, selectors.palette.len() as u32, &mut said);
        }
    }
    said
}

/// Names the first block's pattern, or a run of the front of the history; how many blocks after
/// the first are named with it.
fn say_selector(names: &[Name], patterns: u32, said: &mut Vec<Symbol>) -> u32 {
    let front = Name::Recent(0);
    match names[0] {
        Name::Entry(entry) => said.push(Symbol::Selector(u32::from(entry))),
        Name::Recent(0) => {
            let run = names.iter().take_while(|name| **name == front).count() as u32;
            if run >= RUN_MIN {
                said.push(Symbol::Selector(patterns + HISTORY as u32));
                let over = run - RUN_MIN;
                said.push(Symbol::Run(over.min(RUN_SYMBOLS - 1)));
                if over >= RUN_SYMBOLS - 1 {
                    said.push(Symbol::Variable7(over));
                }
                return run - 1;
            }
            said.push(Symbol::Selector(patterns));
        }
        Name::Recent(place) => said.push(Symbol::Selector(patterns + u32::from(place))),
    }
    0
}

/// The sources of 2 × 2 blocks, two bits each. Blocks beyond the edge repeat those within, which
/// makes runs likely.
fn source_groups(endpoints: &endpoints::Choice, slice: &Slice) -> Vec<u32> {
    let mut groups = Vec::with_capacity(slice.across.div_ceil(2) * slice.down.div_ceil(2));
    for y in (0..slice.down).step_by(2) {
        for x in (0..slice.across).step_by(2) {
            let source = |dx: usize, dy: usize| {
                let (x, y) = ((x + dx).min(slice.across - 1), (y + dy).min(slice.down - 1));
                endpoints.sources[slice.first + y * slice.across + x] as u32
            };
            groups.push(source(0, 0) | source(1, 0) << 2 | source(0, 1) << 4 | source(1, 1) << 6);
        }
    }
    groups
}

/// Which of three codes a colour's difference has: by the colour before it.
fn colour_code(previous: u8) -> usize {
    match previous {
        0..=9 => 0,
        10..=21 => 1,
        _ => 2,
    }
}

fn write_endpoints(palette: &[Endpoint]) -> Vec<u8> {
    let grey = palette
        .iter()
        .all(|entry| entry.colour.iter().all(|c| *c == entry.colour[0]));
    let channels = if grey { 1 } else { 3 };
    let mut colours = [[0_u32; 32]; 3];
    let mut tables = [0_u32; 8];
    let each = |act: &mut dyn FnMut(usize, Option<usize>)| {
        let mut previous = Endpoint {
            colour: [16; 3],
            table: 0,
        };
        for entry in palette {
            act(
                usize::from(entry.table.wrapping_sub(previous.table) & 7),
                None,
            );
            for channel in 0..channels {
                let before = previous.colour[channel];
                let difference = entry.colour[channel].wrapping_sub(before) & 31;
                act(usize::from(difference), Some(colour_code(before)));
            }
            previous = *entry;
        }
    };
    each(&mut |value, code| match code {
        Some(code) => colours[code][value] += 1,
        None => tables[value] += 1,
    });
    let colours = colours.map(|counts| Huffman::new(&counts));
    let tables = Huffman::new(&tables);
    let mut out = BitWriter::default();
    colours
        .iter()
        .chain([&tables])
        .for_each(|code| code.put_table(&mut out));
    out.put(u32::from(grey), 1);
    each(&mut |value, code| match code {
        Some(code) => colours[code].put(value, &mut out),
        None => tables.put(value, &mut out),
    });
    out.finish()
}

fn write_selectors(palette: &[Selectors]) -> Vec<u8> {
    let differences = || {
        palette
            .windows(2)
            .flat_map(|pair| (pair[0] ^ pair[1]).to_le_bytes())
    };
    let mut counts = [0_u32; 256];
    differences().for_each(|byte| counts[usize::from(byte)] += 1);
    let code = Huffman::new(&counts);
    let mut out = BitWriter::default();
    // No palette from elsewhere, none mixed, not raw.
    out.put(0, 3);
    code.put_table(&mut out);
    out.put(palette.first().copied().unwrap_or(0), 32);
    differences().for_each(|byte| code.put(usize::from(byte), &mut out));
    out.finish()
}
