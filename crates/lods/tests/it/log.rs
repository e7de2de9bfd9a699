//! Logs of CRDT messages, written by hand.

/// An entity's own transform.
#[derive(Clone, Copy)]
pub(crate) struct Local {
    pub(crate) position: [f32; 3],
    pub(crate) rotation: [f32; 4],
    pub(crate) scale: [f32; 3],
    pub(crate) parent: u32,
}

impl Local {
    pub(crate) fn at(position: [f32; 3]) -> Self {
        Self {
            position,
            rotation: [0.0, 0.0, 0.0, 1.0],
            scale: [1.0; 3],
            parent: 0,
        }
    }

    /// About the vertical.
    pub(crate) fn turn(&mut self, radians: f32) {
        let (sin, cos) = (radians / 2.0).sin_cos();
        self.rotation = [0.0, sin, 0.0, cos];
    }

    fn bytes(&self) -> Vec<u8> {
        let floats = self
            .position
            .iter()
            .chain(&self.rotation)
            .chain(&self.scale);
        let mut bytes: Vec<u8> = floats.flat_map(|float| float.to_le_bytes()).collect();
        bytes.extend(self.parent.to_le_bytes());
        bytes
    }
}

/// A log, growing.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) bytes: Vec<u8>,
    last: u32,
}

impl Log {
    /// A number for an entity: the first free one, 512.
    pub(crate) fn entity(&mut self) -> u32 {
        self.last = (self.last + 1).max(512);
        self.last
    }

    pub(crate) fn message(&mut self, kind: u32, body: &[u8]) {
        let length = body.len() as u32 + 8;
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend(body);
    }

    pub(crate) fn put_at(&mut self, timestamp: u32, entity: u32, component: u32, value: &[u8]) {
        let words = [entity, component, timestamp, value.len() as u32];
        let mut body: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        body.extend(value);
        self.message(1, &body);
    }

    pub(crate) fn put(&mut self, entity: u32, component: u32, value: &[u8]) {
        self.put_at(1, entity, component, value);
    }

    pub(crate) fn take_off(&mut self, timestamp: u32, entity: u32, component: u32) {
        let words = [entity, component, timestamp];
        let body: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.message(2, &body);
    }

    pub(crate) fn delete(&mut self, entity: u32) {
        self.message(3, &entity.to_le_bytes());
    }

    pub(crate) fn transform(&mut self, entity: u32, local: &Local) {
        self.put(entity, 1, &local.bytes());
    }

    pub(crate) fn model(&mut self, entity: u32, src: &str) {
        self.put(entity, 1041, &text(1, src));
    }

    /// A simple shape by its field: box 1, sphere 2, cylinder 3, plane 4.
    pub(crate) fn shape(&mut self, entity: u32, field: u64) {
        self.put(entity, 1018, &message(field, &[]));
    }
}

/// A field of bytes.
pub(crate) fn message(field: u64, bytes: &[u8]) -> Vec<u8> {
    let mut value = varint(field << 3 | 2);
    value.extend(varint(bytes.len() as u64));
    value.extend(bytes);
    value
}

/// A field of text.
pub(crate) fn text(field: u64, text: &str) -> Vec<u8> {
    message(field, text.as_bytes())
}

/// A field of a number.
pub(crate) fn int(field: u64, value: u64) -> Vec<u8> {
    let mut bytes = varint(field << 3);
    bytes.extend(varint(value));
    bytes
}

/// A field of a float.
pub(crate) fn float(field: u64, value: f32) -> Vec<u8> {
    let mut bytes = varint(field << 3 | 5);
    bytes.extend(value.to_le_bytes());
    bytes
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}
