//! References from object to object.

use std::sync::Arc;

use super::Value;

/// A `PPtr`: file 0 is the own file, n the n-th external. Both 0 is no reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Which file.
    pub file_id: i32,
    /// Which object of it.
    pub path_id: i64,
}

impl Reference {
    /// To an object of the same file.
    #[must_use]
    pub fn here(path_id: i64) -> Self {
        Self {
            file_id: 0,
            path_id,
        }
    }

    /// Whether it refers to nothing.
    #[must_use]
    pub fn is_null(self) -> bool {
        self == Self::default()
    }

    fn of(value: &Value) -> Option<Self> {
        let Value::Struct(fields) = value else {
            return None;
        };
        let [(file, Value::I32(file_id)), (path, Value::I64(path_id))] = &fields[..] else {
            return None;
        };
        let (file_id, path_id) = (*file_id, *path_id);
        (&**file == "m_FileID" && &**path == "m_PathID").then_some(Self { file_id, path_id })
    }
}

impl From<Reference> for Value {
    fn from(reference: Reference) -> Self {
        Self::Struct(vec![
            (Arc::from("m_FileID"), Self::I32(reference.file_id)),
            (Arc::from("m_PathID"), Self::I64(reference.path_id)),
        ])
    }
}

impl Value {
    /// The reference that this value is.
    #[must_use]
    pub fn as_reference(&self) -> Option<Reference> {
        Reference::of(self)
    }

    /// All references in this value that refer to something, in order.
    #[must_use]
    pub fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut Vec<Reference>) {
        if let Some(reference) = Reference::of(self) {
            if !reference.is_null() {
                found.push(reference);
            }
            return;
        }
        match self {
            Self::List(elements) => elements.iter().for_each(|element| element.collect(found)),
            Self::Struct(fields) => fields.iter().for_each(|(_, field)| field.collect(found)),
            Self::Pair(pair) => {
                pair.0.collect(found);
                pair.1.collect(found);
            }
            _ => {}
        }
    }
}
