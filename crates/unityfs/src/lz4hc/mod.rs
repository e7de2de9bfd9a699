//! The LZ4 encoder with the best ratio: "LZ4HC" at level 12, which is what Unity packs with.
//!
//! An LZ4 block can be written in many ways that all unpack alike. This encoder makes the choices of the reference
//! implementation (lz4 1.10, `lz4hc.c`, level 12, one block without a dictionary), of which it is a port to safe Rust,
//! so that a bundle of Unity that is read and written again is the same bytes. A crate that wraps the C library would
//! do the same, but librdkafka carries a copy of that library under the same symbol names, and bytes that clients
//! cache should not depend on which of the two is linked.
//!
//! The reference implementation's notice:
//!
//! LZ4 HC - High Compression Mode of LZ4. Copyright (C) 2011-2020, Yann Collet. BSD 2-Clause License.
//!
//! Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
//! following conditions are met: Redistributions of source code must retain the above copyright notice, this list of
//! conditions and the following disclaimer. Redistributions in binary form must reproduce the above copyright notice,
//! this list of conditions and the following disclaimer in the documentation and/or other materials provided with the
//! distribution.
//!
//! THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
//! INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
//! DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
//! SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
//! SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
//! WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
//! OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.

mod parse;
mod search;
mod sequence;

pub(crate) use parse::compress;

/// How long each match is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As the reference at level 12.
    Most,
    /// Half the time for half a percent more bytes: of bundles with textures and meshes, measured.
    Good,
}

impl Effort {
    /// Candidates tried for one position.
    fn attempts(self) -> u32 {
        match self {
            Self::Most => 16_384,
            Self::Good => 64,
        }
    }
}

/// The shortest match.
const MATCH_MIN: usize = 4;
/// The farthest match.
const DISTANCE_MAX: usize = 65_535;
