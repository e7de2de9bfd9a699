//! Brings the platform's schemas into a registry and learns the ids it gives them.

use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use runtime::ports::PortError;
use serde::{Deserialize, Serialize};

use super::client::{Level, RegistryClient, Verdict};

/// A subject with all its versions.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Name in the registry.
    pub name: String,
    /// What its versions must be able to do with each other.
    pub level: Level,
    /// Versions, oldest first.
    pub versions: Vec<Version>,
}

/// A version of a subject as this binary has it.
#[derive(Clone, Debug)]
pub struct Version {
    /// Our id of the schema.
    pub own_id: u32,
    /// Version, from 1.
    pub version: u32,
    /// The schema.
    pub schema: Arc<str>,
}

/// A version and what the registry calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Subject.
    pub subject: String,
    /// Version, from 1.
    pub version: u32,
    /// Our id of the schema.
    pub own_id: u32,
    /// The registry's, which stands in front of values.
    pub id: u32,
}

/// What a registry calls our schemas. It can be kept as JSON: a registry never gives an id of its own to another
/// schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdTable(pub Vec<Registered>);

impl IdTable {
    /// Our id and the registry's of every version.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|r| (r.own_id, r.id))
    }
}

/// A version that the registry would not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Incompatible {
    /// Subject.
    pub subject: String,
    /// Our version.
    pub version: u32,
    /// Why, as far as the registry says.
    pub messages: Vec<String>,
}

/// Registers every version that is not registered yet, oldest first, and sets the level of each subject. May be
/// repeated: what is there stays as it is.
///
/// # Errors
/// `Retry` when the registry is not there; some may be registered then. `Refused` with the registry's message.
pub async fn register_all(
    client: &RegistryClient,
    subjects: Vec<Subject>,
) -> Result<IdTable, PortError> {
    each(client, subjects, register_subject).await.map(IdTable)
}

/// The ids of what is registered, for a process that only writes values: it needs no right to register.
///
/// # Errors
/// `Retry` when the registry is not there; `Refused` when a version is missing.
pub async fn find_all(
    client: &RegistryClient,
    subjects: Vec<Subject>,
) -> Result<IdTable, PortError> {
    each(client, subjects, find_subject).await.map(IdTable)
}

/// What the registry would not take of the versions that are not registered yet. Registers nothing. Of several new
/// versions of a subject only the first is compared: the registry has nothing yet to compare the others with.
///
/// # Errors
/// `Retry` when the registry is not there; `Refused` with its message.
pub async fn check_all(
    client: &RegistryClient,
    subjects: Vec<Subject>,
) -> Result<Vec<Incompatible>, PortError> {
    each(client, subjects, check_subject).await
}

/// Asks about many subjects at a time; the results are in the order of the subjects.
async fn each<T, F, A>(
    client: &RegistryClient,
    subjects: Vec<Subject>,
    ask: A,
) -> Result<Vec<T>, PortError>
where
    A: Fn(RegistryClient, Subject) -> F,
    F: Future<Output = Result<Vec<T>, PortError>>,
{
    let asked = stream::iter(subjects).map(|subject| ask(client.clone(), subject));
    let asked: Vec<Vec<T>> = asked
        .buffered(client.options().in_flight)
        .try_collect()
        .await?;
    Ok(asked.into_iter().flatten().collect())
}

async fn register_subject(
    client: RegistryClient,
    subject: Subject,
) -> Result<Vec<Registered>, PortError> {
    let mut registered = Vec::with_capacity(subject.versions.len());
    for version in &subject.versions {
        let id = client.register(&subject.name, &version.schema).await?;
        registered.push(row(&subject.name, version, id));
        // Some registries know no level of a subject without versions. From here on it holds for all others.
        if registered.len() == 1 {
            client.set_level(&subject.name, subject.level).await?;
        }
    }
    Ok(registered)
}

async fn find_subject(
    client: RegistryClient,
    subject: Subject,
) -> Result<Vec<Registered>, PortError> {
    let mut found = Vec::with_capacity(subject.versions.len());
    for version in &subject.versions {
        let there = client.find(&subject.name, &version.schema).await?;
        let there = there.ok_or_else(|| {
            PortError::refused(format!(
                "the registry has no version {} of {}: run `worldlog schemas register`",
                version.version, subject.name
            ))
        })?;
        found.push(row(&subject.name, version, there.id));
    }
    Ok(found)
}

async fn check_subject(
    client: RegistryClient,
    subject: Subject,
) -> Result<Vec<Incompatible>, PortError> {
    for version in &subject.versions {
        if client.find(&subject.name, &version.schema).await?.is_some() {
            continue;
        }
        let verdict = client.check(&subject.name, &version.schema).await?;
        return Ok(match verdict {
            Verdict::Compatible | Verdict::NewSubject => Vec::new(),
            Verdict::Incompatible(messages) => vec![Incompatible {
                subject: subject.name,
                version: version.version,
                messages,
            }],
        });
    }
    Ok(Vec::new())
}

fn row(subject: &str, version: &Version, id: u32) -> Registered {
    Registered {
        subject: subject.to_owned(),
        version: version.version,
        own_id: version.own_id,
        id,
    }
}
