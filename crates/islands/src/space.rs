//! Where peers stand: positions as clients send them, and the same on a fixed-point ground plane.
//!
//! Every decision of the engine is made on [`Point`], in whole 4 096ths of a metre. A 32-bit float between 2 048 and
//! 4 096 m has just this resolution, so nothing of a position in Genesis City is lost but what is below a quarter of a
//! millimetre. Integers add and compare alike on every machine, in every order, under every optimisation.

use crate::Error;

/// Units of a [`Point`] in a metre.
pub const UNITS_PER_METRE: f64 = 4096.0;

/// How far from the origin a peer may stand along x or z, in metres.
pub const COORDINATE_MAX_M: f32 = 262_144.0;

/// A place as a heartbeat carries it, in metres. Height (`y`) is kept for whoever asks, and decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Position {
    pub x: f32,
    pub y: f32,
    pub z: f32,
}

impl Position {
    #[must_use]
    pub fn new(x: f32, y: f32, z: f32) -> Self {
        Self { x, y, z }
    }

    /// The place on the ground plane.
    ///
    /// # Errors
    /// [`Error::NotFinite`] for NaN or infinity on any axis, [`Error::OutOfRange`] beyond [`COORDINATE_MAX_M`].
    pub(crate) fn point(self) -> Result<Point, Error> {
        if !(self.x.is_finite() && self.y.is_finite() && self.z.is_finite()) {
            return Err(Error::NotFinite);
        }
        if self.x.abs() > COORDINATE_MAX_M || self.z.abs() > COORDINATE_MAX_M {
            return Err(Error::OutOfRange);
        }
        Ok(Point {
            x: units(f64::from(self.x)),
            z: units(f64::from(self.z)),
        })
    }
}

/// Metres in whole units, half away from zero. The product with a power of two and the rounding are exact.
fn units(metres: f64) -> i32 {
    (metres * UNITS_PER_METRE).round() as i32
}

/// A place on the ground plane in units; at most 2³⁰ from the origin on each axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) z: i32,
}

impl Point {
    /// Squared distance in units². Each square is below 2⁶², so the sum fits.
    #[inline]
    pub(crate) fn distance2(self, other: Self) -> u64 {
        let dx = i64::from(self.x) - i64::from(other.x);
        let dz = i64::from(self.z) - i64::from(other.z);
        (dx * dx) as u64 + (dz * dz) as u64
    }
}

/// The smallest rectangle around some points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    low: Point,
    high: Point,
}

impl Bounds {
    pub(crate) const EMPTY: Self = Self {
        low: Point {
            x: i32::MAX,
            z: i32::MAX,
        },
        high: Point {
            x: i32::MIN,
            z: i32::MIN,
        },
    };

    pub(crate) fn of(points: impl Iterator<Item = Point>) -> Self {
        points.fold(Self::EMPTY, |b, p| Self {
            low: Point {
                x: b.low.x.min(p.x),
                z: b.low.z.min(p.z),
            },
            high: Point {
                x: b.high.x.max(p.x),
                z: b.high.z.max(p.z),
            },
        })
    }

    /// Whether the rectangle is wider along x than along z.
    pub(crate) fn is_wide(&self) -> bool {
        let side = |low: i32, high: i32| i64::from(high) - i64::from(low);
        side(self.low.x, self.high.x) >= side(self.low.z, self.high.z)
    }

    /// Squared distance from a point to the nearest place of the rectangle; 0 inside.
    #[inline]
    pub(crate) fn distance2(&self, point: Point) -> u64 {
        point.distance2(Point {
            x: point.x.clamp(self.low.x, self.high.x),
            z: point.z.clamp(self.low.z, self.high.z),
        })
    }

    /// Squared distance between the nearest places of two rectangles; 0 when they touch.
    pub(crate) fn gap2(&self, other: &Self) -> u64 {
        let gap = |low: i32, high: i32, from: i32, to: i32| {
            (i64::from(from) - i64::from(high))
                .max(i64::from(low) - i64::from(to))
                .max(0)
        };
        let dx = gap(self.low.x, self.high.x, other.low.x, other.high.x);
        let dz = gap(self.low.z, self.high.z, other.low.z, other.high.z);
        (dx * dx) as u64 + (dz * dz) as u64
    }
}

/// A distance of the options in units, squared; the comparison with it is inclusive.
pub(crate) fn squared_units(metres: f64) -> u64 {
    let units = (metres * UNITS_PER_METRE).round() as u64;
    units * units
}
