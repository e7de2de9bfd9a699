//! The choice of matches: the cheapest path through up to 4,096 bytes at a time.

use super::search::{Chains, Match};
use super::sequence::{Output, literals_price, sequence_price};
use super::{Effort, MATCH_MIN};

/// No match starts in the last bytes of a block, and none reaches into its last five.
const NO_MATCH_STARTS: usize = 12;
const LAST_LITERALS: usize = 5;
/// Positions of a path.
const WINDOW: usize = 1 << 12;
/// A match longer than this is taken at once.
const SUFFICIENT: usize = WINDOW - 1;
/// Positions behind the last match for which literals are priced.
const TRAILING: usize = 3;

/// The cheapest way known to a position. `length` 1 is a literal.
#[derive(Clone, Copy, Default)]
struct Step {
    price: i32,
    distance: usize,
    length: usize,
    literals: usize,
}

/// The end of a path: a last step from `from`, and the position behind all steps.
struct Path {
    from: usize,
    last: Match,
    end: usize,
}

/// The LZ4 block of `source`, which may be empty and must be shorter than 2 GiB. Longer than `source` when that does
/// not shrink.
pub(crate) fn compress(source: &[u8], effort: Effort) -> Vec<u8> {
    assert!(source.len() < 0x7e00_0000, "the format has 31 bits");
    let mut output = Output {
        source,
        bytes: Vec::with_capacity(source.len() / 2 + 16),
        anchor: 0,
    };
    let Some(last_start) = source.len().checked_sub(NO_MATCH_STARTS) else {
        return output.end();
    };
    let mut chains = Chains::new(source, source.len() - LAST_LITERALS, effort.attempts());
    let mut steps = vec![Step::default(); WINDOW + TRAILING + 1];
    let mut at = 0;
    while at <= last_start {
        let first = chains.longest(at);
        if first.length == 0 {
            at += 1;
            continue;
        }
        if first.length > SUFFICIENT {
            output.put(at, first.length, first.distance);
            at = output.anchor;
            continue;
        }
        start(&mut steps, at - output.anchor, first);
        let path = cheapest(&mut chains, &mut steps, at, last_start, first.length);
        turn(&mut steps, &path);
        at = put_path(&mut output, &steps, at, path.end);
    }
    output.end()
}

/// Prices of the first positions and of the first match.
fn start(steps: &mut [Step], literals: usize, first: Match) {
    for (position, step) in steps[..MATCH_MIN].iter_mut().enumerate() {
        *step = Step {
            price: literals_price(literals + position),
            distance: 0,
            length: 1,
            literals: literals + position,
        };
    }
    for (length, step) in steps
        .iter_mut()
        .enumerate()
        .take(first.length + 1)
        .skip(MATCH_MIN)
    {
        *step = Step {
            price: sequence_price(literals, length),
            distance: first.distance,
            length,
            literals,
        };
    }
    trail(steps, first.length);
}

/// Literals behind the last match.
fn trail(steps: &mut [Step], last: usize) {
    let price = steps[last].price;
    for literals in 1..=TRAILING {
        steps[last + literals] = Step {
            price: price + literals_price(literals),
            distance: 0,
            length: 1,
            literals,
        };
    }
}

fn cheapest(
    chains: &mut Chains<'_>,
    steps: &mut [Step],
    at: usize,
    last_start: usize,
    mut end: usize,
) -> Path {
    let mut position = 1;
    while position < end && at + position <= last_start {
        let price = steps[position].price;
        let next_is_no_dearer = steps[position + 1].price <= price;
        if next_is_no_dearer && steps[position + MATCH_MIN].price < price + 3 {
            position += 1;
            continue;
        }
        let found = chains.longest(at + position);
        if found.length > SUFFICIENT || found.length + position >= WINDOW {
            return Path {
                from: position,
                last: found,
                end: position + 1,
            };
        }
        if found.length > 0 {
            literals_from(steps, position);
            end = match_from(steps, position, found, end);
            trail(steps, end);
        }
        position += 1;
    }
    let length = steps[end].length;
    let distance = steps[end].distance;
    Path {
        from: end - length,
        last: Match { length, distance },
        end,
    }
}

/// Up to three literals behind `position`, where that is cheaper than what was known.
fn literals_from(steps: &mut [Step], position: usize) {
    let here = steps[position];
    let before = here.price - literals_price(here.literals);
    for count in 1..MATCH_MIN {
        let literals = here.literals + count;
        let price = before + literals_price(literals);
        if price < steps[position + count].price {
            steps[position + count] = Step {
                price,
                distance: 0,
                length: 1,
                literals,
            };
        }
    }
}

/// The match at `position` in all its lengths; the position behind the last match.
fn match_from(steps: &mut [Step], position: usize, found: Match, mut end: usize) -> usize {
    let here = steps[position];
    for length in MATCH_MIN..=found.length {
        let (literals, before) = if here.length != 1 {
            (0, here.price)
        } else if position > here.literals {
            (here.literals, steps[position - here.literals].price)
        } else {
            (here.literals, 0)
        };
        let price = before + sequence_price(literals, length);
        let to = position + length;
        if to > end + TRAILING || price <= steps[to].price {
            if length == found.length && end < to {
                end = to;
            }
            steps[to] = Step {
                price,
                distance: found.distance,
                length,
                literals,
            };
        }
    }
    end
}

/// Turns the steps, which know where they come from, so that each knows where it goes.
fn turn(steps: &mut [Step], path: &Path) {
    let mut position = path.from;
    let mut chosen = path.last;
    loop {
        let step = &mut steps[position];
        let next = Match {
            length: step.length,
            distance: step.distance,
        };
        (step.length, step.distance) = (chosen.length, chosen.distance);
        chosen = next;
        if next.length > position {
            return;
        }
        position -= next.length;
    }
}

/// Writes the matches of the path; the position behind it.
fn put_path(output: &mut Output<'_>, steps: &[Step], start: usize, end: usize) -> usize {
    let mut position = 0;
    while position < end {
        let step = steps[position];
        if step.length > 1 {
            output.put(start + position, step.length, step.distance);
        }
        position += step.length;
    }
    start + position
}
